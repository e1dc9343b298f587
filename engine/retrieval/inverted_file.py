"""The learned part of an approximate index, as plain arrays that an engine folder can hold.

Training takes about a minute for 150,000 vectors on two cores, and another machine may learn
different lists. Restoring takes less than a second and gives the same index, without a binary
format that a reader would have to trust.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class InvertedFile:
    """A partition of vectors into lists; a search scans only a few of them.

    Attributes:
        centroids: center of each list, shape (n_lists, n_dimensions), float32.
        lists: number of the list of each vector, shape (n_vectors,), int32.
        nprobe: lists that a search scans, from 1 to n_lists.
    """

    centroids: np.ndarray
    lists: np.ndarray
    nprobe: int

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return named arrays for ``from_arrays``."""
        nprobe = np.array([self.nprobe], dtype=np.int32)
        return {"centroids": self.centroids, "lists": self.lists, "nprobe": nprobe}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], count: int) -> InvertedFile:
        """Restore the partition of ``count`` vectors from named arrays.

        Raises:
            KeyError: if an array is missing.
            ValueError: if an array does not fit the vectors or the other arrays.
        """
        centroids, lists, nprobe = (arrays[name] for name in ("centroids", "lists", "nprobe"))
        if len(lists) != count:
            raise ValueError(f"index: lists is for {len(lists)} vectors, not {count}")
        if count and not 0 <= lists.min() <= lists.max() < len(centroids):
            raise ValueError(
                f"index: lists contains numbers from {lists.min()} to {lists.max()}, but the "
                f"{len(centroids)} centroids are numbered from 0"
            )
        if not 1 <= nprobe[0] <= len(centroids):
            raise ValueError(
                f"index: nprobe is {nprobe[0]}, outside the range from 1 to {len(centroids)}"
            )
        return cls(centroids, lists, int(nprobe[0]))
