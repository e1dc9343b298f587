from __future__ import annotations

import numpy as np
import pytest

from engine.model.conformal import (
    OccupationIntervals,
    TaskIntervals,
    conformal_quantile,
    difficulty,
)


def test_conformal_quantiles_by_hand() -> None:
    scores = np.arange(1.0, 10.0)  # nine scores
    assert conformal_quantile(scores, 0.9) == 9.0  # the ⌈10 × .9⌉-th
    assert conformal_quantile(scores, 0.5) == 5.0
    assert conformal_quantile(scores, 0.95) == np.inf  # nine scores cannot promise it


def test_the_quantile_is_the_one_mapie_uses() -> None:
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


def test_intervals_cover_and_are_wide_only_where_it_is_hard() -> None:
    generator = np.random.default_rng(1)
    n = 6_000
    hard = generator.random(n)
    residuals = generator.normal(size=n) * (0.02 + 0.2 * hard)
    predictions = np.full(n, 0.5)
    columns = difficulty(predictions, hard, np.ones(n), np.zeros(n))
    intervals = TaskIntervals.fit(columns[:3_000], residuals[:3_000])
    low, high = intervals.interval(predictions[3_000:], columns[3_000:], 0.9)
    outcomes = predictions[3_000:] + residuals[3_000:]
    covered = (outcomes >= low) & (outcomes <= high)
    assert covered.mean() == pytest.approx(0.9, abs=0.02)
    for part in (hard[3_000:] < 0.3, hard[3_000:] > 0.7):
        assert covered[part].mean() == pytest.approx(0.9, abs=0.05)
    assert (high - low)[hard[3_000:] > 0.7].mean() > 2 * (high - low)[hard[3_000:] < 0.3].mean()


def test_coverage_holds_in_every_range_of_predictions() -> None:
    """Errors of another shape at each end: one quantile for all would cover neither."""
    generator = np.random.default_rng(5)
    n = 8_000
    predictions = generator.random(n)
    heavy = generator.standard_t(2, size=n) / 20
    even = generator.uniform(-0.1, 0.1, size=n)
    residuals = np.where(predictions > 0.6, heavy, even)
    columns = difficulty(predictions, *np.zeros((3, n)))
    intervals = TaskIntervals.fit(columns[::2], residuals[::2])
    low, high = intervals.interval(predictions[1::2], columns[1::2], 0.9)
    outcomes = predictions[1::2] + residuals[1::2]
    covered = (np.clip(outcomes, 0, 1) >= low) & (np.clip(outcomes, 0, 1) <= high)
    for fifth in np.array_split(np.argsort(predictions[1::2]), 5):
        assert covered[fifth].mean() == pytest.approx(0.9, abs=0.04)


def test_more_confidence_is_never_narrower() -> None:
    generator = np.random.default_rng(2)
    columns = difficulty(*(generator.random(200) for _ in range(4)))
    intervals = TaskIntervals.fit(columns, generator.normal(size=200) / 10)
    predictions = generator.random(200)
    narrow = intervals.interval(predictions, columns, 0.5)
    wide = intervals.interval(predictions, columns, 0.95)
    assert (wide[0] <= narrow[0]).all()
    assert (wide[1] >= narrow[1]).all()
    assert (narrow[0] <= predictions).all()
    assert (predictions <= narrow[1]).all()


def test_occupation_intervals_by_hand() -> None:
    # Two occupations of two tasks; errors (1, 1) and (1, -1) in units of their size .1: products
    # 2 and -2 over 4 pairs, so no correlation, and a sum of equal halves has size .1 / √2.
    residuals = np.array([0.1, 0.1, 0.1, -0.1])
    scales = np.full(4, 0.1)
    rows = [np.array([0, 1]), np.array([2, 3])]
    intervals = OccupationIntervals.fit(residuals, scales, np.full(4, 0.5), rows)
    assert intervals.correlation == 0.0
    assert intervals.scores.tolist() == pytest.approx([0.0, np.sqrt(2)])
    low, high = intervals.interval(0.5, np.array([1.0]), np.array([0.1]), 0.6)
    assert (low, high) == pytest.approx((0.5 - 0.1 * np.sqrt(2), 0.5 + 0.1 * np.sqrt(2)))


def test_occupation_intervals_cover_though_errors_go_together() -> None:
    generator = np.random.default_rng(3)
    occupations, tasks = 2_000, 15
    shared = generator.normal(size=(occupations, 1))
    residuals = (0.6 * shared + 0.8 * generator.normal(size=(occupations, tasks))).ravel() / 10
    scales, shares = np.full(residuals.size, 0.08), np.full(residuals.size, 1 / tasks)
    rows = list(np.arange(residuals.size).reshape(occupations, tasks))
    intervals = OccupationIntervals.fit(residuals, scales, shares, rows[:1_000])
    assert intervals.correlation == pytest.approx(0.36, abs=0.05)
    covered = []
    for own in rows[1_000:]:
        low, high = intervals.interval(0.5, shares[own], scales[own], 0.9)
        covered.append(low <= 0.5 + shares[own] @ residuals[own] <= high)
    assert np.mean(covered) == pytest.approx(0.9, abs=0.03)
