"""Tasks per second of scoring as a table, and of a batch from Parquet to Parquet; see benchmark.py.

The tasks are pairs of starter tasks, joined, so that hardly any is there twice.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine import Corpus, RiskEngine, places
from engine.batch.plan import Settings
from engine.batch.run import run_batch
from engine.records import MAX_TASK_CHARACTERS


def throughput(options: argparse.Namespace) -> dict[str, Any]:
    """Time score_table at growing sizes, and a batch of the largest, with one encoder."""
    corpus = Corpus.read(places.shipped("reference_tasks"), "starter")
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine = RiskEngine.build(corpus, options.encoder)
        engine.save(folder / "engine")
        engine.score_table(_varied(corpus, 100, 1))  # loads what is loaded late
        for count in options.sizes:
            texts = _varied(corpus, count, count)
            begun = time.perf_counter()
            engine.score_table(texts)
            figures[f"score_table, {count:,} tasks"] = _rate(count, begun)
        table = pa.table({"task": _varied(corpus, max(options.sizes), 0)})
        pq.write_table(table, folder / "in.parquet")
        settings = Settings(str(folder / "engine"), part_rows=max(1_000, len(table) // 20))
        begun = time.perf_counter()
        run_batch(str(folder / "in.parquet"), folder / "out", settings, workers=options.workers)
        figures[f"batch, {len(table):,} rows"] = _rate(len(table), begun)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures["peak of this process"] = {"MB": used / 1024}
    print(f"encoder {options.encoder}, starter reference, {options.workers} workers of the batch")
    for name, figure in figures.items():
        print(
            f"{name:32s}" + "".join(f"{key:>16s} {value:10,.1f}" for key, value in figure.items())
        )
    return figures


def _rate(count: int, begun: float) -> dict[str, float]:
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "tasks a second": count / seconds}


def _varied(corpus: Corpus, count: int, seed: int) -> list[str]:
    generator = np.random.default_rng(seed)
    tasks = corpus.tasks["task"].to_numpy()
    first, second = generator.choice(tasks, count), generator.choice(tasks, count)
    return [
        f"{one.rstrip('.')} and {other[0].lower()}{other[1:]}"[:MAX_TASK_CHARACTERS]
        for one, other in zip(first, second, strict=True)
    ]
