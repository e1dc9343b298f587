"""What an inverted file has learned of its vectors, as plain arrays.

An index of many vectors takes minutes to learn. Kept as arrays, it is put together again in
seconds, and from a folder that somebody else made without trusting a binary format.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class InvertedFile:
    """Lists that vectors are sorted into, so that a search looks at few of them.

    Attributes:
        centroids: what the lists are around, shape (n_lists, n_dimensions), float32.
        lists: number of the list of each vector, shape (n_vectors,), int32.
        nprobe: lists that a search looks at, from 1 to n_lists.
    """

    centroids: np.ndarray
    lists: np.ndarray
    nprobe: int

    def to_arrays(self) -> dict[str, np.ndarray]:
        """As named arrays; ``from_arrays`` brings it back."""
        nprobe = np.array([self.nprobe], dtype=np.int32)
        return {"centroids": self.centroids, "lists": self.lists, "nprobe": nprobe}

    @classmethod
    def from_arrays(
        cls, arrays: Mapping[str, np.ndarray], count: int, dimensions: int
    ) -> InvertedFile:
        """What ``to_arrays`` wrote, of ``count`` vectors of so many dimensions.

        Raises:
            KeyError, ValueError: if an array is missing, or does not fit the vectors or the others.
        """
        centroids, lists, nprobe = (arrays[name] for name in ("centroids", "lists", "nprobe"))
        _expect("centroids", centroids, np.float32, (None, dimensions))
        _expect("lists", lists, np.int32, (count,))
        _expect("nprobe", nprobe, np.int32, (1,))
        if not np.isfinite(centroids).all():
            raise ValueError("index: centroids has numbers that are not finite")
        if count and not 0 <= lists.min() <= lists.max() < len(centroids):
            raise ValueError(
                f"index: lists has numbers from {lists.min()} to {lists.max()}: expected those of "
                f"{len(centroids)} centroids, counted from 0"
            )
        if not 1 <= nprobe[0] <= len(centroids):
            raise ValueError(
                f"index: nprobe is {nprobe[0]}: expected a number from 1 to {len(centroids)}, "
                "that of the centroids"
            )
        return cls(centroids, lists, int(nprobe[0]))


def _expect(name: str, array: np.ndarray, kind: type, shape: tuple[int | None, ...]) -> None:
    fits = array.ndim == len(shape) and all(
        wanted in (None, found) for wanted, found in zip(shape, array.shape, strict=True)
    )
    if array.dtype != kind or not fits:
        expected = tuple("n" if size is None else size for size in shape)
        raise ValueError(
            f"index: {name} is {array.dtype} of shape {array.shape}: expected "
            f"{np.dtype(kind)} of shape {expected}"
        )
