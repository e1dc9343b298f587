"""Neighbours to named features. Pure functions of similarities and outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.retrieval.index import NOBODY, Neighbours

NEIGHBOURS = 100
"""Neighbours looked at for each task."""

DEPTHS = (5, 20, 100)
"""Numbers of neighbours over which outcomes are averaged."""

TEMPERATURE = 0.1
"""A neighbour's weight is exp(similarity / TEMPERATURE), relative to the nearest."""


@dataclass(frozen=True)
class FeatureMatrix:
    """Features of some tasks.

    Attributes:
        names: name of each column.
        values: shape (n_tasks, n_features), without NaN.
    """

    names: tuple[str, ...]
    values: np.ndarray

    def column(self, name: str) -> np.ndarray:
        """The feature ``name``, shape (n_tasks,)."""
        return self.values[:, self.names.index(name)]

    def __getitem__(self, rows: np.ndarray) -> FeatureMatrix:
        return FeatureMatrix(self.names, self.values[rows])


@dataclass(frozen=True)
class KnownValues:
    """Values of the index rows, made ready to be averaged among neighbours.

    Attributes:
        filled: the values, 0 where unknown, then 1 for each that is known and 0 for the others,
            shape (n_rows, 2 × n_columns).
        prior: value per column for a task none of whose neighbours has one, shape (n_columns,).
    """

    filled: np.ndarray
    prior: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, prior: np.ndarray | float) -> KnownValues:
        """Of values of shape (n_rows, n_columns), NaN where unknown."""
        known = ~np.isnan(values)
        filled = np.hstack([np.where(known, values, 0.0), known.astype(np.float64)])
        return cls(filled, np.broadcast_to(prior, values.shape[1:]))


def weighted_mean(neighbours: Neighbours, values: KnownValues, depth: int) -> np.ndarray:
    """Mean of the values of the nearest ``depth`` neighbours, weighted by their similarity.

    Of shape (n_tasks, n_columns).
    """
    from scipy.sparse import csr_array

    similarity, rows = neighbours.similarity[:, :depth], neighbours.rows[:, :depth]
    weight = np.where(rows == NOBODY, 0.0, np.exp((similarity - similarity[:, :1]) / TEMPERATURE))
    count, width = weight.shape
    # A sparse product touches each neighbour once, without a copy of its values.
    mixing = csr_array(
        (weight.ravel(), np.where(weight > 0, rows, 0).ravel(), np.arange(count + 1) * width),
        shape=(count, len(values.filled)),
    )
    sums, total = np.hsplit(mixing @ values.filled, 2)
    return np.where(total > 0, sums / np.where(total > 0, total, 1.0), values.prior)


class ReferenceValues:
    """What is known of the index rows, and is averaged among neighbours as features.

    Args:
        measures: names of the outcomes.
        outcomes: shape (n_rows, n_measures), NaN where unknown.
        prior: mean outcome of each measure, shape (n_measures,).
        groups: names of what a task can be, as a work-activity group.
        memberships: part of each row in each, shape (n_rows, n_groups), NaN where unknown.
    """

    def __init__(
        self,
        measures: Sequence[str],
        outcomes: np.ndarray,
        prior: np.ndarray,
        groups: Sequence[str],
        memberships: np.ndarray,
    ) -> None:
        self.measures = tuple(measures)
        self.groups = tuple(groups)
        means = KnownValues.of(outcomes, prior)
        squares = KnownValues.of(outcomes**2, prior**2)
        votes = KnownValues.of(memberships, 0.0)
        shallow, middle, deep = DEPTHS
        self._by_depth = {
            shallow: means,
            middle: _beside(means, squares, votes),
            deep: _beside(means, votes),
        }

    def features(self, neighbours: Neighbours) -> FeatureMatrix:
        """Mean outcome at each depth, spread of outcomes, how near the neighbours are, and votes.

        Of neighbours at least ``NEIGHBOURS`` wide.
        """
        names = [f"{measure}_mean_{depth}" for depth in DEPTHS for measure in self.measures]
        names += [f"{measure}_spread" for measure in self.measures]
        names += [f"similarity_{depth}" for depth in (1, *DEPTHS)]
        names += [f"{group}_vote_{depth}" for depth in DEPTHS[1:] for group in self.groups]
        at = {
            depth: weighted_mean(neighbours, values, depth)
            for depth, values in self._by_depth.items()
        }
        count = len(self.measures)
        _, middle, deep = DEPTHS
        mean, square, votes = np.split(at[middle], [count, 2 * count], axis=1)
        columns = [averages[:, :count] for averages in at.values()]
        columns.append(np.sqrt(np.maximum(square - mean**2, 0.0)))
        nearest = [neighbours.similarity[:, :depth] for depth in (1, *DEPTHS)]
        columns += [similarity.mean(axis=1, keepdims=True) for similarity in nearest]
        return FeatureMatrix(tuple(names), np.hstack([*columns, votes, at[deep][:, count:]]))


def _beside(*parts: KnownValues) -> KnownValues:
    halves = [np.hsplit(part.filled, 2) for part in parts]
    return KnownValues(
        np.hstack([values for values, _ in halves] + [known for _, known in halves]),
        np.concatenate([part.prior for part in parts]),
    )
