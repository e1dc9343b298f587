"""Turn the neighbors of tasks into named features.

These are pure functions of similarities and of the values known for the reference tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.retrieval.index import NO_NEIGHBOUR, Neighbours

NEIGHBOURS = 100
"""Neighbors retrieved for each task."""

DEPTHS = (5, 20, 100)
"""Numbers of nearest neighbors over which outcomes are averaged."""

TEMPERATURE = 0.1
"""A neighbor's weight is exp((similarity − similarity of the nearest) / TEMPERATURE)."""


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
        """Return the feature ``name``, shape (n_tasks,).

        Raises:
            ValueError: if there is no such feature.
        """
        return self.values[:, self.names.index(name)]

    def __getitem__(self, rows: np.ndarray) -> FeatureMatrix:
        return FeatureMatrix(self.names, self.values[rows])


@dataclass(frozen=True)
class MaskedValues:
    """Values of the index rows, some of them unknown, stored for fast averaging.

    Attributes:
        stacked: the values with 0 for unknown ones, then their mask (1 known, 0 unknown), shape
            (n_rows, 2 × n_columns).
        prior: value of each column for a task without a neighbor whose value is known, shape
            (n_columns,).
    """

    stacked: np.ndarray
    prior: np.ndarray

    @classmethod
    def from_nan(cls, values: np.ndarray, prior: np.ndarray | float) -> MaskedValues:
        """Mask values of shape (n_rows, n_columns) that are NaN where unknown."""
        known = ~np.isnan(values)
        stacked = np.hstack([np.where(known, values, 0.0), known.astype(np.float64)])
        return cls(stacked, np.broadcast_to(prior, values.shape[1:]))

    @classmethod
    def hstack(cls, parts: Sequence[MaskedValues]) -> MaskedValues:
        """Put the columns of several sets of values for the same rows side by side."""
        halves = [np.hsplit(part.stacked, 2) for part in parts]
        return cls(
            np.hstack([values for values, _ in halves] + [known for _, known in halves]),
            np.concatenate([part.prior for part in parts]),
        )


def weighted_mean(neighbours: Neighbours, values: MaskedValues, depth: int) -> np.ndarray:
    """Average the known values of the nearest ``depth`` neighbors, weighted by similarity.

    This is the Nadaraya-Watson estimator (Nadaraya 1964, Watson 1964) with an exponential kernel
    of the cosine similarity, over the nearest neighbors only.

    Returns:
        Means, shape (n_tasks, n_columns); the prior where no neighbor has a known value.
    """
    return weighted_mean_and_support(neighbours, values, depth)[0]


def weighted_mean_and_support(
    neighbours: Neighbours, values: MaskedValues, depth: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return ``weighted_mean``, and the share of the weights whose value is known.

    Returns:
        Means and shares, each of shape (n_tasks, n_columns); shares are in [0, 1].
    """
    from scipy.sparse import csr_array

    rows = neighbours.rows[:, :depth]
    weight = neighbour_weights(neighbours, depth)
    count, width = weight.shape
    # A sparse product reads each neighbor once and makes no copy of its values.
    weights = csr_array(
        (weight.ravel(), np.where(weight > 0, rows, 0).ravel(), np.arange(count + 1) * width),
        shape=(count, len(values.stacked)),
    )
    sums, known = np.hsplit(weights @ values.stacked, 2)
    means = np.where(known > 0, sums / np.where(known > 0, known, 1.0), values.prior)
    total = weight.sum(axis=1, keepdims=True)
    return means, known / np.where(total > 0, total, 1.0)


def neighbour_weights(neighbours: Neighbours, depth: int) -> np.ndarray:
    """Return the weights of the nearest ``depth`` neighbors, relative to the nearest one.

    Returns:
        Shape (n_tasks, depth), in [0, 1]; 0 where there is no neighbor.
    """
    similarity = neighbours.similarity[:, :depth]
    relative = np.exp((similarity - similarity[:, :1]) / TEMPERATURE)
    return np.where(neighbours.rows[:, :depth] == NO_NEIGHBOUR, 0.0, relative)


def feature_names(measures: Sequence[str], groups: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the features, in order.

    They are: the mean of each measure at each of the ``DEPTHS``; the standard deviation of each
    measure at the middle depth; the share of the neighbors there, by weight, whose outcome of the
    measure is known; the mean similarity of the nearest 1, 5, 20 and 100; the mean membership in
    each group at the two larger depths.

    Args:
        measures: names of the outcomes.
        groups: names of the groups that a task may belong to.
    """
    names = [f"{measure}_mean_{depth}" for depth in DEPTHS for measure in measures]
    names += [f"{measure}_spread" for measure in measures]
    names += [f"{measure}_support" for measure in measures]
    names += [f"similarity_{depth}" for depth in (1, *DEPTHS)]
    names += [f"{group}_vote_{depth}" for depth in DEPTHS[1:] for group in groups]
    return tuple(names)


class FeatureExtractor:
    """Computes features of tasks from what is known of their neighbors.

    Args:
        measures: names of the outcomes.
        outcomes: shape (n_rows, n_measures), in [0, 1], NaN where unknown.
        prior: mean outcome of each measure, shape (n_measures,).
        groups: names of the groups that a task may belong to, such as work-activity groups.
        memberships: membership of each row in each group, in [0, 1], shape (n_rows, n_groups), NaN
            where unknown.
    """

    def __init__(
        self,
        *,
        measures: Sequence[str],
        outcomes: np.ndarray,
        prior: np.ndarray,
        groups: Sequence[str],
        memberships: np.ndarray,
    ) -> None:
        self.measures = tuple(measures)
        self.groups = tuple(groups)
        means = MaskedValues.from_nan(outcomes, prior)
        squares = MaskedValues.from_nan(outcomes**2, prior**2)
        votes = MaskedValues.from_nan(memberships, 0.0)
        shallow, middle, deep = DEPTHS
        self._by_depth = {
            shallow: means,
            middle: MaskedValues.hstack([means, squares, votes]),
            deep: MaskedValues.hstack([means, votes]),
        }

    def features(self, neighbours: Neighbours) -> FeatureMatrix:
        """Compute ``feature_names`` from at least ``NEIGHBOURS`` neighbors of each task."""
        found = {
            depth: weighted_mean_and_support(neighbours, values, depth)
            for depth, values in self._by_depth.items()
        }
        at = {depth: means for depth, (means, _) in found.items()}
        count = len(self.measures)
        _, middle, deep = DEPTHS
        mean, square, votes = np.split(at[middle], [count, 2 * count], axis=1)
        columns = [averages[:, :count] for averages in at.values()]
        columns.append(np.sqrt(np.maximum(square - mean**2, 0.0)))
        columns.append(found[middle][1][:, :count])
        nearest = [neighbours.similarity[:, :depth] for depth in (1, *DEPTHS)]
        columns += [similarity.mean(axis=1, keepdims=True) for similarity in nearest]
        names = feature_names(self.measures, self.groups)
        return FeatureMatrix(names, np.hstack([*columns, votes, at[deep][:, count:]]))
