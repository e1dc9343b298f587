"""Compare estimates with outcomes: correlation, error, coverage, calibration."""

from __future__ import annotations

import numpy as np

from engine.corpus.columns import CATEGORY_SEPARATOR
from engine.evaluation.reliability import equal_parts

_RESAMPLES = 1_000


def paired_difference(
    first: np.ndarray, second: np.ndarray, outcomes: np.ndarray, groups: np.ndarray, seed: int = 0
) -> tuple[float, float, float]:
    """Compare the correlations of two sets of predictions with the same outcomes.

    Args:
        first: predictions, shape (n,).
        second: predictions, shape (n,).
        outcomes: shape (n,), NaN where unknown.
        groups: occupation of each, shape (n,).
        seed: of the bootstrap.

    Returns:
        Correlation of ``first`` minus that of ``second``, and the ends of its 95% interval, a
        percentile bootstrap over groups (Efron & Tibshirani 1993, chapter 13).
    """
    known = ~np.isnan(outcomes)
    first, second, outcomes, groups = (a[known] for a in (first, second, outcomes, groups))
    count = len(np.unique(groups))
    drawn = np.random.default_rng(seed).multinomial(
        count, np.full(count, 1 / count), size=_RESAMPLES
    )
    weights = np.vstack([np.ones(count), drawn])
    differences = group_correlations(first, outcomes, groups, weights) - group_correlations(
        second, outcomes, groups, weights
    )
    low, high = np.quantile(differences[1:], [0.025, 0.975])
    return float(differences[0]), float(low), float(high)


def group_correlations(
    predictions: np.ndarray, outcomes: np.ndarray, groups: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return Pearson correlations with the groups weighted, shape (n_draws,).

    Args:
        predictions: shape (n,).
        outcomes: shape (n,), NaN where unknown.
        groups: occupation of each, shape (n,).
        weights: shape (n_draws, n_groups), with the groups in ascending order.
    """
    names, group = np.unique(groups, return_inverse=True)
    known = ~np.isnan(outcomes)
    x, y = predictions[known], outcomes[known]
    columns = (np.ones_like(x), x, y, x * x, y * y, x * y)
    sums = weights @ np.column_stack([np.bincount(group[known], c, len(names)) for c in columns])
    n, sx, sy, xx, yy, xy = sums.T
    return np.asarray((n * xy - sx * sy) / np.sqrt((n * xx - sx * sx) * (n * yy - sy * sy)))


def mean_square_error(predictions: np.ndarray, outcomes: np.ndarray) -> float:
    """Return the mean squared error over known outcomes."""
    return float(np.nanmean((predictions - outcomes) ** 2))


def correlation(predictions: np.ndarray, outcomes: np.ndarray) -> float:
    """Return the Pearson correlation of estimates and known outcomes; NaN if one is constant."""
    known = ~np.isnan(outcomes) & ~np.isnan(predictions)
    if np.ptp(predictions[known]) == 0:
        return float("nan")
    return float(np.corrcoef(predictions[known], outcomes[known])[0, 1])


def coverage(low: np.ndarray, high: np.ndarray, outcomes: np.ndarray) -> float:
    """Return the share of known outcomes with an interval that lie in it."""
    known = ~np.isnan(outcomes) & ~np.isnan(low)
    return float(np.mean((outcomes[known] >= low[known]) & (outcomes[known] <= high[known])))


def calibration_gap(predictions: np.ndarray, outcomes: np.ndarray) -> float:
    """Return the largest gap between mean prediction and mean outcome in tenths of predictions."""
    known = ~np.isnan(outcomes) & ~np.isnan(predictions)
    tenths = equal_parts(predictions[known])
    return max(
        abs(float(predictions[known][part].mean() - outcomes[known][part].mean()))
        for part in tenths
    )


def category_accuracy(categories: list[str], known: list[str]) -> float:
    """Return the share of tasks whose category is among their known groups.

    Args:
        categories: predicted category of each task.
        known: known groups of each task, separated by ``CATEGORY_SEPARATOR``; tasks with an empty
            string are left out.
    """
    pairs = [(c, k.split(CATEGORY_SEPARATOR)) for c, k in zip(categories, known, strict=True) if k]
    return sum(category in groups for category, groups in pairs) / len(pairs)
