"""Scale vectors to unit length, and scores to probabilities."""

from __future__ import annotations

import numpy as np


def unit(vectors: np.ndarray) -> np.ndarray:
    """Scale each row to length 1; a row of zeros stays zero.

    Args:
        vectors: shape (n, n_dimensions).
    """
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def unit_or_axis(vectors: np.ndarray) -> np.ndarray:
    """Scale each row to length 1, as float32; a row of zeros becomes the first axis.

    For an index of unit vectors, which cannot hold a row of zeros.

    Args:
        vectors: shape (n, n_dimensions).
    """
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    axis = np.eye(1, vectors.shape[1])
    return np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), axis).astype(np.float32)


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return the probabilities of scores, shape (n, n_kinds), rows sum to 1; without scipy.

    Args:
        scores: log probabilities up to a constant of each row, of the same shape.
    """
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
