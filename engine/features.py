"""Neighbours to named features. Pure functions of similarities and outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.index import NOBODY, Neighbours

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


def weights(neighbours: Neighbours, depth: int) -> np.ndarray:
    """Weights of the nearest ``depth`` neighbours, shape (n_tasks, depth), ≥ 0; 0 for nobody."""
    similarity = neighbours.similarity[:, :depth]
    weight = np.exp((similarity - similarity[:, :1]) / TEMPERATURE)
    return np.where(neighbours.rows[:, :depth] == NOBODY, 0.0, weight)


def weighted_mean(
    neighbours: Neighbours, values: np.ndarray, depth: int, prior: np.ndarray | float
) -> np.ndarray:
    """Similarity-weighted mean of the neighbours' values, shape (n_tasks, n_columns).

    Args:
        values: values of the index rows, shape (n_rows, n_columns), NaN where unknown.
        prior: value per column for a task none of whose neighbours has one.
    """
    from scipy.sparse import csr_array

    weight = weights(neighbours, depth)
    count, width = weight.shape
    rows = np.where(weight > 0, neighbours.rows[:, :depth], 0)
    # A sparse product touches each neighbour once, without a copy of its values.
    mixing = csr_array(
        (weight.ravel(), rows.ravel(), np.arange(0, count * width + 1, width)),
        shape=(count, len(values)),
    )
    known = ~np.isnan(values)
    total = mixing @ known.astype(np.float64)
    mean = mixing @ np.where(known, values, 0.0) / np.where(total > 0, total, 1.0)
    return np.where(total > 0, mean, prior)


def neighbour_features(
    neighbours: Neighbours, outcomes: np.ndarray, measures: Sequence[str], prior: np.ndarray
) -> FeatureMatrix:
    """Mean outcome at each depth, spread of outcomes, and how near the neighbours are.

    Args:
        neighbours: of the tasks, at least ``NEIGHBOURS`` wide.
        outcomes: of the index rows, shape (n_rows, n_measures), NaN where unknown.
        measures: names of the columns of ``outcomes``.
        prior: mean outcome of each measure, shape (n_measures,).
    """
    names: list[str] = []
    columns: list[np.ndarray] = []
    for depth in DEPTHS:
        names += [f"{measure}_mean_{depth}" for measure in measures]
        columns.append(weighted_mean(neighbours, outcomes, depth, prior))
    depth = DEPTHS[1]
    mean = weighted_mean(neighbours, outcomes, depth, prior)
    square = weighted_mean(neighbours, outcomes**2, depth, prior**2)
    names += [f"{measure}_spread" for measure in measures]
    columns.append(np.sqrt(np.maximum(square - mean**2, 0.0)))
    for depth in (1, *DEPTHS):
        names.append(f"similarity_{depth}")
        columns.append(neighbours.similarity[:, :depth].mean(axis=1, keepdims=True))
    return FeatureMatrix(tuple(names), np.hstack(columns))
