from __future__ import annotations

import numpy as np
import pytest

from engine.model.conformal import OccupationIntervals, TaskIntervals, conformal_quantile
from engine.model.expected_error import error_predictors
from engine.records.pooling import Part


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


def _fit(
    predictors: np.ndarray, residuals: np.ndarray, novelty: np.ndarray | None = None
) -> TaskIntervals:
    near = np.zeros(len(residuals)) if novelty is None else novelty
    return TaskIntervals.fit(predictors, residuals, near)


def _intervals(
    fitted: TaskIntervals,
    predictors: np.ndarray,
    confidence: float,
    novelty: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    near = np.zeros(len(predictors)) if novelty is None else novelty
    return fitted.interval(predictors[:, 1], fitted.scale(predictors), near, confidence)


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
    fitted = _fit(predictors, residuals)
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
    fitted = _fit(predictors[:3_000], residuals[:3_000])
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
    fitted = _fit(predictors[::2], residuals[::2])
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
    fitted = _fit(predictors, generator.normal(size=200) / 10)
    narrow, wide = (_intervals(fitted, predictors, confidence) for confidence in (0.5, 0.95))
    assert (wide[0] <= narrow[0]).all()
    assert (wide[1] >= narrow[1]).all()
    assert (narrow[0] <= predictions).all()
    assert (predictions <= narrow[1]).all()


def test_coverage_holds_far_from_the_reference() -> None:
    """Errors far away are four times as large, which the expected error does not know."""
    generator = np.random.default_rng(6)
    n = 24_000
    predictions, novelty = generator.random((2, n))
    residuals = generator.normal(size=n) * np.where(novelty >= 0.9, 0.08, 0.02)
    predictors = _predictors(predictions)
    fitted = _fit(predictors[::2], residuals[::2], novelty[::2])
    low, high = _intervals(fitted, predictors[1::2], 0.9, novelty[1::2])
    outcomes = np.clip(predictions + residuals, 0, 1)[1::2]
    covered, far = (outcomes >= low) & (outcomes <= high), novelty[1::2] >= 0.9
    assert covered[far].mean() == pytest.approx(0.9, abs=0.05)
    assert covered[~far].mean() == pytest.approx(0.9, abs=0.02)


def test_a_part_with_few_tasks_has_the_quantile_of_its_bin() -> None:
    predictors = _predictors(np.full(300, 0.5))
    novelty = np.where(np.arange(300) < 10, 0.95, 0.1)
    residuals = np.where(novelty > 0.9, 0.4, 0.1)
    fitted = _fit(predictors, residuals, novelty)
    far, near = (
        _intervals(fitted, predictors[:1], 0.9, np.array([value])) for value in (0.95, 0.1)
    )
    assert far == near


def test_an_unknown_estimate_has_no_interval() -> None:
    fitted = _fit(_predictors(np.linspace(0, 1, 500)), np.full(500, 0.1))
    low, high = fitted.interval(np.array([np.nan]), np.array([0.1]), np.array([0.5]), 0.9)
    assert np.isnan([*low, *high]).all()


def _fit_occupations(
    residuals: np.ndarray,
    scales: np.ndarray,
    *,
    shares: np.ndarray,
    occupations: list[np.ndarray],
    predictions: np.ndarray | None = None,
    soc_codes: list[str] | None = None,
) -> OccupationIntervals:
    return OccupationIntervals.fit(
        np.full(len(residuals), 0.5) if predictions is None else predictions,
        residuals,
        scales,
        shares=shares,
        occupations=occupations,
        soc_codes=soc_codes or ["11-1011.00"] * len(occupations),
    )


def _parts(shares: np.ndarray, values: np.ndarray, errors: np.ndarray) -> list[Part]:
    return [
        Part(share=share, value=value, error=error)
        for share, value, error in zip(shares, values, errors, strict=True)
    ]


def test_occupation_intervals_by_hand() -> None:
    # Two occupations of two tasks. In units of their size .1, the errors are (1, 1) and (1, -1), so
    # the products of pairs, 2 and -2, cancel: no correlation. A mean of two then has size .1 / √2.
    residuals = np.array([0.1, 0.1, 0.1, -0.1])
    scales = np.full(4, 0.1)
    rows = [np.array([0, 1]), np.array([2, 3])]
    fitted = _fit_occupations(residuals, scales, shares=np.full(4, 0.5), occupations=rows)
    assert fitted.correlation == 0.0
    assert sorted(fitted.scores) == pytest.approx([0.0, np.sqrt(2)])
    estimate = fitted.error_model(0.6).combine([Part(share=1.0, value=0.5, error=0.1)])
    half = 0.1 * np.sqrt(2)
    assert estimate.interval == pytest.approx((0.5 - half, 0.5 + half))


def test_an_occupation_without_time_shares_counts_its_tasks_equally() -> None:
    residuals, scales = np.array([0.1, 0.3]), np.full(2, 0.1)
    rows = [np.array([0, 1])]
    without = _fit_occupations(residuals, scales, shares=np.zeros(2), occupations=rows)
    equal = _fit_occupations(residuals, scales, shares=np.full(2, 0.5), occupations=rows)
    assert without.scores.tolist() == equal.scores.tolist()


def test_each_range_of_the_estimate_has_its_own_width() -> None:
    """Errors of occupations with a high estimate are three times as large as expected."""
    generator = np.random.default_rng(7)
    count = 600
    predictions = generator.random(count)
    residuals = generator.normal(size=count) * np.where(predictions > 0.7, 0.3, 0.1)
    fitted = _fit_occupations(
        residuals,
        np.full(count, 0.1),
        shares=np.ones(count),
        occupations=[np.array([row]) for row in range(count)],
        predictions=predictions,
    )
    errors = fitted.error_model(0.9)
    assert len(errors.reaches) == 3
    assert errors.reaches[2] > 2 * errors.reaches[0]


def test_a_major_group_that_is_harder_has_wider_intervals() -> None:
    generator = np.random.default_rng(8)
    codes = ["43-9021.00"] * 200 + ["47-2111.00"] * 200 + ["39-5012.00"] * 10
    hard = np.array([code.startswith("43") for code in codes])
    residuals = generator.normal(size=len(codes)) * np.where(hard, 0.2, 0.1)
    fitted = _fit_occupations(
        residuals,
        np.full(len(codes), 0.1),
        shares=np.ones(len(codes)),
        occupations=[np.array([row]) for row in range(len(codes))],
        soc_codes=codes,
    )
    for code, own in (("43-4051.00", hard), ("47-2031.00", np.array(codes) == "47-2111.00")):
        half = 0.1 * fitted.error_model(0.9, code).reaches[0]
        assert np.mean(np.abs(residuals[own]) <= half) == pytest.approx(0.9, abs=0.01)
    common = fitted.error_model(0.9).reaches
    assert fitted.error_model(0.9, "39-9011.00").reaches == common  # ten are too few
    assert fitted.error_model(0.9, "ISCO-1111").reaches == common


def test_occupation_intervals_cover_correlated_errors() -> None:
    generator = np.random.default_rng(3)
    occupations, tasks = 2_000, 15
    shared = generator.normal(size=(occupations, 1))
    residuals = (0.6 * shared + 0.8 * generator.normal(size=(occupations, tasks))).ravel() / 10
    scales, shares = np.full(residuals.size, 0.08), np.full(residuals.size, 1 / tasks)
    rows = list(np.arange(residuals.size).reshape(occupations, tasks))
    fitted = _fit_occupations(residuals, scales, shares=shares, occupations=rows[:1_000])
    assert fitted.correlation == pytest.approx(0.36, abs=0.05)
    errors, covered = fitted.error_model(0.9), []
    for own in rows[1_000:]:
        estimate = errors.combine(_parts(shares[own], np.full(tasks, 0.5), scales[own]))
        covered.append(estimate.low <= 0.5 + shares[own] @ residuals[own] <= estimate.high)
    assert np.mean(covered) == pytest.approx(0.9, abs=0.03)
