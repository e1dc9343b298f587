"""Round vectors for shipping so that linear readouts of them change little.

The nearest integers have the smallest error of a vector, but the predictions of a probe depend on
few directions. Rounding some numbers the other way makes errors in these directions cancel out, as
the adaptive rounding of weights does (Nagel et al. 2020, Up or Down? Adaptive Rounding for
Post-Training Quantization).
"""

from __future__ import annotations

import numpy as np

_PASSES = 6
_WEIGHT_OF_OTHERS = 0.02
"""Weight of errors in all directions, relative to those that the readout sees."""


def round_for(readout: np.ndarray, vectors: np.ndarray, largest: int) -> np.ndarray:
    """Return vectors that ``quantized.quantize`` stores exactly, with a scale for each row.

    Each number is one of its two neighbors on the grid. One number at a time takes the other if
    that lowers the squared error of the readout of the scaled vector.

    Args:
        readout: weights of linear functions of a vector, shape (n_outputs, n_dimensions).
        vectors: unit vectors, shape (n, n_dimensions).
        largest: the largest integer.

    Returns:
        shape (n, n_dimensions), float32.
    """
    rows = np.ascontiguousarray(vectors.T, dtype=np.float32)  # one row for each dimension
    scale = np.abs(rows).max(axis=0) / largest
    numbers = np.rint(rows / scale)
    fixed = np.abs(numbers) == largest  # they define the scale
    errors = numbers * scale - rows
    power = float((readout**2).sum())
    others = _WEIGHT_OF_OTHERS * power / len(rows)
    cost = (readout.T @ readout + others * np.eye(len(rows))).astype(np.float32)
    lengths = (rows * errors).sum(axis=0)  # a change of length changes all readouts
    weight = np.float32(power / len(readout))
    for _ in range(_PASSES):
        for place, error in enumerate(errors):
            step = np.where(error > 0, -scale, scale)
            slope = cost[place] @ errors + weight * lengths * rows[place]
            curvature = cost[place, place] + weight * rows[place] ** 2
            turned = (2 * step * slope + step**2 * curvature < 0) & ~fixed[place]
            turned &= np.abs(error + step) <= scale
            change = np.where(turned, step, 0)
            error += change
            lengths += change * rows[place]
    return np.asarray((rows + errors).T, dtype=np.float32)
