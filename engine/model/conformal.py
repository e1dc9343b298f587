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
from statistics import NormalDist

import numpy as np

from engine.records.pooling import ErrorModel, Part, pooled_error

MIN_SCALE = 0.01
"""Lower bound of the expected error. Outcomes are levels, so no estimate is more precise."""

MAX_BINS = 5
"""Maximum number of bins of the prediction; each bin has its own quantile."""

NOVELTY_EDGES = (0.67, 0.9)
"""Novelties that divide each bin into parts, because errors far from the reference are larger."""

PARTS = len(NOVELTY_EDGES) + 1
"""Number of parts of each bin."""

TASKS_PER_BIN = 200
"""Minimum number of tasks in a bin, or in a part of one."""

OCCUPATIONS_PER_BIN, MAX_OCCUPATION_BINS = 60, 3
"""Minimum number of occupations in a bin of the estimate, and maximum number of such bins."""

OCCUPATIONS_PER_GROUP = 15
"""Minimum number of occupations in a major group for its intervals to have their own width."""

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
        scores: normalized residuals of the reference tasks, ≥ 0, shape (n,), ascending in each
            cell.
        cells: bin of each reference task and part of the bin, as bin × number of parts + part,
            shape (n,), ascending.
    """

    coefficients: np.ndarray
    bounds: np.ndarray
    edges: np.ndarray
    scores: np.ndarray
    cells: np.ndarray

    @classmethod
    def fit(
        cls, predictors: np.ndarray, residuals: np.ndarray, novelty: np.ndarray
    ) -> TaskIntervals:
        """Fit to reference tasks.

        Args:
            predictors: of the expected error, shape (n, 6); column 1 is the prediction.
            residuals: cross-fitted, shape (n,).
            novelty: in [0, 1], shape (n,).
        """
        error = np.abs(residuals)
        coefficients, *_ = np.linalg.lstsq(predictors, error, rcond=None)
        expected = predictors @ coefficients
        bounds = np.maximum(np.quantile(expected, _ERROR_QUANTILES), MIN_SCALE)
        predictions = predictors[:, 1]
        count = int(np.clip(len(error) // TASKS_PER_BIN, 1, MAX_BINS))
        edges = _edges(predictions, count)
        scores = (error / np.clip(expected, *bounds)).astype(np.float32)
        cells = _cells(edges, predictions, novelty)
        order = np.lexsort((scores, cells))  # sorted numbers compress well
        return cls(
            coefficients=coefficients,
            bounds=bounds,
            edges=edges,
            scores=scores[order],
            cells=cells[order],
        )

    def scale(self, predictors: np.ndarray) -> np.ndarray:
        """Return the expected absolute error, shape (n,), > 0."""
        return np.clip(predictors @ self.coefficients, *self.bounds)

    def interval(
        self, predictions: np.ndarray, scale: np.ndarray, novelty: np.ndarray, confidence: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower and upper ends of the intervals, each of shape (n,), in [0, 1].

        Args:
            predictions: in [0, 1], shape (n,); NaN gives NaN.
            scale: expected absolute error, as ``scale`` returns it, shape (n,).
            novelty: in [0, 1], shape (n,).
            confidence: in (0, 1).
        """
        quantiles = np.array(
            [conformal_quantile(scores, confidence) for scores in self._scores_by_cell]
        )
        half = quantiles[_cells(self.edges, predictions, novelty)] * scale
        return np.maximum(predictions - half, 0.0), np.minimum(predictions + half, 1.0)

    @cached_property
    def _scores_by_cell(self) -> list[np.ndarray]:
        """Scores of each cell, ascending; those of the whole bin where a cell has too few."""
        found = []
        for number in range((len(self.edges) + 1) * PARTS):
            scores = self.scores[self.cells == number]
            if len(scores) < TASKS_PER_BIN:
                scores = self.scores[self.cells // PARTS == number // PARTS]
            found.append(np.sort(scores))
        return found


def _cells(edges: np.ndarray, predictions: np.ndarray, novelty: np.ndarray) -> np.ndarray:
    """Return the bin of each prediction and its part by novelty, as one number, shape (n,)."""
    bins = np.searchsorted(edges, predictions, side="right")
    bins = np.minimum(bins, len(edges))  # NaN sorts last
    return (bins * PARTS + np.searchsorted(NOVELTY_EDGES, novelty, side="right")).astype(np.uint8)


@dataclass(frozen=True, kw_only=True)
class OccupationIntervals:
    """Intervals of one measure for time-weighted means over the tasks of an occupation.

    The errors of two tasks in one occupation are correlated; the correlation is estimated. The
    quantile is taken among occupations with similar estimates. Some kinds of work are harder to
    rate, so the quantile of a major group, relative to those of its occupations, is a factor.

    Attributes:
        correlation: mean correlation of the errors of two tasks of one occupation, in [0, 1].
        estimates: estimates of the reference occupations, in [0, 1], shape (n,).
        scores: their normalized residuals, shape (n,).
        edges: estimates that separate the bins, ascending, shape (n_bins - 1,).
        groups: SOC major group of each occupation, such as 43, shape (n,); 0 if it has none.
    """

    correlation: float
    estimates: np.ndarray
    scores: np.ndarray
    edges: np.ndarray
    groups: np.ndarray

    @classmethod
    def fit(
        cls,
        predictions: np.ndarray,
        residuals: np.ndarray,
        scales: np.ndarray,
        *,
        shares: np.ndarray,
        occupations: Sequence[np.ndarray],
        soc_codes: Sequence[str],
    ) -> OccupationIntervals:
        """Fit to reference occupations.

        Args:
            predictions: cross-fitted, shape (n_tasks,).
            residuals: cross-fitted, shape (n_tasks,).
            scales: expected absolute errors, shape (n_tasks,).
            shares: time shares, shape (n_tasks,), rescaled to sum to 1 in each occupation; tasks of
                an occupation without any count equally.
            occupations: rows of each occupation.
            soc_codes: code of each occupation.
        """
        correlation = _intraclass_correlation(residuals / scales, occupations)
        estimates, scores = [], []
        for rows in occupations:
            total = shares[rows].sum()
            share = shares[rows] / total if total > 0 else np.full(len(rows), 1 / len(rows))
            parts = [
                Part(share=s, value=v, error=e)
                for s, v, e in zip(share, predictions[rows], scales[rows], strict=True)
            ]
            estimates.append(float(share @ predictions[rows]))
            error = abs(float(share @ residuals[rows]))
            scores.append(error / pooled_error(parts, correlation))
        count = int(np.clip(len(scores) // OCCUPATIONS_PER_BIN, 1, MAX_OCCUPATION_BINS))
        edges = _edges(np.array(estimates), count)
        return cls(
            correlation=correlation,
            estimates=np.array(estimates),
            scores=np.array(scores),
            edges=edges,
            groups=np.array([major_group(code) for code in soc_codes], dtype=np.uint8),
        )

    def error_model(self, confidence: float, soc_code: str | None = None) -> ErrorModel:
        """Return how the errors of tasks combine into an interval of this confidence.

        Args:
            confidence: in (0, 1).
            soc_code: of the occupation, or of one in its major group; None if unknown.
        """
        bins = np.searchsorted(self.edges, self.estimates, side="right")
        quantiles = np.array(
            [
                conformal_quantile(np.sort(self.scores[bins == number]), confidence)
                for number in range(len(self.edges) + 1)
            ]
        )
        factor = 1.0
        group = 0 if soc_code is None else major_group(soc_code)
        own = np.flatnonzero(self.groups == group)
        is_regular = bool(np.isfinite(quantiles).all() and (quantiles > 0).all())
        if group and len(own) >= OCCUPATIONS_PER_GROUP and is_regular:
            relative = np.sort(self.scores[own] / quantiles[bins[own]])
            quantile = conformal_quantile(relative, confidence)
            factor = quantile if np.isfinite(quantile) else 1.0
        return ErrorModel(
            correlation=self.correlation,
            edges=tuple(self.edges.tolist()),
            reaches=tuple((quantiles * factor).tolist()),
            deviate=NormalDist().inv_cdf((1 + confidence) / 2),
        )


def _edges(values: np.ndarray, bins: int) -> np.ndarray:
    """Return the values that separate bins of about equal size, none of them empty, ascending."""
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1]))
    return edges[edges > values.min()]


def major_group(soc_code: str) -> int:
    """Return the major group of a SOC code, such as 43; 0 for a code of another taxonomy."""
    return int(soc_code[:2]) if soc_code[:2].isdigit() else 0


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
