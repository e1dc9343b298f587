from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from engine import EngineError
from engine.calibration import (
    _PENALTIES,
    CalibrationCurve,
    Inputs,
    _ridge_path,
    cross_folds,
    fit_regression,
)


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


def test_the_penalty_path_is_what_ridge_gives() -> None:
    generator = np.random.default_rng(1)
    train, held_out = generator.normal(size=(80, 12)), generator.normal(size=(7, 12))
    outcomes = generator.random(80)
    path = _ridge_path(train, outcomes, held_out)
    for penalty, predictions in zip(_PENALTIES, path, strict=True):
        expected = Ridge(alpha=penalty).fit(train, outcomes).predict(held_out)
        np.testing.assert_allclose(predictions, expected)


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


def test_a_head_recovers_a_linear_truth_on_unseen_groups() -> None:
    generator = np.random.default_rng(3)
    features, vectors = generator.normal(size=(600, 3)), generator.normal(size=(600, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    outcomes = np.clip(0.5 + 0.1 * features[:, 0] + 0.2 * vectors[:, 1], 0, 1)
    groups = np.repeat(np.arange(60), 10)
    inputs = Inputs(features, vectors)
    head, cross_fitted = fit_regression(inputs, outcomes, groups, np.arange(600).astype(str))
    assert np.corrcoef(cross_fitted, outcomes)[0, 1] > 0.97
    np.testing.assert_allclose(head.predict(inputs), cross_fitted, atol=0.1)


def test_constant_outcomes_give_the_constant() -> None:
    generator = np.random.default_rng(4)
    inputs = Inputs(generator.normal(size=(60, 3)), generator.normal(size=(60, 4)))
    outcomes = np.full(60, 0.25)
    groups = np.repeat(np.arange(6), 10)
    head, cross_fitted = fit_regression(inputs, outcomes, groups, np.arange(60).astype(str))
    np.testing.assert_allclose(head.predict(inputs), 0.25)
    np.testing.assert_allclose(cross_fitted, 0.25)
