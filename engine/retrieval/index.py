"""Nearest-neighbour search: exact, or by an index of faiss for very many vectors.

The only module that knows faiss. Distance becomes similarity here and nowhere else: vectors are
unit vectors, faiss returns inner products, and an inner product of unit vectors is their cosine
similarity.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import ArtifactError, EngineError
from engine.retrieval.inverted_file import InvertedFile
from engine.utils.atomic_write import whole_file
from engine.utils.concurrency import in_children

EXACT_UP_TO = 100_000
"""Vectors up to which all are compared; more are searched by an inverted file."""

RECALL = 0.99
"""Part of the ten nearest that an inverted file has to find; it is set to when it is made."""

_SAMPLE = 500
"""Vectors whose neighbours are looked up to measure recall."""

_LEARNED_FROM = 64
"""Vectors a list from which an inverted file learns its lists. The 256 that faiss takes by itself
take four times as long, and how many lists to look at is measured in any case."""

_NO_MORE = 0.001
"""Recall that must be gained by looking at twice as many lists; codes of vectors set a bound."""

_LISTS_AT_LEAST = 8
"""Lists of an inverted file that a search looks at to begin with."""

_STEPS = 100_000
"""Steps of a similarity from 0 to 1; what differs by less than one is a tie."""

_NEAR_HALF = 0.1
"""Part of a step within which a product may round either way, as its last bits are by its place in
a batch; such products are taken again, in double precision."""

_ROW_BITS = 40
"""Bits of a row number, where it shares a whole number with a similarity."""

_TIE_MARGIN = 4
"""Rows fetched beyond those asked for, to see whether there are ties at the end."""

_MATRIX_FROM = 4
"""Queries, at which faiss multiplies matrices. Left to itself it takes some 300 vectors of
MiniLM one after the other, with a pass over all that it holds for each: fifteen took 18 ms for 7.
Since 1.15 it counts their numbers in place of them, so a single one is multiplied too."""

NOBODY = -1
"""Row number that stands for "no neighbour" where fewer than k are left."""


def load_library() -> None:
    """Load faiss, which is otherwise done with the first index, so that limits hold for it too."""
    import faiss  # noqa: F401


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
        factory: of an index, as ``faiss.index_factory`` reads it; by default exact up to
            ``EXACT_UP_TO`` vectors, and beyond an inverted file of 4 √n lists (the size that the
            guidelines of faiss give), of which as many are looked at as ``RECALL`` takes.

    Raises:
        EngineError: if there are none or they are not unit vectors.
    """

    def __init__(self, vectors: np.ndarray, factory: str | None = None) -> None:
        import faiss

        self._on_disk = False
        vectors = _checked(vectors)
        if len(vectors) == 0:
            raise EngineError(f"index: got shape {vectors.shape}: expected (n, d) with n ≥ 1")
        if factory is None:
            exact = len(vectors) <= EXACT_UP_TO
            factory = "Flat" if exact else f"IVF{int(4 * np.sqrt(len(vectors)))},Flat"
        self._index: Any = faiss.index_factory(
            vectors.shape[1], factory, faiss.METRIC_INNER_PRODUCT
        )
        if isinstance(self._index, faiss.IndexIVF):
            self._index.cp.max_points_per_centroid = _LEARNED_FROM
        if not self._index.is_trained:
            self._index.train(vectors)
        self._index.add(vectors)
        if isinstance(self._index, faiss.IndexIVF):
            self._index.nprobe = min(_LISTS_AT_LEAST, self._index.nlist)
            self._look_far_enough(vectors)

    @classmethod
    def assembled(cls, vectors: np.ndarray, learned: InvertedFile) -> NeighbourIndex:
        """The index of these vectors that ``inverted_file`` told of: it finds the same bits.

        Raises:
            EngineError: if they are not unit vectors.
        """
        import faiss

        vectors = _checked(vectors)
        made = cls.__new__(cls)
        made._on_disk = False
        quantizer = faiss.IndexFlatIP(vectors.shape[1])
        quantizer.add(np.ascontiguousarray(learned.centroids))
        made._index = faiss.IndexIVFFlat(
            quantizer, vectors.shape[1], len(learned.centroids), faiss.METRIC_INNER_PRODUCT
        )
        made._index.is_trained = True
        made._index.nprobe = learned.nprobe
        lists = learned.lists.astype(np.int64)
        made._index.add_core(len(vectors), faiss.swig_ptr(vectors), None, faiss.swig_ptr(lists))
        return made

    @property
    def inverted_file(self) -> InvertedFile | None:
        """What was learned of the vectors, which are not in it; None of an exact index."""
        import faiss

        if not isinstance(self._index, faiss.IndexIVFFlat):
            return None
        held: Any = self._index.invlists
        lists = np.empty(len(self), dtype=np.int32)
        for number in range(held.nlist):
            if size := held.list_size(number):
                lists[faiss.rev_swig_ptr(held.get_ids(number), size)] = number
        centroids = self._index.quantizer.reconstruct_n(0, held.nlist)
        return InvertedFile(centroids, lists, int(self._index.nprobe))

    def grown(self, vectors: np.ndarray) -> NeighbourIndex:
        """An index of ``vectors``, which begin with those of this one; this one stays as it is.

        An inverted file keeps its lists: the further vectors are added to them, and recall is
        measured again. One that is exact has learned nothing and is made of all, so that it becomes
        an inverted file with more than ``EXACT_UP_TO``.
        """
        learned = self.inverted_file
        if learned is None:
            return NeighbourIndex(vectors)
        made = NeighbourIndex.assembled(vectors[: len(self)], learned)
        made.add(vectors[len(self) :])
        made._look_far_enough(vectors)
        return made

    @classmethod
    def read(cls, path: Path) -> NeighbourIndex:
        """The index that ``write`` wrote, left on disk and read where a search touches it.

        In the binary format of faiss, which does not guard itself against what a stranger may have
        put into it: for files of one's own, of more vectors than memory holds. An engine folder
        has ``inverted_file`` instead and is held in memory, as what is mapped could change after
        its checksum was found right.

        Raises:
            ArtifactError: if it cannot be read.
        """
        import faiss

        made = cls.__new__(cls)
        made._on_disk = True
        try:
            made._index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1]
            raise ArtifactError(
                f"{path} cannot be read ({reason[:200]}): expected an index of reference tasks; "
                "build it again"
            ) from None
        return made

    def write(self, path: Path) -> None:
        """Write the index for ``read``, whole or not at all.

        Raises:
            OSError: if it cannot be written.
        """
        import faiss

        with whole_file(path) as temporary:
            try:
                faiss.write_index(self._index, str(temporary))
            except RuntimeError as error:
                raise OSError(str(error).strip().splitlines()[-1]) from None

    def add(self, vectors: np.ndarray) -> None:
        """Add vectors after those that are there, without making the index anew.

        Raises:
            EngineError: if they are not unit vectors of the index's dimensions.
        """
        import faiss

        vectors = _checked(vectors)
        if vectors.shape[1] != self._index.d:
            raise EngineError(
                f"index: got {vectors.shape[1]} dimensions: expected {self._index.d}, those of its "
                "vectors; embed both with one encoder"
            )
        if self._on_disk:  # where it cannot grow: a copy in memory can
            self._index = faiss.deserialize_index(faiss.serialize_index(self._index))
            self._on_disk = False
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
            width = near[0].shape[1]
            similarity[free, :width], rows[free, :width] = near
        if len(barred) and excluded is not None:
            # Asking for as many more as may be struck out keeps the answer exact.
            near = self._nearest(queries[barred], k + int(lengths.max()))
            for query, found, candidates in zip(barred.tolist(), *near, strict=True):
                kept = np.flatnonzero(~np.isin(candidates, excluded[query]))[:k]
                similarity[query, : len(kept)] = found[kept]
                rows[query, : len(kept)] = candidates[kept]
        return Neighbours(similarity, rows)

    def _nearest(
        self, queries: np.ndarray, k: int, margin: int = _TIE_MARGIN
    ) -> tuple[np.ndarray, np.ndarray]:
        """Similarities and rows of the ``k`` nearest, or of all if there are fewer; sorted."""
        import faiss

        k, width = min(k, len(self)), min(k + margin, len(self))
        faiss.cvar.distance_compute_blas_threshold = _MATRIX_FROM
        products, rows = self._index.search(queries, width)
        products = self._settled(products, rows, queries)
        rows = np.where(rows < 0, (1 << _ROW_BITS) - 1, rows)  # an inverted file may find fewer
        # Equal vectors differ in the last bits by their place in a batch: rounded, they tie. One
        # whole number that holds both sorts by similarity, then by row, many times faster.
        steps = np.rint(np.clip(products, -1.0, 1.0) * _STEPS).astype(np.int64)
        order = np.sort((-steps << _ROW_BITS) | rows, axis=1)
        similarity = -(order >> _ROW_BITS) / _STEPS
        found = order & ((1 << _ROW_BITS) - 1)
        found[found == (1 << _ROW_BITS) - 1] = NOBODY
        if width < len(self):
            # Where all that was fetched beyond k ties, so may some of what was not.
            ties = (similarity[:, k - 1] == similarity[:, -1]) & (found[:, -1] != NOBODY)
            tied = np.flatnonzero(ties)
            if len(tied):
                nearest = self._nearest(queries[tied], k, 8 * margin)
                similarity[tied, :k], found[tied, :k] = nearest
        return similarity[:, :k], found[:, :k]

    def _settled(self, products: np.ndarray, rows: np.ndarray, queries: np.ndarray) -> np.ndarray:
        """Products, float64, that round alike in any batch; those of an exact index alone do."""
        import faiss

        products = products.astype(np.float64)
        if isinstance(self._index, faiss.IndexFlat):
            steps = products * _STEPS
            query, place = np.nonzero(np.abs(steps - np.floor(steps) - 0.5) < _NEAR_HALF)
            count, width = len(self), self._index.d
            vectors = faiss.rev_swig_ptr(self._index.get_xb(), count * width).reshape(count, width)
            pairs = queries[query].astype(np.float64), vectors[rows[query, place]]
            products[query, place] = np.einsum("ij,ij->i", *pairs)
        return products

    def _look_far_enough(self, vectors: np.ndarray) -> None:
        """Double the lists that a search looks at until recall is measured to be enough, or grows
        no more."""
        import faiss

        generator = np.random.default_rng(0)
        sample = vectors[generator.choice(len(vectors), min(_SAMPLE, len(vectors)), replace=False)]
        nearest, _ = faiss.knn(sample, vectors, 11, faiss.METRIC_INNER_PRODUCT)
        before = -1.0
        while self._index.nprobe < self._index.nlist:
            found, _ = self._index.search(sample, 11)
            # The first is the vector itself. By similarity, as which of equal ones does not matter.
            recall = float(np.mean(found[:, 1:] >= nearest[:, -1:] - 1 / _STEPS))
            if recall >= RECALL or recall - before < _NO_MORE:
                break
            before = recall
            self._index.nprobe = min(2 * self._index.nprobe, self._index.nlist)


def _checked(vectors: np.ndarray) -> np.ndarray:
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if vectors.ndim != 2:
        raise EngineError(f"index: got shape {vectors.shape}: expected (n, d) with n ≥ 1")
    if not np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-3):
        raise EngineError("index: vectors are not of length 1: expected unit vectors")
    return vectors
