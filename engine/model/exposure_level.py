"""Exposure levels of tasks: what is known of them, and how likely each is for a new task."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.encoders.probe import LEVELS
from engine.model.classifier import ClassHead
from engine.records import rubric
from engine.retrieval.features import DEPTHS, FeatureMatrix

EXPOSURE_LEVELS = tuple(sorted(rubric.EXPOSURE_LEVELS, key=rubric.EXPOSURE_LEVELS.__getitem__))
"""Exposure levels by rising value: E0, E2, E1."""

_VOTES = [f"{level}_vote_{DEPTHS[1]}" for level in EXPOSURE_LEVELS]
_ROUNDS, _TINY = 100, 1e-12


@dataclass(frozen=True)
class LevelPool:
    """A linear opinion pool (Stone 1961) of what a tuned encoder reads and its neighbours vote.

    On occupations left out it is nearer the truth than a regression on all features, and, unlike
    that, not too sure of itself.

    Attributes:
        weights: of the encoder and of the neighbours, shape (2,), ≥ 0; they sum to 1.
    """

    weights: np.ndarray

    @classmethod
    def fit(cls, features: FeatureMatrix, memberships: np.ndarray) -> LevelPool:
        """The pool under which known levels are likeliest, by expectation maximisation.

        Args:
            features: of n tasks whose levels neither encoder nor neighbours have seen.
            memberships: shape (n, n_levels), ≥ 0; a row of zeros is unknown and left out.
        """
        sources = _sources(features)
        weights = np.full(len(sources), 1 / len(sources))
        for _ in range(_ROUNDS):
            pooled = np.maximum(np.tensordot(weights, sources, axes=1), _TINY)
            due = weights * np.einsum("stl,tl->s", sources, memberships / pooled)
            weights = due / due.sum()
        return cls(weights)

    def probabilities(self, features: FeatureMatrix) -> np.ndarray:
        """Probability of each exposure level, shape (n_tasks, n_levels); rows sum to 1."""
        pooled = np.tensordot(self.weights, _sources(features), axes=1)
        return np.asarray(pooled / pooled.sum(axis=1, keepdims=True))

    def to_arrays(self) -> dict[str, np.ndarray]:
        """As named arrays."""
        return {"weights": self.weights}


LevelHead = LevelPool | ClassHead
"""How likely each level is: a pool with a tuned encoder, else a regression on all inputs."""


def _sources(features: FeatureMatrix) -> np.ndarray:
    """Probabilities by the encoder and by the neighbours, shape (2, n_tasks, n_levels).

    The neighbours' are all zero for a task if none of them has a level.
    """
    votes = np.column_stack([features.column(name) for name in _VOTES])
    return np.stack([read_levels(features, rubric.LEVEL_MEASURE), votes])


def read_levels(features: FeatureMatrix, measure: str) -> np.ndarray:
    """Probability of each level of a measure, as a ``Readout`` gave it among other features.

    Of shape (n_tasks, n_levels), in the order of ``LEVELS``.
    """
    columns = [features.column(f"{measure}_at_{level:g}") for level in LEVELS[measure][1:]]
    above = np.column_stack(columns)
    return np.column_stack([np.maximum(1.0 - above.sum(axis=1), 0.0), above])
