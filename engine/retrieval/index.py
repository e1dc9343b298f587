"""Search for nearest neighbors among unit vectors, exactly or, among very many, approximately.

Only this module searches with faiss, and only here a distance becomes a similarity. faiss returns
inner products, and the inner product of two unit vectors is their cosine similarity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import EngineError
from engine.retrieval.faiss_library import load_faiss
from engine.retrieval.inverted_file import InvertedFile
from engine.utils.concurrency import check_not_forked

EXACT_UP_TO = 100_000
"""Largest number of vectors in an exact index; above it, the index is an inverted file."""

RECALL = 0.99
"""Recall at 10 to which an inverted file is tuned, measured on a sample of its vectors."""

NO_NEIGHBOUR = -1
"""Row number that fills a row of neighbors where fewer than k remain."""

_SAMPLE = 500
"""Vectors on which recall is measured."""

_TRAINED_ON = 64
"""Training vectors per list. The faiss default of 256 takes four times as long, and the number of
lists to scan is tuned to the recall anyway."""

_MIN_GAIN = 0.001
"""Minimum gain in recall for which twice as many lists are scanned. Quantized vectors limit recall,
so more lists may not help."""

_MIN_PROBES = 8
"""Minimum number of lists that a search scans."""

_STEPS = 100_000
"""Similarities are rounded to multiples of 1 / _STEPS; equal multiples are ties."""

_ROUNDING_MARGIN = 0.1
"""Distance from a half step, in steps, within which float32 products may round either way, because
their last bits depend on the batch. Such products are computed again in float64."""

_ROW_BITS = 40
"""Bits of a row number within an integer that also holds a similarity."""

_PAIRS = 1_024
"""Products to compute again at a time: few enough to stay in the cache of a core."""

_TIE_MARGIN = 4
"""Neighbors fetched beyond the k requested, to detect ties at the end."""

_BLAS_FROM = 4
"""Number of queries from which faiss multiplies matrices. By default it compares about 300 vectors
of 384 dimensions one by one, each in a pass over all vectors. 15 queries then took 18 ms instead of
7 ms."""


@dataclass(frozen=True)
class Neighbours:
    """The nearest rows of an index for some queries.

    Attributes:
        similarity: cosine similarity, shape (n_queries, k), in [-1, 1], descending along each row;
            -1 where there is no neighbor.
        rows: row numbers in the index, shape (n_queries, k), int64; ``NO_NEIGHBOUR`` where there
            is no neighbor.
    """

    similarity: np.ndarray
    rows: np.ndarray


class NeighbourIndex:
    """A searchable set of unit vectors, numbered from 0.

    ``NeighbourIndex.build`` makes one from vectors, ``NeighbourIndex.restore`` from an inverted
    file that was saved.

    Args:
        index: a trained faiss index of unit vectors with the inner product as its metric.
    """

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: np.ndarray, factory: str | None = None) -> NeighbourIndex:
        """Index vectors, and train and tune the index if it is approximate.

        By default the index is exact for up to ``EXACT_UP_TO`` vectors. Above that, it is an
        inverted file of 4 √n lists, as the faiss guidelines recommend, tuned to ``RECALL``.

        Args:
            vectors: unit vectors, shape (n, n_dimensions), float32, n ≥ 1.
            factory: another index, in the syntax of ``faiss.index_factory``.

        Raises:
            EngineError: if there are no vectors, or not all have length 1.
        """
        faiss = load_faiss()

        vectors = _check_unit(vectors)
        if len(vectors) == 0:
            raise EngineError("index: no vectors; give at least one")
        if factory is None:
            exact = len(vectors) <= EXACT_UP_TO
            factory = "Flat" if exact else f"IVF{int(4 * np.sqrt(len(vectors)))},Flat"
        index: Any = faiss.index_factory(vectors.shape[1], factory, faiss.METRIC_INNER_PRODUCT)
        inverted = isinstance(index, faiss.IndexIVF)
        if inverted:
            index.cp.max_points_per_centroid = _TRAINED_ON
        if not index.is_trained:
            index.train(vectors)
        index.add(vectors)
        if inverted:
            index.nprobe = min(_MIN_PROBES, index.nlist)
            _tune_probes(index, vectors)
        return cls(index)

    @classmethod
    def restore(cls, vectors: np.ndarray, inverted_file: InvertedFile) -> NeighbourIndex:
        """Restore the index that had this ``inverted_file``; searches give the same bits.

        Args:
            vectors: the vectors that were indexed, shape (n, n_dimensions), float32.
            inverted_file: of these vectors.

        Raises:
            EngineError: if not all vectors have length 1.
        """
        faiss = load_faiss()

        vectors = _check_unit(vectors)
        quantizer = faiss.IndexFlatIP(vectors.shape[1])
        quantizer.add(np.ascontiguousarray(inverted_file.centroids))
        index: Any = faiss.IndexIVFFlat(
            quantizer, vectors.shape[1], len(inverted_file.centroids), faiss.METRIC_INNER_PRODUCT
        )
        index.is_trained = True
        index.nprobe = inverted_file.nprobe
        lists = inverted_file.lists.astype(np.int64)
        index.add_core(len(vectors), faiss.swig_ptr(vectors), None, faiss.swig_ptr(lists))
        return cls(index)

    @property
    def inverted_file(self) -> InvertedFile | None:
        """The learned part of the index, without its vectors; None for other kinds of index."""
        faiss = load_faiss()

        if not isinstance(self._index, faiss.IndexIVFFlat):
            return None
        stored: Any = self._index.invlists
        lists = np.empty(len(self), dtype=np.int32)
        for number in range(stored.nlist):
            if size := stored.list_size(number):
                lists[faiss.rev_swig_ptr(stored.get_ids(number), size)] = number
        centroids = self._index.quantizer.reconstruct_n(0, stored.nlist)
        return InvertedFile(centroids, lists, int(self._index.nprobe))

    def extended(self, vectors: np.ndarray) -> NeighbourIndex:
        """Return an index with further vectors; this index does not change.

        An inverted file keeps its lists, receives the further vectors, and is tuned again. Any
        other index is built again.

        Args:
            vectors: the vectors of this index, then further ones, shape (n, n_dimensions), float32.

        Raises:
            EngineError: if not all vectors have length 1.
        """
        inverted_file = self.inverted_file
        if inverted_file is None:
            return NeighbourIndex.build(vectors)
        extended = NeighbourIndex.restore(vectors[: len(self)], inverted_file)
        extended.add(vectors[len(self) :])
        _tune_probes(extended._index, vectors)
        return extended

    def add(self, vectors: np.ndarray) -> None:
        """Add unit vectors after the present ones, without training again.

        Raises:
            EngineError: if not all vectors have length 1 and the dimensions of the index.
        """
        vectors = _check_unit(vectors)
        if vectors.shape[1] != self._index.d:
            raise EngineError(
                f"index: the vectors have {vectors.shape[1]} dimensions, but the index has "
                f"{self._index.d}; embed both with the same encoder"
            )
        self._index.add(vectors)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(
        self, queries: np.ndarray, k: int, excluded: Sequence[np.ndarray] | None = None
    ) -> Neighbours:
        """Find the ``k`` nearest rows of each query, nearest first, ties in order of row number.

        Args:
            queries: unit vectors, shape (n_queries, n_dimensions).
            k: neighbors of each query, ≥ 1.
            excluded: for each query, the row numbers that it must not return.

        Returns:
            Neighbors of shape (n_queries, k). Those from an exact index do not depend on which
            queries share a batch.

        Raises:
            EncoderError: if this process was forked from one that had used an engine.
        """
        check_not_forked()
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        lengths = np.zeros(len(queries), dtype=int)
        if excluded is not None:
            lengths = np.fromiter(map(len, excluded), dtype=int, count=len(queries))
        similarity = np.full((len(queries), k), -1.0)
        rows = np.full((len(queries), k), NO_NEIGHBOUR, dtype=np.int64)
        plain, filtered = np.flatnonzero(lengths == 0), np.flatnonzero(lengths)
        if len(plain):
            nearest = self._nearest(queries[plain], k)
            width = nearest[0].shape[1]
            similarity[plain, :width], rows[plain, :width] = nearest
        if len(filtered) and excluded is not None:
            # Fetching as many more as may be excluded keeps the answer exact.
            nearest = self._nearest(queries[filtered], k + int(lengths.max()))
            for query, found, candidates in zip(filtered.tolist(), *nearest, strict=True):
                kept = np.flatnonzero(~np.isin(candidates, excluded[query]))[:k]
                similarity[query, : len(kept)] = found[kept]
                rows[query, : len(kept)] = candidates[kept]
        return Neighbours(similarity, rows)

    def _nearest(
        self, queries: np.ndarray, k: int, margin: int = _TIE_MARGIN
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return similarities and rows of the ``k`` nearest, or of all if there are fewer."""
        faiss = load_faiss()

        k, width = min(k, len(self)), min(k + margin, len(self))
        faiss.cvar.distance_compute_blas_threshold = _BLAS_FROM
        products, rows = self._index.search(queries, width)
        products = self._stable_products(products, rows, queries)
        rows = np.where(rows < 0, (1 << _ROW_BITS) - 1, rows)  # an inverted file may find fewer
        # Equal vectors may differ in the last bits, depending on the batch: rounded, they tie. One
        # integer with similarity and row sorts by both, and much faster than two keys.
        steps = np.rint(np.clip(products, -1.0, 1.0) * _STEPS).astype(np.int64)
        order = np.sort((-steps << _ROW_BITS) | rows, axis=1)
        similarity = -(order >> _ROW_BITS) / _STEPS
        found = order & ((1 << _ROW_BITS) - 1)
        found[found == (1 << _ROW_BITS) - 1] = NO_NEIGHBOUR
        if width < len(self):
            # If all rows fetched beyond k are tied, rows that were not fetched may be tied too.
            ties = (similarity[:, k - 1] == similarity[:, -1]) & (found[:, -1] != NO_NEIGHBOUR)
            tied = np.flatnonzero(ties)
            if len(tied):
                nearest = self._nearest(queries[tied], k, 8 * margin)
                similarity[tied, :k], found[tied, :k] = nearest
        return similarity[:, :k], found[:, :k]

    def _stable_products(
        self, products: np.ndarray, rows: np.ndarray, queries: np.ndarray
    ) -> np.ndarray:
        """Return products in float64; those of an exact index round the same way in every batch."""
        faiss = load_faiss()

        products = products.astype(np.float64)
        if isinstance(self._index, faiss.IndexFlat):
            steps = products * _STEPS
            query, place = np.nonzero(np.abs(steps - np.floor(steps) - 0.5) < _ROUNDING_MARGIN)
            count, width = len(self), self._index.d
            vectors = faiss.rev_swig_ptr(self._index.get_xb(), count * width).reshape(count, width)
            found = rows[query, place]
            for start in range(0, len(query), _PAIRS):
                part = slice(start, start + _PAIRS)
                pairs = queries[query[part]].astype(np.float64), vectors[found[part]]
                products[query[part], place[part]] = np.einsum("ij,ij->i", *pairs)
        return products


def _tune_probes(index: Any, vectors: np.ndarray) -> None:
    """Double ``index.nprobe`` until the recall of a sample is enough, or stops rising."""
    faiss = load_faiss()

    generator = np.random.default_rng(0)
    sample = vectors[generator.choice(len(vectors), min(_SAMPLE, len(vectors)), replace=False)]
    nearest, _ = faiss.knn(sample, vectors, 11, faiss.METRIC_INNER_PRODUCT)
    before = -1.0
    while index.nprobe < index.nlist:
        found, _ = index.search(sample, 11)
        # The first is the vector itself. Similarities are compared, because any of several equal
        # neighbors will do.
        recall = float(np.mean(found[:, 1:] >= nearest[:, -1:] - 1 / _STEPS))
        if recall >= RECALL or recall - before < _MIN_GAIN:
            break
        before = recall
        index.nprobe = min(2 * index.nprobe, index.nlist)


def _check_unit(vectors: np.ndarray) -> np.ndarray:
    """Return contiguous float32 vectors, or raise ``EngineError`` if they are not unit vectors."""
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if vectors.ndim != 2:
        raise EngineError(f"index: vectors have shape {vectors.shape}; give shape (n, d)")
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
        raise EngineError("index: some vectors do not have length 1; scale them to unit length")
    return vectors
