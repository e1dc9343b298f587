"""Time and memory of builds, of start-up, of scoring and of batches; see benchmark.py.

Every figure is taken in a process of its own. Seconds by the clock depend on what else the machine
does, seconds of the processor hardly: both are told. The tasks are halves of reference tasks put
together, as long as these and hardly any of them twice.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine import Corpus, RiskEngine
from engine.batch.plan import Settings
from engine.batch.run import run_batch
from engine.encoders.sentence_transformer import computes_in_bfloat16, minilm_folder

Figures = dict[str, Any]

PYTHON = sys.executable
IMPORT = "import sentence_transformers"

_TASKS = 20_000
"""Tasks that are scored with references of several sizes; where fewer are asked for, so many."""


def speed(options: argparse.Namespace) -> Figures:
    """Builds, start-up, tasks a second and memory at growing sizes and references, and a batch."""
    figures: Figures = {"cores": os.cpu_count(), "reference": options.reference}
    count = min(_TASKS, max(options.sizes))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = folder / options.encoder
        figures["builds"] = dict(_builds(options, model, folder / "cache"))
        engine = RiskEngine.load(model)
        figures["encoder"] = options.encoder + ", bfloat16" * computes_in_bfloat16()
        figures["reference tasks"] = len(engine.corpus.tasks)
        figures["start-up"] = dict(_start_up(engine.corpus, model))
        figures["score 25 new tasks, warm"] = {"seconds": _warm(engine)}
        figures["beside plain encoding"] = _alone(_beside_plain, model, min(1_000, count))
        figures["tables"] = [_alone(_table, model, count) for count in options.sizes]
        figures["references"] = [
            _alone(_part_of_reference, model, options.encoder, part, count) for part in (4, 2, 1)
        ]
        figures["batch"] = _batch(engine.corpus, model, options)
    _print(figures)
    return figures


def _alone(run: Callable[..., Figures], *arguments: object) -> Figures:
    """What a function finds in a fresh process, with the memory that the process has taken."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        return pool.submit(_with_memory, run, *arguments).result()


def _with_memory(run: Callable[..., Figures], *arguments: object) -> Figures:
    found = run(*arguments)
    return found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


# Builds and start-up ----------------------------------------------------------------------------


def _builds(options: argparse.Namespace, model: Path, cache: Path) -> Iterator[tuple[str, Figures]]:
    script = Path(__file__).with_name("build_index.py")
    command = [PYTHON, str(script), "--reference", options.reference, "--output", str(model)]
    command += ["--encoder", options.encoder]
    if options.data_dir is not None:
        command += ["--data-dir", str(options.data_dir)]
    environment = os.environ | {"XDG_CACHE_HOME": str(cache)}
    for name in ("nothing cached", "embeddings cached"):
        yield name, _alone(_command, command, environment)


def _start_up(corpus: Corpus, model: Path) -> Iterator[tuple[str, Figures]]:
    code = corpus.tasks["soc_code"].iat[0]
    score = [PYTHON, "-m", "engine", "score", "--soc", code, "--engine", str(model)]
    commands = {
        "import engine": [PYTHON, "-c", "import engine"],
        IMPORT: [PYTHON, "-c", IMPORT],
        "occupation-risk --help": [PYTHON, "-m", "engine", "--help"],
        "occupation-risk score --soc": score,
    }
    for name, command in commands.items():
        runs = [_alone(_command, command, dict(os.environ)) for _ in range(3)]
        yield name, {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def _command(command: list[str], environment: dict[str, str]) -> Figures:
    begun = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": time.perf_counter() - begun,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "command_peak_mb": used.ru_maxrss / 1024,
    }


def _warm(engine: RiskEngine) -> float:
    times = []
    for run in range(6):
        tasks = [f"Prepare report {run} on topic {number} for clients." for number in range(25)]
        begun = time.perf_counter()
        engine.score_tasks(tasks)
        times.append(time.perf_counter() - begun)
    return statistics.median(times[1:])


def _beside_plain(model: Path, count: int) -> Figures:
    """score_table and, in turn with it, MiniLM's vectors as its library makes them, of new tasks.

    Of the pairs the medians of both, and of their ratio.
    """
    from sentence_transformers import SentenceTransformer

    engine = RiskEngine.load(model)
    plain = SentenceTransformer(str(minilm_folder()), device="cpu")
    runs = []
    for run in range(4):
        texts = _varied(engine.corpus, count, run)
        begun = time.perf_counter()
        plain.encode(texts)
        between = time.perf_counter()
        engine.score_table(texts)
        runs.append((between - begun, time.perf_counter() - between))
    runs = runs[1:]  # the first also loads what is loaded late
    encoding, scoring = (statistics.median(run) for run in zip(*runs, strict=True))
    ratio = statistics.median(scored / encoded for encoded, scored in runs)
    return {"tasks": count, "plain_seconds": encoding, "seconds": scoring, "ratio": ratio}


# Tables and batches -----------------------------------------------------------------------------


def _table(model: Path, count: int) -> Figures:
    """score_table of ``count`` new tasks."""
    return _timed(RiskEngine.load(model), count)


def _part_of_reference(model: Path, encoder: str, part: int, count: int) -> Figures:
    """score_table of ``count`` new tasks with an engine on one ``part``-th of the occupations."""
    corpus = RiskEngine.load(model).corpus
    codes = list(corpus.rows_of)[::part]
    engine = RiskEngine.build(corpus.select(codes), encoder)
    return {"reference tasks": len(engine.corpus.tasks)} | _timed(engine, count)


def _timed(engine: RiskEngine, count: int) -> Figures:
    engine.score_table(_varied(engine.corpus, 100, 1))  # loads what is loaded late
    texts = _varied(engine.corpus, count, count)
    runs = []
    for _ in range(3 if count <= _TASKS else 1):
        begun, used = time.perf_counter(), time.process_time()
        engine.score_table(texts)
        runs.append((time.perf_counter() - begun, time.process_time() - used))
    seconds, cpu_seconds = (min(run) for run in zip(*runs, strict=True))
    return {"tasks": count, "seconds": seconds, "cpu_seconds": cpu_seconds}


def _batch(corpus: Corpus, model: Path, options: argparse.Namespace) -> Figures:
    """A batch of ``--rows`` from Parquet to Parquet."""
    source = model.parent / "in.parquet"
    texts = _varied(corpus, options.rows, 0)
    pq.write_table(pa.table({"id": np.arange(len(texts)), "task": texts}), source)
    return _alone(_run_batch, source, model, options.workers)


def _run_batch(source: Path, model: Path, workers: int) -> Figures:
    begun = time.perf_counter()
    done = run_batch(str(source), model.parent / "out", Settings(model=str(model)), workers=workers)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "rows": done.scored,
        "workers": workers,
        "seconds": time.perf_counter() - begun,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "worker_peak_mb": used.ru_maxrss / 1024,
    }


def _varied(corpus: Corpus, count: int, seed: int) -> list[str]:
    generator = np.random.default_rng(seed)
    tasks = [task.rstrip(".").split() for task in corpus.tasks["task"]]
    pairs = generator.integers(len(tasks), size=(count, 2)).tolist()
    return [
        " ".join(tasks[one][: len(tasks[one]) // 2] + tasks[other][len(tasks[other]) // 2 :]) + "."
        for one, other in pairs
    ]


# What is told -----------------------------------------------------------------------------------


def _print(figures: Figures) -> None:
    print(
        f"encoder {figures['encoder']}, {figures['reference tasks']:,} reference tasks, "
        f"{figures['cores']} cores"
    )
    print(f"{'':44s}{'seconds':>10s}{'of CPU':>10s}{'a second':>12s}{'peak MB':>10s}")
    for name, found in (figures["builds"] | figures["start-up"]).items():
        peak = found["command_peak_mb"]
        print(f"{name:44s}{found['seconds']:10.2f}{found['cpu_seconds']:10.2f}{'':12s}{peak:10.0f}")
    print(f"{'score 25 new tasks, warm':44s}{figures['score 25 new tasks, warm']['seconds']:10.2f}")
    beside = figures["beside plain encoding"]
    name = f"score {beside['tasks']:,} tasks; MiniLM's vectors alone"
    told = f"{beside['seconds']:10.2f}{beside['plain_seconds']:10.2f}"
    print(f"{name:44s}{told}{beside['ratio']:11.2f}x")
    for found in figures["tables"]:
        _print_rate(f"score {found['tasks']:,} tasks", found["tasks"], found)
    for found in figures["references"]:
        name = f"score {found['tasks']:,} tasks, {found['reference tasks']:,} reference tasks"
        _print_rate(name, found["tasks"], found)
    batch = figures["batch"]
    _print_rate(
        f"batch of {batch['rows']:,} rows, {batch['workers']} workers", batch["rows"], batch
    )


def _print_rate(name: str, count: int, found: Figures) -> None:
    peak = max(found["peak_mb"], found.get("worker_peak_mb", 0))
    print(
        f"{name:44s}{found['seconds']:10.2f}{found['cpu_seconds']:10.2f}"
        f"{count / found['seconds']:12,.0f}{peak:10.0f}"
    )
