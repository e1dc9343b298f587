"""What a tuned encoder itself says of a task: the heads it was tuned with, read off its vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.records import rubric

LEVELS = {
    "exposure_human": (0.0, 0.5, 1.0),
    "exposure_model": (0.0, 0.5, 1.0),
    "automation": (0.0, 0.25, 0.5, 0.75, 1.0),
}
"""Measures an encoder is tuned on, and the values of their levels."""

SCALE = 10.0
"""Unit vectors are multiplied with it before the heads."""

_LEAST_PROBABILITY = 1e-4


@dataclass(frozen=True)
class Readout:
    """Linear heads on the vectors of an encoder.

    Attributes:
        weight: shape (n_scores, n_dimensions): scores of the levels, then of the nine
            work-activity groups.
        bias: shape (n_scores,).
    """

    weight: np.ndarray
    bias: np.ndarray

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns that a call gives."""
        expected = [f"{name}_read" for name in LEVELS]
        levels = [f"{name}_at_{level:g}" for name, known in LEVELS.items() for level in known[1:]]
        groups = [f"{group}_read" for group in rubric.WORK_ACTIVITY_GROUPS]
        return (*expected, *levels, *groups)

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Readings of vectors of shape (n_tasks, n_dimensions), shape (n_tasks, n_names).

        Expected outcomes and probabilities of the levels above the lowest, in [0, 1], and natural
        logarithms of the probabilities of the work-activity groups.
        """
        scores = vectors @ self.weight.T + self.bias
        expected, levels, start = [], [], 0
        for values in LEVELS.values():
            probability = _softmax(scores[:, start : start + len(values)])
            start += len(values)
            expected.append(probability @ np.array(values))
            levels.append(probability[:, 1:])
        groups = np.maximum(_softmax(scores[:, start:]), _LEAST_PROBABILITY)
        return np.hstack([np.column_stack(expected), *levels, np.log(groups)])

    def to_arrays(self) -> dict[str, np.ndarray]:
        """As named arrays."""
        return {"readout.weight": self.weight, "readout.bias": self.bias}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Readout | None:
        """What ``to_arrays`` gave; None where there is none."""
        if "readout.weight" not in arrays:
            return None
        return cls(arrays["readout.weight"], arrays["readout.bias"])


def _softmax(scores: np.ndarray) -> np.ndarray:
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)
