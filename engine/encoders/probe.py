"""Linear probes: predict outcomes and work activities from the vectors of a tuned encoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.records import rubric

LEVELS = {
    measure: tuple(rubric.levels_of(measure).values())
    for measure in (*rubric.EXPOSURE_RATERS, rubric.RISK_MEASURE)
}
"""Measures that encoders are tuned on, and the values of their rubric levels, ascending."""

SCALE = 10.0
"""Factor by which tuning multiplies unit vectors before the probe."""

_MIN_PROBABILITY = 1e-4


@dataclass(frozen=True)
class LinearProbe:
    """Linear classifiers on the vectors of an encoder, tuned together with it.

    Attributes:
        weight: shape (n_scores, n_dimensions): scores of the levels of each measure, then of the
            nine work-activity groups.
        bias: shape (n_scores,).
    """

    weight: np.ndarray
    bias: np.ndarray

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the features that a call returns."""
        expected = [f"{name}_read" for name in LEVELS]
        levels = [f"{name}_at_{level:g}" for name, values in LEVELS.items() for level in values[1:]]
        groups = [f"{group}_read" for group in rubric.WORK_ACTIVITY_GROUPS]
        return (*expected, *levels, *groups)

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Return the features of vectors.

        Args:
            vectors: shape (n_tasks, n_dimensions).

        Returns:
            Shape (n_tasks, n_names). The columns are the expected outcome of each measure, the
            probability of each level above the lowest, both in [0, 1], and the log probability of
            each work-activity group.
        """
        from scipy.special import softmax

        scores = vectors @ self.weight.T + self.bias
        expected, levels, start = [], [], 0
        for values in LEVELS.values():
            probability = softmax(scores[:, start : start + len(values)], axis=1)
            start += len(values)
            expected.append(probability @ np.array(values))
            levels.append(probability[:, 1:])
        groups = np.maximum(softmax(scores[:, start:], axis=1), _MIN_PROBABILITY)
        return np.hstack([np.column_stack(expected), *levels, np.log(groups)])

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the weights as named arrays; ``from_arrays`` restores them."""
        return {"readout.weight": self.weight, "readout.bias": self.bias}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> LinearProbe | None:
        """Restore a probe from arrays of ``to_arrays``; None if they contain no probe."""
        if "readout.weight" not in arrays:
            return None
        return cls(arrays["readout.weight"], arrays["readout.bias"])
