"""How far estimates agree with outcomes: correlation, error, coverage, calibration."""

from __future__ import annotations

import numpy as np

from engine.corpus_checks import CATEGORY_SEPARATOR

_RESAMPLES = 1_000


def paired_difference(
    first: np.ndarray, second: np.ndarray, outcomes: np.ndarray, groups: np.ndarray, seed: int = 0
) -> tuple[float, float, float]:
    """Correlation of ``first`` with outcomes less that of ``second``, and its 95 % interval.

    The interval is a percentile bootstrap over groups (Efron & Tibshirani 1993); all arrays have
    shape (n,).
    """
    known = ~np.isnan(outcomes)
    _, group = np.unique(groups[known], return_inverse=True)
    count = group.max() + 1

    def moments(predictions: np.ndarray) -> np.ndarray:
        x, y = predictions[known], outcomes[known]
        columns = (np.ones_like(x), x, y, x * x, y * y, x * y)
        return np.column_stack([np.bincount(group, c, count) for c in columns])

    def correlations(sums: np.ndarray) -> np.ndarray:
        n, x, y, xx, yy, xy = sums.T
        return (n * xy - x * y) / np.sqrt((n * xx - x * x) * (n * yy - y * y))

    drawn = np.random.default_rng(seed).multinomial(
        count, np.full(count, 1 / count), size=_RESAMPLES
    )
    weights = np.vstack([np.ones(count), drawn])
    differences = correlations(weights @ moments(first)) - correlations(weights @ moments(second))
    low, high = np.quantile(differences[1:], [0.025, 0.975])
    return float(differences[0]), float(low), float(high)


def mean_square_error(predictions: np.ndarray, outcomes: np.ndarray) -> float:
    """Mean squared error over known outcomes."""
    return float(np.nanmean((predictions - outcomes) ** 2))


def correlation(predictions: np.ndarray, outcomes: np.ndarray) -> float:
    """Pearson correlation over known outcomes; NaN where predictions do not vary."""
    known = ~np.isnan(outcomes)
    if np.ptp(predictions[known]) == 0:
        return float("nan")
    return float(np.corrcoef(predictions[known], outcomes[known])[0, 1])


def coverage(low: np.ndarray, high: np.ndarray, outcomes: np.ndarray) -> float:
    """Share of known outcomes that lie in their interval."""
    known = ~np.isnan(outcomes)
    return float(np.mean((outcomes[known] >= low[known]) & (outcomes[known] <= high[known])))


def calibration_gap(predictions: np.ndarray, outcomes: np.ndarray) -> float:
    """Largest gap between mean prediction and mean outcome in tenths of the predictions."""
    known = ~np.isnan(outcomes)
    order = np.argsort(predictions[known], kind="stable")
    tenths = np.array_split(order, 10)
    return max(
        abs(float(predictions[known][part].mean() - outcomes[known][part].mean()))
        for part in tenths
    )


def category_accuracy(categories: list[str], known: list[str]) -> float:
    """Share of tasks whose category is among their known groups."""
    pairs = [(c, k.split(CATEGORY_SEPARATOR)) for c, k in zip(categories, known, strict=True) if k]
    return sum(category in groups for category, groups in pairs) / len(pairs)
