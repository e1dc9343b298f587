from __future__ import annotations

import numpy as np
import pytest

from engine import EngineError
from engine.model.calibration import CalibrationCurve
from engine.model.folds import cross_folds
from engine.model.nystroem import KernelMap
from engine.model.regression import Design, Inputs, fit_regression


def test_groups_stay_whole_and_no_text_is_on_both_sides() -> None:
    generator = np.random.default_rng(0)
    groups = generator.integers(0, 30, size=400).astype(str)
    keys = generator.integers(0, 250, size=400).astype(str)  # many texts in several groups
    seen = []
    for train, held_out in cross_folds(groups, keys):
        assert set(groups[train]).isdisjoint(groups[held_out])
        assert set(keys[train]).isdisjoint(keys[held_out])
        seen += held_out.tolist()
    assert sorted(seen) == list(range(400))


def test_one_group_cannot_be_left_out() -> None:
    with pytest.raises(EngineError, match="expected two or more"):
        list(cross_folds(np.array(["a", "a"]), np.array(["x", "y"])))


def test_a_calibration_curve_by_hand() -> None:
    # Isotonic: .2, then the violators .6 and .4 pool to .5 centred between 2 and 3, then .9.
    curve = CalibrationCurve.fit(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.2, 0.6, 0.4, 0.9]))
    assert curve.x.tolist() == [1.0, 2.5, 4.0]
    assert curve.y.tolist() == pytest.approx([0.2, 0.5, 0.9])
    assert curve(np.array([0.0, 1.75, 2.5, 9.0])).tolist() == pytest.approx([0.2, 0.35, 0.5, 0.9])


def test_calibration_makes_distorted_predictions_true() -> None:
    generator = np.random.default_rng(2)
    truth = generator.random(4_000)
    outcomes = (generator.random(4_000) < truth).astype(float)
    distorted = 0.3 + 0.2 * truth**3
    curve = CalibrationCurve.fit(distorted[:2_000], outcomes[:2_000])
    calibrated, rest = curve(distorted[2_000:]), outcomes[2_000:]
    best = np.mean((truth[2_000:] - rest) ** 2)
    assert np.mean((calibrated - rest) ** 2) < np.mean((distorted[2_000:] - rest) ** 2)
    assert np.mean((calibrated - rest) ** 2) == pytest.approx(best, abs=0.005)


def test_coefficients_on_raw_columns_predict_what_those_on_designed_columns_do() -> None:
    generator = np.random.default_rng(5)
    inputs = Inputs(generator.normal(size=(9, 3)), generator.random((9, 4)))
    design = Design.of(inputs, generator.normal(size=(4, 2)))
    weights, constants = generator.normal(size=(5, 2)), generator.normal(size=2)
    coefficients, intercepts = design.on_raw(weights, constants)
    expected = design.apply(inputs) @ weights + constants
    np.testing.assert_allclose(inputs.matrix @ coefficients + intercepts, expected)


def test_a_head_learns_a_linear_truth_and_tells_it_of_unseen_groups() -> None:
    generator = np.random.default_rng(3)
    features, vectors = generator.normal(size=(3_000, 3)), generator.normal(size=(3_000, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    outcomes = 0.5 + 0.05 * np.clip(features[:, 0], -2, 2) + 0.3 * vectors[:, 1]
    groups, keys = np.repeat(np.arange(300), 10), np.arange(3_000).astype(str)
    kernel = KernelMap.fit(vectors)
    inputs = Inputs(features, kernel(vectors))
    head, cross_fitted = fit_regression(inputs, kernel.rotation, outcomes, groups, keys)
    assert np.corrcoef(cross_fitted, outcomes)[0, 1] > 0.98
    assert np.corrcoef(head.predict(inputs), outcomes)[0, 1] > 0.98


def test_features_that_a_head_may_not_use_change_nothing() -> None:
    generator = np.random.default_rng(6)
    features, kernel = generator.normal(size=(200, 5)), generator.random((200, 4))
    outcomes = np.clip(0.5 + 0.1 * features @ [1.0, 0.0, 2.0, 1.0, -1.0], 0, 1)
    groups, keys = np.repeat(np.arange(20), 10), np.arange(200).astype(str)
    used = np.array([True, False, True, False, True])
    known = (np.eye(4), outcomes, groups, keys)
    head, cross_fitted = fit_regression(Inputs(features, kernel), *known, used)
    alone, expected = fit_regression(Inputs(features[:, used], kernel), *known)
    assert not head.coefficients[:5][~used].any()
    np.testing.assert_allclose(head.coefficients[np.r_[used, [True] * 4]], alone.coefficients)
    np.testing.assert_allclose(cross_fitted, expected)


def test_constant_outcomes_give_the_constant() -> None:
    generator = np.random.default_rng(4)
    inputs = Inputs(generator.normal(size=(60, 3)), generator.random(size=(60, 4)))
    outcomes = np.full(60, 0.25)
    groups, keys = np.repeat(np.arange(6), 10), np.arange(60).astype(str)
    head, cross_fitted = fit_regression(inputs, np.eye(4), outcomes, groups, keys)
    np.testing.assert_allclose(head.predict(inputs), 0.25)
    np.testing.assert_allclose(cross_fitted, 0.25)
