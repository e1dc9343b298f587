"""The network that reads other languages: convolutions over pieces of words, in plain numpy.

It has the architecture of the multilingual Universal Sentence Encoder (Yang et al. 2020,
Multilingual Universal Sentence Encoder for Semantic Retrieval, ACL demos), whose weights it was
trained from: vectors of word pieces, two layers of convolutions of two, three and five pieces, the
sum of all pieces divided by the square root of their number, and a feed-forward network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

ORDERS = ((2, 0), (3, 1), (5, 2))
"""Width of each convolution, and how many of its pieces are before the current one."""

WIDTH = 256
"""Dimensions of a convolution."""

EPSILON = 1e-12
"""Added to variances before their root."""

_BEFORE = max(before for _, before in ORDERS)
_AFTER = max(width - 1 - before for width, before in ORDERS)
_AT_ONCE = 4_096
"""Maximum number of pieces to compute at once, to bound memory."""

MATRICES = (
    "pieces", "project", *(f"{name}{width}" for width, _ in ORDERS for name in ("first", "second")),
    "pool", "dense_0", "skip_1", "dense_1", "dense_2", "skip_3", "dense_3",
)  # fmt: skip
"""Names of the matrices. ``pieces`` has a row per word piece; the others map rows to columns."""

VECTORS = (
    "project_bias", "project_gain", "project_shift",
    *(f"{name}{width}_bias" for width, _ in ORDERS for name in ("first", "second")),
    "gain", "shift", "pool_bias",
)  # fmt: skip
"""Names of the biases, and of the gains and shifts of the normalizations."""


class ConvolutionNetwork:
    """Embeds tokenized texts.

    Args:
        weights: ``MATRICES`` and ``VECTORS`` by name, float32.
    """

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self._weights = weights

    def __call__(self, tokens: Sequence[np.ndarray]) -> np.ndarray:
        """Return unit vectors, shape (n_texts, n_dimensions), float32.

        Args:
            tokens: piece IDs of each text, at least one per text.
        """
        lengths = np.array([len(ids) for ids in tokens], dtype=np.int64)
        chunk = np.cumsum(lengths) // _AT_ONCE
        edges = [0, *(np.flatnonzero(np.diff(chunk)) + 1).tolist(), len(tokens)]
        parts = [self._embed(tokens[start:end]) for start, end in pairwise(edges)]
        return np.vstack(parts)

    def _embed(self, tokens: Sequence[np.ndarray]) -> np.ndarray:
        w = self._weights
        lengths = np.array([len(ids) for ids in tokens], dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        pieces = w["pieces"][np.concatenate(tokens)]
        projected = pieces @ w["project"] + w["project_bias"]
        projected = _normalize(projected) * w["project_gain"] + w["project_shift"]
        window = _window(starts, lengths)
        features = [pieces]
        for number, (width, before) in enumerate(ORDERS):
            columns = window[:, _BEFORE - before : _BEFORE - before + width]
            own = projected[:, number * WIDTH : (number + 1) * WIDTH]
            for name in (f"first{width}", f"second{width}"):
                around = np.vstack([own, np.zeros((1, WIDTH), dtype=own.dtype)])[columns]
                convolved = around.reshape(len(own), -1) @ w[name] + w[f"{name}_bias"]
                own = own + np.maximum(convolved, 0)
            features.append(own)
        normal = _normalize(np.hstack(features)) * w["gain"] + w["shift"]
        total = np.add.reduceat(normal, starts, axis=0) @ w["pool"]
        length = lengths[:, None].astype(np.float32)
        mean = (total + length * w["pool_bias"]) / np.sqrt(length)
        first = np.maximum(mean @ w["dense_0"], 0)
        second = np.maximum(mean @ w["skip_1"] + first @ w["dense_1"], 0)
        third = np.maximum(second @ w["dense_2"], 0)
        embedded = np.tanh(second @ w["skip_3"] + third @ w["dense_3"])
        norm = np.linalg.norm(embedded, axis=1, keepdims=True)
        return np.asarray(embedded / np.maximum(norm, EPSILON), dtype=np.float32)


def _normalize(rows: np.ndarray) -> np.ndarray:
    """Scale each row to mean 0 and variance 1."""
    centered = rows - rows.mean(axis=1, keepdims=True)
    variance = np.einsum("ij,ij->i", centered, centered)[:, None] / rows.shape[1]
    return np.asarray(centered / np.sqrt(variance + EPSILON), dtype=np.float32)


def _window(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Return the positions around each piece, shape (n_pieces, n_window).

    Positions outside of the piece's own text are n_pieces.
    """
    count = int(lengths.sum())
    around = np.arange(count)[:, None] + np.arange(-_BEFORE, _AFTER + 1)
    first = np.repeat(starts, lengths)[:, None]
    inside = (around >= first) & (around < first + np.repeat(lengths, lengths)[:, None])
    return np.where(inside, around, count)
