from __future__ import annotations

import numpy as np
import pytest

from engine.model.conformal import OccupationIntervals, TaskIntervals, conformal_quantile
from engine.model.expected_error import error_predictors


def _predictors(
    predictions: np.ndarray, spread: np.ndarray | None = None, similarity: float = 1.0
) -> np.ndarray:
    zeros = np.zeros_like(predictions)
    return error_predictors(
        predictions=predictions,
        spread=zeros if spread is None else spread,
        similarity=zeros + similarity,
        deviation=zeros,
    )


def _intervals(
    fitted: TaskIntervals, predictors: np.ndarray, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    return fitted.interval(predictors, fitted.scale(predictors), confidence)


def test_conformal_quantiles_by_hand() -> None:
    scores = np.arange(1.0, 10.0)  # nine scores
    assert conformal_quantile(scores, 0.9) == 9.0  # the ⌈10 × .9⌉-th
    assert conformal_quantile(scores, 0.5) == 5.0
    assert conformal_quantile(scores, 0.95) == np.inf  # nine scores are too few


def test_the_quantile_equals_that_of_mapie() -> None:
    from mapie.regression import SplitConformalRegressor
    from sklearn.dummy import DummyRegressor

    generator = np.random.default_rng(0)
    outcomes = generator.normal(size=300)
    columns = np.zeros((300, 1))
    mapie = SplitConformalRegressor(
        DummyRegressor(strategy="constant", constant=0.0).fit(columns, outcomes),
        confidence_level=[0.8, 0.9],
        prefit=True,
    )
    _, ends = mapie.conformalize(columns, outcomes).predict_interval(columns[:1])
    for position, confidence in enumerate((0.8, 0.9)):
        own = conformal_quantile(np.sort(np.abs(outcomes)), confidence)
        assert ends[0, 1, position] == pytest.approx(own)


def test_task_intervals_by_hand() -> None:
    # All tasks look alike, so the expected error is the mean, .05. Half an interval is the median
    # error, .05, at a confidence of .5, and the largest, .09, at .9.
    residuals = np.array([0.01, -0.02, 0.03, -0.04, 0.05, -0.06, 0.07, -0.08, 0.09])
    predictors = _predictors(np.full(9, 0.5))
    fitted = TaskIntervals.fit(predictors, residuals)
    assert fitted.scale(predictors[:1]) == pytest.approx([0.05])
    for confidence, half in ((0.5, 0.05), (0.9, 0.09)):
        low, high = _intervals(fitted, predictors[:1], confidence)
        assert (low[0], high[0]) == pytest.approx((0.5 - half, 0.5 + half))
    low, high = _intervals(fitted, predictors[:1], 0.95)  # nine tasks are too few
    assert (low[0], high[0]) == (0.0, 1.0)


def test_intervals_cover_and_are_wide_only_where_errors_are_large() -> None:
    generator = np.random.default_rng(1)
    n = 6_000
    hard = generator.random(n)
    residuals = generator.normal(size=n) * (0.02 + 0.2 * hard)
    predictions = np.full(n, 0.5)
    predictors = _predictors(predictions, spread=hard)
    fitted = TaskIntervals.fit(predictors[:3_000], residuals[:3_000])
    low, high = _intervals(fitted, predictors[3_000:], 0.9)
    outcomes = predictions[3_000:] + residuals[3_000:]
    covered = (outcomes >= low) & (outcomes <= high)
    assert covered.mean() == pytest.approx(0.9, abs=0.02)
    for part in (hard[3_000:] < 0.3, hard[3_000:] > 0.7):
        assert covered[part].mean() == pytest.approx(0.9, abs=0.05)
    assert (high - low)[hard[3_000:] > 0.7].mean() > 2 * (high - low)[hard[3_000:] < 0.3].mean()


def test_coverage_holds_in_every_bin_of_predictions() -> None:
    """The errors have different distributions at each end, so a common quantile fits neither."""
    generator = np.random.default_rng(5)
    n = 8_000
    predictions = generator.random(n)
    heavy = generator.standard_t(2, size=n) / 20
    even = generator.uniform(-0.1, 0.1, size=n)
    residuals = np.where(predictions > 0.6, heavy, even)
    predictors = _predictors(predictions)
    fitted = TaskIntervals.fit(predictors[::2], residuals[::2])
    low, high = _intervals(fitted, predictors[1::2], 0.9)
    outcomes = predictions[1::2] + residuals[1::2]
    covered = (np.clip(outcomes, 0, 1) >= low) & (np.clip(outcomes, 0, 1) <= high)
    for fifth in np.array_split(np.argsort(predictions[1::2]), 5):
        assert covered[fifth].mean() == pytest.approx(0.9, abs=0.04)


def test_more_confidence_is_never_narrower() -> None:
    generator = np.random.default_rng(2)
    predictions, spread, similarity, deviation = generator.random((4, 200))
    predictors = error_predictors(
        predictions=predictions, spread=spread, similarity=similarity, deviation=deviation
    )
    fitted = TaskIntervals.fit(predictors, generator.normal(size=200) / 10)
    narrow, wide = (_intervals(fitted, predictors, confidence) for confidence in (0.5, 0.95))
    assert (wide[0] <= narrow[0]).all()
    assert (wide[1] >= narrow[1]).all()
    assert (narrow[0] <= predictions).all()
    assert (predictions <= narrow[1]).all()


def test_occupation_intervals_by_hand() -> None:
    # Two occupations of two tasks. In units of their size .1, the errors are (1, 1) and (1, -1), so
    # the products of pairs, 2 and -2, cancel: no correlation. A mean of two then has size .1 / √2.
    residuals = np.array([0.1, 0.1, 0.1, -0.1])
    scales = np.full(4, 0.1)
    rows = [np.array([0, 1]), np.array([2, 3])]
    fitted = OccupationIntervals.fit(residuals, scales, shares=np.full(4, 0.5), occupations=rows)
    assert fitted.correlation == 0.0
    assert fitted.scores.tolist() == pytest.approx([0.0, np.sqrt(2)])
    estimate = fitted.error_model(0.6).combine([1.0], [0.5], [0.1])
    half = 0.1 * np.sqrt(2)
    assert estimate.interval == pytest.approx((0.5 - half, 0.5 + half))


def test_occupation_intervals_cover_correlated_errors() -> None:
    generator = np.random.default_rng(3)
    occupations, tasks = 2_000, 15
    shared = generator.normal(size=(occupations, 1))
    residuals = (0.6 * shared + 0.8 * generator.normal(size=(occupations, tasks))).ravel() / 10
    scales, shares = np.full(residuals.size, 0.08), np.full(residuals.size, 1 / tasks)
    rows = list(np.arange(residuals.size).reshape(occupations, tasks))
    fitted = OccupationIntervals.fit(residuals, scales, shares=shares, occupations=rows[:1_000])
    assert fitted.correlation == pytest.approx(0.36, abs=0.05)
    errors, covered = fitted.error_model(0.9), []
    for own in rows[1_000:]:
        estimate = errors.combine(
            shares[own].tolist(), np.full(tasks, 0.5).tolist(), scales[own].tolist()
        )
        covered.append(estimate.low <= 0.5 + shares[own] @ residuals[own] <= estimate.high)
    assert np.mean(covered) == pytest.approx(0.9, abs=0.03)
