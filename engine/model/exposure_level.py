"""Predict the exposure level of a task: how likely E0, E2 and E1 are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.encoders.probe import levels
from engine.model.classifier import ClassHead
from engine.records import rubric
from engine.retrieval.features import DEPTHS, FeatureMatrix

EXPOSURE_LEVELS = tuple(sorted(rubric.EXPOSURE_LEVELS, key=rubric.EXPOSURE_LEVELS.__getitem__))
"""Exposure levels in ascending order of their values: E0, E2, E1."""

_VOTES = [f"{level}_vote_{DEPTHS[1]}" for level in EXPOSURE_LEVELS]
_ITERATIONS, _TINY = 100, 1e-12


@dataclass(frozen=True)
class LevelPool:
    """A linear opinion pool (Stone 1961) of the encoder's probe and of the neighbors' votes.

    For held-out occupations it is more accurate than a regression on all features, and, unlike the
    regression, not overconfident.

    Attributes:
        weights: of the probe and of the neighbors, shape (2,), ≥ 0; they sum to 1.
    """

    weights: np.ndarray

    @classmethod
    def fit(cls, features: FeatureMatrix, memberships: np.ndarray) -> LevelPool:
        """Find the weights of maximum likelihood by expectation maximization.

        Args:
            features: of n tasks whose levels neither the encoder nor the neighbors have seen.
            memberships: weight of each task in each level, ≥ 0, shape (n, n_levels); a task with
                zeros only is unlabeled and not used.
        """
        sources = _sources(features)
        weights = np.full(len(sources), 1 / len(sources))
        for _ in range(_ITERATIONS):
            pooled = np.maximum(np.tensordot(weights, sources, axes=1), _TINY)
            due = weights * np.einsum("stl,tl->s", sources, memberships / pooled)
            weights = due / due.sum()
        return cls(weights)

    def probabilities(self, features: FeatureMatrix) -> np.ndarray:
        """Return the probability of each level, shape (n_tasks, n_levels); rows sum to 1."""
        pooled = np.tensordot(self.weights, _sources(features), axes=1)
        return np.asarray(pooled / pooled.sum(axis=1, keepdims=True))

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the pool as named arrays."""
        return {"weights": self.weights}


LevelHead = LevelPool | ClassHead
"""Predicts levels: a pool if the encoder has a probe, else a regression on all inputs."""


def _sources(features: FeatureMatrix) -> np.ndarray:
    """Return the probabilities by the probe and by the neighbors, shape (2, n_tasks, n_levels).

    The neighbors' are all zero for a task none of whose neighbors has a level.
    """
    votes = np.column_stack([features.column(name) for name in _VOTES])
    return np.stack([probe_probabilities(features, rubric.LEVEL_MEASURE), votes])


def probe_probabilities(features: FeatureMatrix, measure: str) -> np.ndarray:
    """Return the probe's probability of each level of a measure, from its features.

    Returns:
        Shape (n_tasks, n_levels), with levels in ascending order.
    """
    columns = [features.column(f"{measure}_at_{level:g}") for level in levels(measure)[1:]]
    above = np.column_stack(columns)
    return np.column_stack([np.maximum(1.0 - above.sum(axis=1), 0.0), above])
