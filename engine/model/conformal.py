"""Prediction intervals for tasks and for occupations, by conformal prediction.

The method is cross-conformal prediction with normalized residuals (Papadopoulos, Vovk & Gammerman
2011, Regression Conformal Prediction with Nearest Neighbours, JAIR 40; Lei et al. 2018,
Distribution-Free Predictive Inference for Regression, JASA 113). The score of a reference task is
its absolute cross-fitted residual, divided by its expected absolute error. The interval of a new
task is its prediction ± quantile of the scores × its expected absolute error, so it is narrow where
the neighbors agree. The quantile is taken among tasks with similar predictions (Mondrian conformal
prediction, Vovk et al. 2003). So coverage holds for both low and high predictions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.records.estimates import ErrorModel, pooled_error

MIN_SCALE = 0.01
"""Lower bound of the expected error. Outcomes are levels, so no estimate is more precise."""

MAX_BINS = 5
"""Maximum number of bins of the prediction; each bin has its own quantile."""

TASKS_PER_BIN = 200
"""Minimum number of tasks in a bin."""

_ERROR_QUANTILES = (0.02, 0.98)
"""Quantiles of the expected errors of reference tasks that bound the expected error of any task."""


def conformal_quantile(scores: np.ndarray, confidence: float) -> float:
    """Return the ⌈(n + 1) × confidence⌉-th smallest of n scores; infinite if n is too small.

    Args:
        scores: in ascending order, shape (n,).
        confidence: in (0, 1).
    """
    rank = int(np.ceil((len(scores) + 1) * confidence - 1e-9))
    return float(scores[rank - 1]) if rank <= len(scores) else np.inf


@dataclass(frozen=True, kw_only=True)
class TaskIntervals:
    """Intervals of one measure for tasks.

    Attributes:
        coefficients: of the expected absolute error on its predictors, shape (6,); see
            ``expected_error.error_predictors``.
        bounds: lower and upper bound of the expected error, shape (2,).
        edges: predictions that separate the bins, ascending, shape (n_bins - 1,).
        scores: normalized residuals of the reference tasks, ≥ 0, shape (n,).
        bins: number of the bin of each reference task, shape (n,).
    """

    coefficients: np.ndarray
    bounds: np.ndarray
    edges: np.ndarray
    scores: np.ndarray
    bins: np.ndarray

    @classmethod
    def fit(cls, predictors: np.ndarray, residuals: np.ndarray) -> TaskIntervals:
        """Fit to reference tasks.

        Args:
            predictors: of the expected error, shape (n, 6); column 1 is the prediction.
            residuals: cross-fitted, shape (n,).
        """
        error = np.abs(residuals)
        coefficients, *_ = np.linalg.lstsq(predictors, error, rcond=None)
        expected = predictors @ coefficients
        bounds = np.maximum(np.quantile(expected, _ERROR_QUANTILES), MIN_SCALE)
        predictions = predictors[:, 1]
        count = int(np.clip(len(error) // TASKS_PER_BIN, 1, MAX_BINS))
        edges = np.unique(np.quantile(predictions, np.linspace(0, 1, count + 1)[1:-1]))
        return cls(
            coefficients=coefficients,
            bounds=bounds,
            edges=edges,
            scores=error / np.clip(expected, *bounds),
            bins=np.searchsorted(edges, predictions, side="right"),
        )

    def scale(self, predictors: np.ndarray) -> np.ndarray:
        """Return the expected absolute error, shape (n,), > 0."""
        return np.clip(predictors @ self.coefficients, *self.bounds)

    def interval(
        self, predictors: np.ndarray, scale: np.ndarray, confidence: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper ends of the intervals, each of shape (n,), in [0, 1].

        Args:
            predictors: shape (n, 6), as for ``fit``; column 1 is the prediction.
            scale: expected absolute error, as ``scale`` returns it, shape (n,).
            confidence: in (0, 1).
        """
        quantiles = np.array(
            [conformal_quantile(scores, confidence) for scores in self._scores_by_bin]
        )
        predictions = predictors[:, 1]
        half = quantiles[np.searchsorted(self.edges, predictions, side="right")] * scale
        return np.maximum(predictions - half, 0.0), np.minimum(predictions + half, 1.0)

    @cached_property
    def _scores_by_bin(self) -> list[np.ndarray]:
        numbers = range(len(self.edges) + 1)
        return [np.sort(self.scores[self.bins == number]) for number in numbers]


@dataclass(frozen=True)
class OccupationIntervals:
    """Intervals of one measure for time-weighted means over the tasks of an occupation.

    The errors of two tasks in one occupation are correlated; the correlation is estimated.

    Attributes:
        correlation: mean correlation of the errors of two tasks of one occupation, in [0, 1].
        scores: normalized residuals of the reference occupations, ascending, shape (n,).
    """

    correlation: float
    scores: np.ndarray

    @classmethod
    def fit(
        cls,
        residuals: np.ndarray,
        scales: np.ndarray,
        *,
        shares: np.ndarray,
        occupations: Sequence[np.ndarray],
    ) -> OccupationIntervals:
        """Fit to reference occupations.

        Args:
            residuals: cross-fitted, shape (n_tasks,).
            scales: expected absolute errors, shape (n_tasks,).
            shares: time shares, shape (n_tasks,), rescaled to sum to 1 in each occupation.
            occupations: rows of each occupation.
        """
        correlation = _intraclass_correlation(residuals / scales, occupations)
        scores = []
        for rows in occupations:
            share = shares[rows] / shares[rows].sum()
            error = abs(float(share @ residuals[rows]))
            scores.append(error / pooled_error(share, scales[rows], correlation))
        return cls(correlation, np.sort(np.array(scores)))

    def error_model(self, confidence: float) -> ErrorModel:
        """Return how the errors of tasks combine into an interval of this confidence."""
        return ErrorModel(self.correlation, conformal_quantile(self.scores, confidence))


def _intraclass_correlation(errors: np.ndarray, occupations: Sequence[np.ndarray]) -> float:
    """Return the mean product of two errors of one occupation, over the mean squared error.

    This is the pairwise estimator of the intraclass correlation (Fisher 1925), of errors with mean
    zero, clipped to [0, 1].
    """
    products = pairs = 0.0
    for rows in occupations:
        error = errors[rows]
        products += float(error.sum() ** 2 - error @ error)
        pairs += len(rows) * (len(rows) - 1)
    square = float(np.mean(errors**2))
    if pairs == 0 or square == 0:
        return 0.0
    return float(np.clip(products / pairs / square, 0.0, 1.0))
