"""Features of a segment's surroundings, from what a first look takes each segment for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.intake.posting_segments import Segment
from engine.records.posting import KINDS

HEADING = KINDS.index("heading")
OFFSETS = (-2, -1, 1, 2)
NEAR = 4
"""Segments before, and after, whose mean is a feature."""

_VECTOR_SCALE = 2.0
_MIN_PROBABILITY = 1e-4


def context(segments: Sequence[Segment], first: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return features of the surroundings of each segment.

    They are the probabilities of the segment, of its neighbors, of the segments under the same
    heading, of those among them with or without a bullet, and of the whole text; the vector of
    the heading; and how bullets compare with the neighbors'.

    Args:
        segments: of one text, in order; at least one.
        first: probability of each kind, shape (n_segments, n_kinds).
        vectors: unit vectors, shape (n_segments, n_dimensions).

    Returns:
        shape (n_segments, n_features), float32.
    """
    count = len(segments)
    scores = np.log(np.maximum(first, _MIN_PROBABILITY)) / 3
    edge = np.zeros((max(map(abs, OFFSETS)), first.shape[1]))
    padded = np.vstack([edge, scores, edge])
    neighbors = [padded[len(edge) + offset :][:count] for offset in OFFSETS]

    is_heading = first[:, HEADING] > 0.5
    block = np.cumsum(is_heading)
    bulleted = np.array([bool(segment.bullet) for segment in segments])
    heading = _last_before(is_heading)
    known = heading >= 0
    vector = np.where(known[:, None], vectors[np.maximum(heading, 0)], 0.0) * _VECTOR_SCALE
    distance = np.where(known, np.minimum(1.0, (np.arange(count) - heading) / 10), 0.0)

    mean = np.repeat(first.mean(axis=0, keepdims=True), count, axis=0)
    parts = [
        scores,
        *neighbors,
        _mean_of_others(first, block),
        _mean_of_others(first, 2 * block + bulleted),
        vector,
        np.stack([distance, known], axis=1),
        _bullets([segment.bullet for segment in segments]),
        mean,
        _mean_near(first, -NEAR),
        _mean_near(first, NEAR),
    ]
    return np.hstack(parts).astype(np.float32)


def _last_before(chosen: np.ndarray) -> np.ndarray:
    """Return the row of the last chosen row before each row, -1 if there is none."""
    last = np.maximum.accumulate(np.where(chosen, np.arange(len(chosen)), -1))
    return np.concatenate([[-1], last[:-1]])


def _mean_of_others(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return the mean over the other rows of the same group; 0 where there is none."""
    _, index, size = np.unique(group, return_inverse=True, return_counts=True)
    sums = np.zeros((len(size), values.shape[1]))
    np.add.at(sums, index, values)
    return (sums[index] - values) / np.maximum(1, size[index] - 1)[:, None]


def _mean_near(values: np.ndarray, reach: int) -> np.ndarray:
    """Return the mean over the next ``reach`` rows, or the rows before if it is negative."""
    count = len(values)
    sums = np.vstack([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    rows = np.arange(count)
    low, high = (rows + reach, rows) if reach < 0 else (rows + 1, rows + 1 + reach)
    low, high = np.clip(low, 0, count), np.clip(high, 0, count)
    return (sums[high] - sums[low]) / np.maximum(1, high - low)[:, None]


def _bullets(bullets: Sequence[str]) -> np.ndarray:
    """Return whether neighbors have the same bullet, or any, shape (n_segments, 4)."""
    padded = ["", *bullets, ""]
    return np.array(
        [
            [bool(here) and here == before, bool(here) and bool(after), bool(before), bool(after)]
            for before, here, after in zip(padded, padded[1:-1], padded[2:], strict=False)
        ],
        dtype=float,
    )
