"""Recall, latency and memory of indexes of growing size; see benchmark.py.

The vectors have the shape of sentence vectors: the tasks of the starter reference by MiniLM, each
moved a little at random, so that they crowd as sentences do. They are made and added in chunks.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from engine import Corpus
from engine.encoders.cache import EmbeddingCache
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.retrieval.index import NeighbourIndex
from engine.utils import resources

QUANTISED = 10_000_000
"""From this size on vectors are kept as codes of 48 bytes, as whole they would take 15 GB."""

_CHUNK = 100_000
_NOISE = 0.6
_QUERIES, _NEAREST = 1_000, 10


def index(options: argparse.Namespace) -> dict[str, Any]:
    """Recall at 10, milliseconds a query, and memory, of exact and other indexes."""
    corpus = Corpus.read(resources.shipped("reference_tasks"), "starter")
    texts = list(dict.fromkeys(corpus.tasks["task"]))
    vectors = EmbeddingCache().encode(SentenceTransformerEncoder("minilm"), texts)
    figures: dict[str, Any] = {}
    print(f"{'':40s}{'recall@10':>10s}{'ms':>9s}{'build s':>9s}{'add s':>9s}{'peak MB':>9s}")
    for size in options.sizes:
        factories = (
            [f"IVF{int(4 * np.sqrt(size))}_HNSW32,PQ48"] if size >= QUANTISED else ["Flat", None]
        )
        for factory in factories:
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
                found = pool.submit(_measured, vectors, size, factory).result()
            figures[f"{size:,} {factory or 'as the engine chooses'}"] = found
            cells = "{recall:10.3f}{ms:9.3f}{build:9.1f}{add:9.2f}{peak_mb:9.0f}".format(**found)
            print(f"{size:10,d} {factory or 'as the engine chooses':29s}{cells}")
    return figures


def _measured(tasks: np.ndarray, size: int, factory: str | None) -> dict[str, float]:
    queries = next(_like(tasks, _QUERIES, 1))
    begun = time.perf_counter()
    chunks = _like(tasks, size, 2)
    if size >= QUANTISED:  # learned from some, the rest is added
        built = NeighbourIndex(np.vstack([next(chunks) for _ in range(5)]), factory)
        for chunk in chunks:
            built.add(chunk)
    else:
        built = NeighbourIndex(np.vstack(list(chunks)), factory)
    seconds = time.perf_counter() - begun
    with tempfile.TemporaryDirectory() as folder:
        built.write(Path(folder, "index"))
        read = NeighbourIndex.read(Path(folder, "index"))
        begun = time.perf_counter()
        found = read.search(queries, _NEAREST)
        latency = time.perf_counter() - begun
        begun = time.perf_counter()
        built.add(next(_like(tasks, 1_000, 3)))
        add = time.perf_counter() - begun
    return {
        "recall": _recall(found.rows, _exact(_like(tasks, size, 2), queries)),
        "ms": 1_000 * latency / _QUERIES,
        "build": seconds,
        "add": add,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _like(tasks: np.ndarray, size: int, seed: int) -> Iterator[np.ndarray]:
    """Unit vectors like those of tasks, in chunks; the same for the same seed."""
    generator = np.random.default_rng(seed)
    for start in range(0, size, _CHUNK):
        count = min(_CHUNK, size - start)
        noise = generator.standard_normal((count, tasks.shape[1]), dtype=np.float32)
        noise *= _NOISE / np.sqrt(tasks.shape[1])
        moved = tasks[generator.integers(len(tasks), size=count)] + noise
        yield moved / np.linalg.norm(moved, axis=1, keepdims=True)


def _exact(chunks: Iterator[np.ndarray], queries: np.ndarray) -> np.ndarray:
    """Rows of the nearest of all chunks, by comparing with each."""
    best = np.full((len(queries), _NEAREST), -np.inf, dtype=np.float32)
    rows = np.zeros((len(queries), _NEAREST), dtype=np.int64)
    start = 0
    for chunk in chunks:
        similarity = np.hstack([best, queries @ chunk.T])
        numbers = np.hstack(
            [rows, np.broadcast_to(np.arange(len(chunk)) + start, (len(queries), len(chunk)))]
        )
        kept = np.argpartition(-similarity, _NEAREST, axis=1)[:, :_NEAREST]
        best, rows = (np.take_along_axis(part, kept, axis=1) for part in (similarity, numbers))
        start += len(chunk)
    return rows


def _recall(found: np.ndarray, exact: np.ndarray) -> float:
    hits = [len(np.intersect1d(*pair)) for pair in zip(found, exact, strict=True)]
    return float(np.mean(hits)) / _NEAREST
