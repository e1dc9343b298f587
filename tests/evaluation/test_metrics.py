from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation import metrics


def test_a_method_does_not_differ_from_itself() -> None:
    outcomes = np.array([0.0, 0.5, 1.0, 0.5, 0.0, 1.0])
    groups = np.array(["a", "a", "b", "b", "c", "c"])
    assert metrics.paired_difference(outcomes, outcomes, outcomes, groups) == (0.0, 0.0, 0.0)


def test_paired_differences_equal_a_bootstrap_of_groups_by_rows() -> None:
    generator = np.random.default_rng(4)
    outcomes = generator.random(300)
    outcomes[::50] = np.nan
    first, second = (
        np.nan_to_num(outcomes) + scale * generator.normal(size=300) for scale in (0.2, 0.5)
    )
    groups = np.repeat(np.arange(30), 10)
    difference, low, high = metrics.paired_difference(first, second, outcomes, groups)
    known = ~np.isnan(outcomes)
    r = [np.corrcoef(p[known], outcomes[known])[0, 1] for p in (first, second)]
    assert difference == pytest.approx(r[0] - r[1])
    assert 0 < low < difference < high
    draws = []
    for _ in range(400):  # the same bootstrap, by rows
        rows = np.concatenate([np.flatnonzero(groups == g) for g in generator.integers(0, 30, 30)])
        rows = rows[known[rows]]
        a, b = (np.corrcoef(p[rows], outcomes[rows])[0, 1] for p in (first, second))
        draws.append(a - b)
    assert np.quantile(draws, [0.025, 0.975]) == pytest.approx([low, high], abs=0.02)


def test_metrics_by_hand() -> None:
    predictions, outcomes = np.array([0.0, 0.5, 1.0, 0.2]), np.array([0.0, 1.0, 0.5, np.nan])
    assert metrics.mean_square_error(predictions, outcomes) == pytest.approx(0.5 / 3)
    assert metrics.correlation(predictions, outcomes) == pytest.approx(0.5)
    low, high = np.array([0.0, 0.0, 0.9, 0.0]), np.array([0.1, 1.0, 1.0, 1.0])
    assert metrics.coverage(low, high, outcomes) == pytest.approx(2 / 3)
    assert metrics.category_accuracy(["B", "C", "A"], ["A | B", "A", ""]) == pytest.approx(0.5)


def test_calibration_gap_by_hand() -> None:
    # Tenths of two predictions each; the fourth is .05 too low, the ninth .1 too high on average.
    predictions = np.arange(20) / 20
    outcomes = predictions.copy()
    outcomes[[6, 16, 17]] += [0.1, -0.1, -0.1]
    assert metrics.calibration_gap(predictions, outcomes) == pytest.approx(0.1)
    shuffled = np.random.default_rng(0).permutation(20)
    assert metrics.calibration_gap(predictions[shuffled], outcomes[shuffled]) == pytest.approx(0.1)


def test_correlations_of_weighted_groups_equal_those_of_their_rows() -> None:
    generator = np.random.default_rng(5)
    predictions, outcomes = generator.random(40), generator.random(40)
    outcomes[3] = np.nan
    groups = np.repeat(["d", "a", "c", "b"], 10)
    weights = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 2.0, 0.0, 1.0]])  # of a, b, c, d
    found = metrics.group_correlations(predictions, outcomes, groups, weights)
    for r, rows in zip(found, ([*range(10, 30)], [*range(30, 40)] * 2 + [*range(10)]), strict=True):
        kept = [row for row in rows if row != 3]
        assert r == pytest.approx(np.corrcoef(predictions[kept], outcomes[kept])[0, 1])
