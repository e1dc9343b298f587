"""Exact nearest-neighbour search. The only module that knows faiss.

Distance becomes similarity here and nowhere else: vectors are unit vectors, faiss returns inner
products, and an inner product of unit vectors is their cosine similarity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError

_DECIMALS = 5
"""Decimals of a similarity; what differs by less is a tie."""

_TIE_MARGIN = 64
"""Rows fetched beyond those asked for, so that ties at the end go by row number too."""

NOBODY = -1
"""Row number that stands for "no neighbour" where fewer than k are left."""


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
        most = max((len(rows) for rows in excluded), default=0) if excluded is not None else 0
        # Asking for as many more as may be struck out keeps the answer exact.
        depth = min(k + most + _TIE_MARGIN, len(self))
        products, rows = self._index.search(queries, depth)
        # Equal vectors differ in the last bits by their place in a batch: rounded, they tie.
        similarity = np.round(products.astype(np.float64), _DECIMALS)
        order = np.lexsort((rows, -similarity), axis=1)
        similarity = np.take_along_axis(similarity, order, axis=1)
        rows = np.take_along_axis(rows, order, axis=1).astype(np.int64)
        if excluded is not None:
            struck = np.zeros(rows.shape, dtype=bool)
            for query, barred in enumerate(excluded):
                struck[query] = np.isin(rows[query], barred)
            kept_first = np.argsort(struck, axis=1, kind="stable")
            rows = np.take_along_axis(np.where(struck, NOBODY, rows), kept_first, axis=1)
            similarity = np.take_along_axis(similarity, kept_first, axis=1)
        rows, similarity = _width(rows, k, NOBODY), _width(similarity, k, -1.0)
        similarity = np.where(rows == NOBODY, -1.0, np.clip(similarity, -1.0, 1.0))
        return Neighbours(similarity, rows)


def _width(array: np.ndarray, k: int, filler: float) -> np.ndarray:
    """``array`` cut or filled up to ``k`` columns."""
    missing = k - array.shape[1]
    if missing <= 0:
        return array[:, :k]
    return np.pad(array, ((0, 0), (0, missing)), constant_values=filler)
