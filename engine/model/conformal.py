"""Intervals by conformal prediction, for tasks and for occupations.

Cross-conformal with normalised residuals (Papadopoulos, Vovk & Gammerman 2011; Lei et al. 2018):
the absolute cross-fitted residual of each reference task is divided by its expected size, and an
interval reaches as far as the quantile of these scores, times the expected size for the new task.
Narrow where neighbours agree, wide where they do not. The quantile is that of tasks of like
prediction (Mondrian conformal prediction, Vovk et al. 2003), so that coverage holds for low and
high predictions alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.records.estimates import pooled_error

MIN_SCALE = 0.01
"""Least expected error: outcomes are levels, no estimate is surer than that."""

BINS = 5
"""Ranges of the prediction at most, each with its own quantile."""

TASKS_PER_BIN = 200
"""Tasks a range needs at least."""


def conformal_quantile(rising: np.ndarray, confidence: float) -> float:
    """The ⌈(n + 1) confidence⌉-th of n rising scores; infinite where n is too small for it."""
    rank = int(np.ceil((len(rising) + 1) * confidence - 1e-9))
    return float(rising[rank - 1]) if rank <= len(rising) else np.inf


def difficulty(
    predictions: np.ndarray, spread: np.ndarray, similarity: np.ndarray, doubt: np.ndarray
) -> np.ndarray:
    """What the expected error is linear in, shape (n, 6); all arguments have shape (n,).

    Args:
        predictions: of the measure; errors are least near 0 and 1. Column 1 of the result.
        spread: of the neighbours' outcomes.
        similarity: mean similarity of the neighbours.
        doubt: standard deviation of the levels that the encoder's own heads give; 0 without any.
    """
    ones = np.ones_like(predictions)
    return np.column_stack([ones, predictions, predictions**2, spread, 1.0 - similarity, doubt])


@dataclass(frozen=True, kw_only=True)
class TaskIntervals:
    """Intervals of one measure for tasks.

    Attributes:
        coefficients: expected absolute error on the columns of ``difficulty``, shape (6,).
        bounds: least and greatest expected error that was seen, shape (2,).
        edges: predictions at which one range ends and the next begins, shape (n_ranges - 1,).
        scores: normalised residuals of the reference tasks, shape (n,).
        ranges: range of the prediction of each, shape (n,).
    """

    coefficients: np.ndarray
    bounds: np.ndarray
    edges: np.ndarray
    scores: np.ndarray
    ranges: np.ndarray

    @classmethod
    def fit(cls, columns: np.ndarray, residuals: np.ndarray) -> TaskIntervals:
        """From ``difficulty`` columns and cross-fitted residuals of reference tasks."""
        size = np.abs(residuals)
        coefficients, *_ = np.linalg.lstsq(columns, size, rcond=None)
        expected = columns @ coefficients
        bounds = np.maximum(np.quantile(expected, [0.02, 0.98]), MIN_SCALE)
        scale = np.clip(expected, *bounds)
        predictions = columns[:, 1]
        count = int(np.clip(len(size) // TASKS_PER_BIN, 1, BINS))
        edges = np.unique(np.quantile(predictions, np.linspace(0, 1, count + 1)[1:-1]))
        ranges = np.searchsorted(edges, predictions, side="right")
        return cls(
            coefficients=coefficients,
            bounds=bounds,
            edges=edges,
            scores=size / scale,
            ranges=ranges,
        )

    def scale(self, columns: np.ndarray) -> np.ndarray:
        """Expected absolute error, shape (n,), > 0."""
        return np.clip(columns @ self.coefficients, *self.bounds)

    def interval(
        self, predictions: np.ndarray, columns: np.ndarray, confidence: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper ends, each shape (n,), in [0, 1]."""
        quantiles = np.array(
            [conformal_quantile(rising, confidence) for rising in self._rising_by_range]
        )
        ranges = np.searchsorted(self.edges, columns[:, 1], side="right")
        reach = quantiles[ranges] * self.scale(columns)
        return np.maximum(predictions - reach, 0.0), np.minimum(predictions + reach, 1.0)

    @cached_property
    def _rising_by_range(self) -> list[np.ndarray]:
        numbers = range(len(self.edges) + 1)
        return [np.sort(self.scores[self.ranges == number]) for number in numbers]


@dataclass(frozen=True)
class OccupationIntervals:
    """Intervals of one measure for time-weighted means over the tasks of an occupation.

    Errors of tasks in one occupation go together; ``correlation`` is measured, not assumed.

    Attributes:
        correlation: mean correlation of the errors of two tasks of one occupation, in [0, 1].
        scores: normalised residuals of the reference occupations, rising, shape (n,).
    """

    correlation: float
    scores: np.ndarray

    @classmethod
    def fit(
        cls,
        residuals: np.ndarray,
        scales: np.ndarray,
        shares: np.ndarray,
        occupations: Sequence[np.ndarray],
    ) -> OccupationIntervals:
        """From residuals and expected errors of tasks, and the rows of each occupation.

        ``shares`` are shares of time, shape (n_tasks,); they are rescaled to sum to 1 over the
        rows of an occupation.
        """
        correlation = _correlation(residuals / scales, occupations)
        scores = []
        for rows in occupations:
            share = shares[rows] / shares[rows].sum()
            error = abs(float(share @ residuals[rows]))
            scores.append(error / pooled_error(share, scales[rows], correlation))
        return cls(correlation, np.sort(np.array(scores)))

    def interval(
        self, value: float, shares: np.ndarray, scales: np.ndarray, confidence: float
    ) -> tuple[float, float]:
        """Ends of the interval of ``value`` = Σ share × prediction, in [0, 1]."""
        reach = self.reach(confidence) * pooled_error(shares, scales, self.correlation)
        return max(0.0, value - reach), min(1.0, value + reach)

    def reach(self, confidence: float) -> float:
        """Half an interval, in sizes of the pooled error."""
        return conformal_quantile(self.scores, confidence)


def _correlation(errors: np.ndarray, occupations: Sequence[np.ndarray]) -> float:
    """Mean product of the errors of two tasks of one occupation, over the mean square error."""
    products = pairs = 0.0
    for rows in occupations:
        error = errors[rows]
        products += float(error.sum() ** 2 - error @ error)
        pairs += len(rows) * (len(rows) - 1)
    square = float(np.mean(errors**2))
    if pairs == 0 or square == 0:
        return 0.0
    return float(np.clip(products / pairs / square, 0.0, 1.0))
