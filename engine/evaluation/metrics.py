"""How far estimates agree with outcomes: correlation, error, coverage, calibration."""

from __future__ import annotations

import numpy as np

from engine.corpus.validation import CATEGORY_SEPARATOR

_RESAMPLES = 1_000


def paired_difference(
    first: np.ndarray, second: np.ndarray, outcomes: np.ndarray, groups: np.ndarray, seed: int = 0
) -> tuple[float, float, float]:
    """Correlation of ``first`` with outcomes less that of ``second``, and its 95 % interval.

    The interval is a percentile bootstrap over groups (Efron & Tibshirani 1993); all arrays have
    shape (n,).
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
    """Pearson correlation over known outcomes by each weighting of the groups, shape (n_draws,).

    ``weights`` has shape (n_draws, n_groups), the groups in rising order.
    """
    names, group = np.unique(groups, return_inverse=True)
    known = ~np.isnan(outcomes)
    x, y = predictions[known], outcomes[known]
    columns = (np.ones_like(x), x, y, x * x, y * y, x * y)
    sums = weights @ np.column_stack([np.bincount(group[known], c, len(names)) for c in columns])
    n, sx, sy, xx, yy, xy = sums.T
    return np.asarray((n * xy - sx * sy) / np.sqrt((n * xx - sx * sx) * (n * yy - sy * sy)))


def expected_given(
    known: np.ndarray, wanted: np.ndarray, given: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Figures to expect where others are known: regression estimates (Cochran 1977, chapter 7).

    Args:
        known, wanted: figures in each of many samples, shapes (n, n_known) and (n, n_wanted).
        given: known figures of the sample in question, shape (n_known,).

    Returns:
        Expected figures and the standard deviations of what is left, each of shape (n_wanted,).
    """
    design = np.column_stack([np.ones(len(known)), known])
    coefficients = np.linalg.lstsq(design, wanted, rcond=None)[0]
    left = wanted - design @ coefficients
    return np.append(1.0, given) @ coefficients, np.asarray(left.std(axis=0))


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
