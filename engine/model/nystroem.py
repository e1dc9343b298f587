"""Approximate an RBF kernel on task vectors by landmarks (the Nyström method).

Ridge regression on these columns, rotated by the kernel of the landmarks, approximates kernel ridge
regression on all reference tasks. Source: Williams & Seeger 2001, Using the Nyström Method to Speed
Up Kernel Machines, NIPS 13. Its size does not depend on the size of the reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

LANDMARKS = 1_000
"""Maximum number of landmarks; more do not measurably improve the fit."""

GAMMA = 1.0
"""Scale of the kernel exp(−GAMMA |x − z|²) of unit vectors x and landmarks z."""

_SEED = 0
_MIN_EIGENVALUE = 1e-6


@dataclass(frozen=True)
class KernelMap:
    """An RBF kernel against fixed landmarks.

    Attributes:
        landmarks: centers of clusters of reference tasks, shape (n_landmarks, n_dimensions).
    """

    landmarks: np.ndarray

    @classmethod
    def fit(cls, vectors: np.ndarray) -> KernelMap:
        """Choose the landmarks for vectors of shape (n, n_dimensions).

        They are the distinct vectors if these are few, or else the centers of k-means clusters.
        Source: Zhang, Tsang & Kwok 2008, Improved Nyström Low-Rank Approximation and Error
        Analysis, ICML 25.
        """
        from sklearn.cluster import MiniBatchKMeans

        distinct = np.unique(vectors, axis=0)
        if len(distinct) <= LANDMARKS:
            return cls(distinct.astype(np.float32))
        means = MiniBatchKMeans(
            LANDMARKS, init="random", n_init=1, batch_size=4_096, max_iter=10, random_state=_SEED
        )
        return cls(means.fit(vectors).cluster_centers_.astype(np.float32))

    @classmethod
    def empty(cls, dimensions: int) -> KernelMap:
        """Return a map without landmarks, which gives no columns."""
        return cls(np.zeros((0, dimensions), dtype=np.float32))

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Return the kernel of each vector with each landmark, shape (n, n_landmarks), in (0, 1].

        Args:
            vectors: shape (n, n_dimensions).
        """
        landmarks = self.landmarks.astype(np.float64)
        points = vectors.astype(np.float64)
        squares = np.sum(points**2, axis=1)[:, None] + np.sum(landmarks**2, axis=1)
        return np.exp(-GAMMA * np.maximum(squares - 2.0 * points @ landmarks.T, 0.0))

    @cached_property
    def rotation(self) -> np.ndarray:
        """Matrix that turns the columns into a feature map, shape (n_landmarks, n_kept).

        With U Λ Uᵀ the eigendecomposition of the kernel of the landmarks, it is U Λ^(−1/2), without
        eigenvalues that are 0 except for rounding.
        """
        values, basis = np.linalg.eigh(self(self.landmarks))
        kept = values > _MIN_EIGENVALUE
        return basis[:, kept] / np.sqrt(values[kept])
