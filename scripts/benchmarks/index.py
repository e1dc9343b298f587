"""Search indexes of growing size: recall, latency, and memory, exact and approximate.

The vectors resemble sentence vectors: the tasks of the starter reference embedded by MiniLM, each
moved a little at random. They are generated and added in chunks.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from engine.corpus.references import read_starter
from engine.encoders.cache import EmbeddingCache
from engine.encoders.minilm import MiniLMEncoder
from engine.retrieval.index import NeighbourIndex
from engine.utils.vectors import unit
from scripts.benchmarks.common import Figures

QUANTIZED_FROM = 10_000_000
"""From this number on, vectors are stored as codes of 48 bytes; in full they take 15 GB."""

DEFAULT = "as the engine chooses"
QUERIES, NEAREST = 1_000, 10
_CHUNK = 100_000
_TRAINING_CHUNKS = 5
_NOISE = 0.6


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[10_000, 100_000],
        metavar="N",
        help="numbers of vectors (default: 10000 100000)",
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure recall at 10, milliseconds per query, and memory of exact and approximate indexes."""
    texts = list(dict.fromkeys(read_starter().tasks["task"]))
    vectors = EmbeddingCache().encode(MiniLMEncoder(), texts)
    figures: Figures = {}
    print(f"{'':40s}{'recall@10':>10s}{'ms':>9s}{'build s':>9s}{'add s':>9s}{'peak MB':>9s}")
    for size in options.sizes:
        quantized = f"IVF{int(4 * np.sqrt(size))}_HNSW32,PQ48"
        for factory in [quantized] if size >= QUANTIZED_FROM else ["Flat", None]:
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
                found = pool.submit(measure, vectors, size, factory).result()
            figures[f"{size:,} {factory or DEFAULT}"] = found
            cells = "{recall:10.3f}{ms:9.3f}{build:9.1f}{add:9.2f}{peak_mb:9.0f}".format(**found)
            print(f"{size:10,d} {factory or DEFAULT:29s}{cells}")
    return figures


def measure(tasks: np.ndarray, size: int, factory: str | None) -> dict[str, float]:
    """Build an index of ``size`` vectors, and return its figures with the memory of the process.

    Args:
        tasks: unit vectors that the vectors of the index resemble, shape (n, n_dimensions).
        size: number of vectors.
        factory: kind of index, in the syntax of faiss; None lets the engine choose.
    """
    queries = next(synthetic(tasks, QUERIES, 1))
    start = time.perf_counter()
    chunks = synthetic(tasks, size, 2)
    if size >= QUANTIZED_FROM:  # trained on some vectors; the others are added
        index = NeighbourIndex.build(
            np.vstack([next(chunks) for _ in range(_TRAINING_CHUNKS)]), factory
        )
        for chunk in chunks:
            index.add(chunk)
    else:
        index = NeighbourIndex.build(np.vstack(list(chunks)), factory)
    build = time.perf_counter() - start
    start = time.perf_counter()
    found = index.search(queries, NEAREST)
    latency = time.perf_counter() - start
    start = time.perf_counter()
    index.add(next(synthetic(tasks, 1_000, 3)))
    add = time.perf_counter() - start
    return {
        "recall": recall(found.rows, exact(synthetic(tasks, size, 2), queries)),
        "ms": 1_000 * latency / QUERIES,
        "build": build,
        "add": add,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def synthetic(tasks: np.ndarray, size: int, seed: int) -> Iterator[np.ndarray]:
    """Yield ``size`` unit vectors like those of tasks, in chunks, the same for each seed."""
    generator = np.random.default_rng(seed)
    for start in range(0, size, _CHUNK):
        count = min(_CHUNK, size - start)
        noise = generator.standard_normal((count, tasks.shape[1]), dtype=np.float32)
        noise *= _NOISE / np.sqrt(tasks.shape[1])
        moved = tasks[generator.integers(len(tasks), size=count)] + noise
        yield unit(moved)


def exact(chunks: Iterable[np.ndarray], queries: np.ndarray, k: int = NEAREST) -> np.ndarray:
    """Return the rows of the ``k`` nearest vectors of all chunks, by comparing with each one.

    Args:
        chunks: unit vectors, each of shape (n_chunk, n_dimensions), numbered from the first on.
        queries: unit vectors, shape (n_queries, n_dimensions).
        k: number of neighbors, at most the number of vectors.

    Returns:
        Row numbers in no particular order, shape (n_queries, k).
    """
    best = np.full((len(queries), k), -np.inf, dtype=np.float32)
    rows = np.zeros((len(queries), k), dtype=np.int64)
    start = 0
    for chunk in chunks:
        similarity = np.hstack([best, queries @ chunk.T])
        numbers = np.broadcast_to(np.arange(len(chunk)) + start, (len(queries), len(chunk)))
        candidates = np.hstack([rows, numbers])
        kept = np.argpartition(-similarity, k - 1, axis=1)[:, :k]
        best = np.take_along_axis(similarity, kept, axis=1)
        rows = np.take_along_axis(candidates, kept, axis=1)
        start += len(chunk)
    return rows


def recall(found: np.ndarray, nearest: np.ndarray) -> float:
    """Return the mean share of the nearest rows that were found, both of shape (n_queries, k)."""
    hits = [len(np.intersect1d(*pair)) for pair in zip(found, nearest, strict=True)]
    return float(np.mean(hits)) / nearest.shape[1]
