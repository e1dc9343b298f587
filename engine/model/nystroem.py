"""Closeness of tasks to landmarks in the embedding space, for kernel regression in Nyström form.

Ridge regression on these columns, rotated by the landmarks' own kernel, approximates kernel ridge
regression on all reference tasks (Williams & Seeger 2001) at a fixed size, whatever the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

LANDMARKS = 1_000
"""Landmarks at most; more gain nothing that can be measured."""

GAMMA = 1.0
"""Of the kernel exp(-GAMMA |x - z|²), for unit vectors x."""

_SEED = 0
_LEAST_EIGENVALUE = 1e-6


@dataclass(frozen=True)
class KernelMap:
    """An RBF kernel against landmarks.

    Attributes:
        landmarks: centres of clusters of reference tasks, shape (n_landmarks, n_dimensions).
    """

    landmarks: np.ndarray

    @classmethod
    def fit(cls, vectors: np.ndarray) -> KernelMap:
        """Landmarks by k-means (Zhang, Tsang & Kwok 2008) over vectors, shape (n, n_dimensions)."""
        from sklearn.cluster import MiniBatchKMeans

        distinct = np.unique(vectors, axis=0)
        if len(distinct) <= LANDMARKS:
            return cls(distinct.astype(np.float32))
        means = MiniBatchKMeans(
            LANDMARKS, init="random", n_init=1, batch_size=4_096, max_iter=10, random_state=_SEED
        )
        return cls(means.fit(vectors).cluster_centers_.astype(np.float32))

    @classmethod
    def none(cls, dimensions: int) -> KernelMap:
        """No landmarks, no columns."""
        return cls(np.zeros((0, dimensions), dtype=np.float32))

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Kernel of each vector with each landmark, shape (n, n_landmarks), in (0, 1]."""
        landmarks = self.landmarks.astype(np.float64)
        points = vectors.astype(np.float64)
        squares = np.sum(points**2, axis=1)[:, None] + np.sum(landmarks**2, axis=1)
        return np.exp(-GAMMA * np.maximum(squares - 2.0 * points @ landmarks.T, 0.0))

    @cached_property
    def rotation(self) -> np.ndarray:
        """What makes the columns a feature map of the kernel, shape (n_landmarks, n_kept)."""
        values, basis = np.linalg.eigh(self(self.landmarks))
        kept = values > _LEAST_EIGENVALUE
        return basis[:, kept] / np.sqrt(values[kept])
