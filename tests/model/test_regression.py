from __future__ import annotations

import numpy as np

from engine.model.nystroem import KernelMap
from engine.model.regression import Design, Inputs, fit_regression


def test_coefficients_of_raw_columns_predict_what_those_of_mapped_columns_do() -> None:
    generator = np.random.default_rng(5)
    inputs = Inputs(generator.normal(size=(9, 3)), generator.random((9, 4)))
    design = Design.fit(inputs, generator.normal(size=(4, 2)))
    weights, constants = generator.normal(size=(5, 2)), generator.normal(size=2)
    coefficients, intercepts = design.to_raw(weights, constants)
    expected = design.apply(inputs) @ weights + constants
    np.testing.assert_allclose(inputs.matrix @ coefficients + intercepts, expected)


def test_a_linear_truth_is_learned_and_holds_for_groups_held_out() -> None:
    generator = np.random.default_rng(3)
    features, vectors = generator.normal(size=(3_000, 3)), generator.normal(size=(3_000, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    outcomes = 0.5 + 0.05 * np.clip(features[:, 0], -2, 2) + 0.3 * vectors[:, 1]
    groups, keys = np.repeat(np.arange(300), 10), np.arange(3_000).astype(str)
    kernel = KernelMap.fit(vectors)
    inputs = Inputs(features, kernel(vectors))
    head, cross_fitted = fit_regression(inputs, kernel.rotation, outcomes, groups=groups, keys=keys)
    assert np.corrcoef(cross_fitted, outcomes)[0, 1] > 0.98
    assert np.corrcoef(head.predict(inputs), outcomes)[0, 1] > 0.98


def test_cross_fitted_predictions_do_not_depend_on_the_outcomes_of_their_group() -> None:
    """Other outcomes of one occupation leave its uncalibrated predictions in the same order."""
    generator = np.random.default_rng(7)
    inputs = Inputs(generator.normal(size=(400, 3)), generator.random((400, 4)))
    outcomes = np.clip(0.5 + 0.1 * inputs.features[:, 0] + generator.normal(size=400) / 20, 0, 1)
    groups, keys = np.repeat(np.arange(40), 10), np.arange(400).astype(str)
    own = groups == 7
    changed = np.where(own, 1 - outcomes, outcomes)
    orders = []
    for known in (outcomes, changed):
        _, predicted = fit_regression(inputs, np.eye(4), known, groups=groups, keys=keys)
        orders.append(np.argsort(predicted[own], kind="stable"))
    np.testing.assert_array_equal(*orders)


def test_unused_features_change_nothing() -> None:
    generator = np.random.default_rng(6)
    features, kernel = generator.normal(size=(200, 5)), generator.random((200, 4))
    outcomes = np.clip(0.5 + 0.1 * features @ [1.0, 0.0, 2.0, 1.0, -1.0], 0, 1)
    groups, keys = np.repeat(np.arange(20), 10), np.arange(200).astype(str)
    used = np.array([True, False, True, False, True])
    head, cross_fitted = fit_regression(
        Inputs(features, kernel), np.eye(4), outcomes, groups=groups, keys=keys, used=used
    )
    alone, expected = fit_regression(
        Inputs(features[:, used], kernel), np.eye(4), outcomes, groups=groups, keys=keys
    )
    assert not head.coefficients[:5][~used].any()
    np.testing.assert_allclose(head.coefficients[np.r_[used, [True] * 4]], alone.coefficients)
    np.testing.assert_allclose(cross_fitted, expected)


def test_constant_outcomes_give_the_constant() -> None:
    generator = np.random.default_rng(4)
    inputs = Inputs(generator.normal(size=(60, 3)), generator.random(size=(60, 4)))
    outcomes = np.full(60, 0.25)
    groups, keys = np.repeat(np.arange(6), 10), np.arange(60).astype(str)
    head, cross_fitted = fit_regression(inputs, np.eye(4), outcomes, groups=groups, keys=keys)
    np.testing.assert_allclose(head.predict(inputs), 0.25)
    np.testing.assert_allclose(cross_fitted, 0.25)
