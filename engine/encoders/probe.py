"""Linear probes: predict outcomes and work activities from the vectors of a tuned encoder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from engine.records import rubric
from engine.utils.vectors import softmax

RATED = (*rubric.EXPOSURE_RATERS, rubric.RISK_MEASURE)
"""Measures that every probe predicts, with the probability of each of their levels."""

SCALE = 10.0
"""Factor by which tuning multiplies unit vectors before the probe."""

_MIN_PROBABILITY = 1e-4
_MEASURES = "measures"


def levels(measure: str) -> tuple[float, ...]:
    """Return the values that a probe distributes a measure over, ascending and equally spaced.

    They are the levels of its rubric. A measure without levels has quarters.
    """
    return tuple(rubric.levels_of(measure).values()) or rubric.QUARTERS


@dataclass(frozen=True)
class LinearProbe:
    """Linear classifiers on the vectors of an encoder, tuned together with it.

    Attributes:
        measures: measures that it predicts, those of ``RATED`` among them.
        weight: shape (n_scores, n_dimensions): scores of the levels of each measure, then of the
            nine work-activity groups.
        bias: shape (n_scores,).
    """

    measures: tuple[str, ...]
    weight: np.ndarray
    bias: np.ndarray

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the features that a call returns."""
        expected = [f"{name}_read" for name in self.measures]
        at = [f"{name}_at_{level:g}" for name in RATED for level in levels(name)[1:]]
        deviations = [f"{name}_deviation" for name in self.measures]
        groups = [f"{group}_read" for group in rubric.WORK_ACTIVITY_GROUPS]
        return (*expected, *at, *deviations, *groups)

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Return the features of vectors.

        Args:
            vectors: shape (n_tasks, n_dimensions).

        Returns:
            Shape (n_tasks, n_names). The columns are the expected outcome of each measure, the
            probability of each level above the lowest of the measures in ``RATED``, the standard
            deviation of the distribution of each measure, all in [0, 1], and the log probability
            of each work-activity group.
        """
        scores = vectors @ self.weight.T + self.bias
        expected, deviations, at, start = [], [], {}, 0
        for name in self.measures:
            values = np.array(levels(name))
            probability = softmax(scores[:, start : start + len(values)])
            start += len(values)
            mean = probability @ values
            expected.append(mean)
            deviations.append(np.sqrt(np.maximum(probability @ values**2 - mean**2, 0.0)))
            at[name] = probability[:, 1:]
        groups = np.maximum(softmax(scores[:, start:]), _MIN_PROBABILITY)
        return np.hstack(
            [
                np.column_stack(expected),
                *(at[name] for name in RATED),
                np.column_stack(deviations),
                np.log(groups),
            ]
        )

    def write(self, path: Path) -> None:
        """Write the probe to a safetensors file, in half precision."""
        from safetensors.numpy import save_file

        arrays = {"weight": self.weight, "bias": self.bias}
        save_file(
            {name: array.astype(np.float16) for name, array in arrays.items()},
            str(path),
            metadata={_MEASURES: json.dumps(self.measures)},
        )

    @classmethod
    def read(cls, path: Path) -> LinearProbe:
        """Read a probe that ``write`` wrote."""
        from safetensors import safe_open

        with safe_open(str(path), framework="numpy") as stream:
            measures = tuple(json.loads(stream.metadata()[_MEASURES]))
            weight, bias = (stream.get_tensor(name) for name in ("weight", "bias"))
        return cls(measures, weight.astype(np.float64), bias.astype(np.float64))

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the weights as named arrays; ``from_arrays`` restores them."""
        return {"readout.weight": self.weight, "readout.bias": self.bias}

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, np.ndarray], measures: Sequence[str]
    ) -> LinearProbe | None:
        """Restore a probe of these measures from arrays of ``to_arrays``; None without measures."""
        if not measures:
            return None
        return cls(tuple(measures), arrays["readout.weight"], arrays["readout.bias"])
