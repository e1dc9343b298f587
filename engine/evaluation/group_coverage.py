"""Measure how often intervals contain the rated value, by group of tasks or occupations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from engine.corpus.corpus import Corpus
from engine.evaluation.scoreboard import occupation_means
from engine.model.catalogue_scores import CatalogueScores
from engine.model.occupation_estimates import occupation_estimates
from engine.records import rubric
from engine.records.pooling import ErrorModel


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """Intervals of some tasks or occupations, and the rated values that they should contain.

    Attributes:
        low: shape (n,), in [0, 1].
        high: shape (n,), in [0, 1].
        rated: shape (n,), in [0, 1].
    """

    low: np.ndarray
    high: np.ndarray
    rated: np.ndarray

    @property
    def covered(self) -> np.ndarray:
        """Whether each interval contains the rated value, bool, shape (n,)."""
        return np.asarray((self.low <= self.rated) & (self.rated <= self.high))


@dataclass(frozen=True, kw_only=True)
class GroupCoverage:
    """Coverage of the intervals in a group.

    Attributes:
        count: number of intervals.
        coverage: share that contains the rated value, in [0, 1].
        width: mean width, in [0, 1].
    """

    count: int
    coverage: float
    width: float


def coverage_by_group(
    intervals: Intervals, groups: Mapping[str, np.ndarray], *, at_least: int = 1
) -> dict[str, GroupCoverage]:
    """Return the coverage in each group.

    Args:
        intervals: of n tasks or occupations.
        groups: name -> positions in ``intervals``.
        at_least: leave out groups with fewer members; at least 1.
    """
    covered, width = intervals.covered, intervals.high - intervals.low
    return {
        name: GroupCoverage(
            count=len(members),
            coverage=float(covered[members].mean()),
            width=float(width[members].mean()),
        )
        for name, members in groups.items()
        if len(members) >= at_least
    }


@dataclass(frozen=True, kw_only=True)
class CatalogueEstimates:
    """Left-out estimates of the occupations of a catalog, and their ratings.

    Attributes:
        codes: SOC code of each, shape (n_occupations,).
        values: estimates, in [0, 1], shape (n_occupations,).
        low: lower ends of their intervals, shape (n_occupations,).
        high: upper ends, shape (n_occupations,).
        ratings: time-weighted means of the known outcomes, shape (n_occupations,); NaN where too
            little of the time is rated.
    """

    codes: np.ndarray
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    ratings: np.ndarray

    @classmethod
    def of(
        cls,
        corpus: Corpus,
        scores: CatalogueScores,
        error: Callable[[str], ErrorModel],
        *,
        measure: str = rubric.RISK_MEASURE,
        time_errors: bool = True,
    ) -> CatalogueEstimates:
        """Combine the scores of the tasks of each occupation, as reports do.

        Args:
            corpus: with the known outcomes.
            scores: of all its tasks.
            error: SOC code -> how the errors of the measure combine in the occupation.
            measure: to combine; estimated for every occupation.
            time_errors: widen the intervals by the errors of the time shares, as reports do. The
                ratings are combined with the same shares, so these errors are not in them.

        Raises:
            KeyError: if an occupation has no estimate of the measure.
        """
        share_errors = scores.share_errors if time_errors else np.zeros(len(scores.shares))
        predictions = scores.predictions.of([measure])
        found = [
            occupation_estimates(
                {measure: error(code)},
                predictions[rows],
                shares=scores.shares[rows],
                share_errors=share_errors[rows],
                keys=corpus.text_keys[rows].tolist(),
            )[measure]
            for code, rows in corpus.rows_of.items()
        ]
        outcomes = corpus.tasks[measure].to_numpy(dtype=float)
        return cls(
            codes=np.array(list(corpus.rows_of), dtype=object),
            values=np.array([estimate.value for estimate in found]),
            low=np.array([estimate.low for estimate in found]),
            high=np.array([estimate.high for estimate in found]),
            ratings=occupation_means(outcomes, scores.shares, corpus.rows_of),
        )

    def rated(self) -> CatalogueEstimates:
        """Return the occupations that have a rating."""
        known = np.flatnonzero(~np.isnan(self.ratings))
        return CatalogueEstimates(
            codes=self.codes[known],
            values=self.values[known],
            low=self.low[known],
            high=self.high[known],
            ratings=self.ratings[known],
        )

    @property
    def intervals(self) -> Intervals:
        """The intervals, and the ratings that they should contain."""
        return Intervals(low=self.low, high=self.high, rated=self.ratings)


def outside_evidence(values: np.ndarray, evidence: np.ndarray) -> np.ndarray:
    """Return whether each value lies outside the known outcomes of its evidence, bool, shape (n,).

    A value without a known outcome in its evidence does not.

    Args:
        values: shape (n,).
        evidence: outcomes, shape (n, n_shown), NaN where unknown.
    """
    unknown = np.isnan(evidence)
    low = np.where(unknown, np.inf, evidence).min(axis=1)
    high = np.where(unknown, -np.inf, evidence).max(axis=1)
    return np.asarray(((values < low) | (values > high)) & ~unknown.all(axis=1))
