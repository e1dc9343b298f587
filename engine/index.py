"""Exact nearest-neighbour search. The only module that knows faiss.

Distance becomes similarity here and nowhere else: vectors are unit vectors, faiss returns inner
products, and an inner product of unit vectors is their cosine similarity.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError
from engine.forking import in_children

_STEPS = 100_000
"""Steps of a similarity from 0 to 1; what differs by less than one is a tie."""

_ROW_BITS = 40
"""Bits of a row number, where it shares a whole number with a similarity."""

_TIE_MARGIN = 64
"""Rows fetched beyond those asked for, so that ties at the end go by row number too."""

NOBODY = -1
"""Row number that stands for "no neighbour" where fewer than k are left."""


def _search_in_one_thread() -> None:
    if "faiss" in sys.modules:
        sys.modules["faiss"].omp_set_num_threads(1)


in_children(_search_in_one_thread)


@dataclass(frozen=True)
class Neighbours:
    """The nearest rows of an index for some queries.

    Attributes:
        similarity: cosine similarity, shape (n_queries, k), in [-1, 1], falling along each row;
            -1 where there is no neighbour.
        rows: row numbers in the index, shape (n_queries, k); ``NOBODY`` where there is none.
    """

    similarity: np.ndarray
    rows: np.ndarray


class NeighbourIndex:
    """Unit vectors to search among.

    Args:
        vectors: shape (n, n_dimensions), float32, each of length 1.

    Raises:
        EngineError: if there are none or they are not unit vectors.
    """

    def __init__(self, vectors: np.ndarray) -> None:
        import faiss

        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if vectors.ndim != 2 or len(vectors) == 0:
            raise EngineError(f"index: got shape {vectors.shape}: expected (n, d) with n ≥ 1")
        if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
            raise EngineError("index: vectors are not of length 1: expected unit vectors")
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(
        self, queries: np.ndarray, k: int, excluded: Sequence[np.ndarray] | None = None
    ) -> Neighbours:
        """The ``k`` nearest rows of each query, nearest first; ties by row number.

        Args:
            queries: unit vectors, shape (n_queries, n_dimensions).
            excluded: for each query, the row numbers that may not be its neighbours.
        """
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        lengths = np.zeros(len(queries), dtype=int)
        if excluded is not None:
            lengths = np.fromiter(map(len, excluded), dtype=int, count=len(queries))
        similarity = np.full((len(queries), k), -1.0)
        rows = np.full((len(queries), k), NOBODY, dtype=np.int64)
        free, barred = np.flatnonzero(lengths == 0), np.flatnonzero(lengths)
        if len(free):
            near = self._nearest(queries[free], k)
            width = min(k, near[0].shape[1])
            similarity[free, :width], rows[free, :width] = (part[:, :width] for part in near)
        if len(barred) and excluded is not None:
            # Asking for as many more as may be struck out keeps the answer exact.
            near = self._nearest(queries[barred], k + int(lengths.max()))
            for query, found, candidates in zip(barred.tolist(), *near, strict=True):
                kept = np.flatnonzero(~np.isin(candidates, excluded[query]))[:k]
                similarity[query, : len(kept)] = found[kept]
                rows[query, : len(kept)] = candidates[kept]
        return Neighbours(similarity, rows)

    def _nearest(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """Similarities and rows of at least the ``k`` nearest, if there are as many; sorted."""
        products, rows = self._index.search(queries, min(k + _TIE_MARGIN, len(self)))
        # Equal vectors differ in the last bits by their place in a batch: rounded, they tie. One
        # whole number that holds both sorts by similarity, then by row, many times faster.
        steps = np.rint(np.clip(products, -1.0, 1.0).astype(np.float64) * _STEPS).astype(np.int64)
        order = np.sort((-steps << _ROW_BITS) | rows, axis=1)
        return -(order >> _ROW_BITS) / _STEPS, order & ((1 << _ROW_BITS) - 1)
