"""Speed: time and memory of builds, start-up, scoring, and batches.

Every figure is measured in its own process. Wall time depends on what else the machine does, and
CPU time hardly does, so both are reported.
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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from engine import Corpus, RiskEngine
from engine.batch.plan import Settings
from engine.batch.run import run_batch
from engine.encoders.minilm_files import minilm_folder
from engine.encoders.precision import computes_in_bfloat16
from scripts.benchmarks.common import Figures, add_encoder, add_reference

IMPORT = "import sentence_transformers"
REPEATED_UP_TO = 20_000
"""Largest number of tasks that is scored three times. It is also the number scored with references
of several sizes, unless fewer are requested."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_reference(parser)
    add_encoder(parser)
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=[100, 10_000, 100_000],
        metavar="N",
        help="numbers of tasks to score (default: 100 10000 100000)",
    )
    parser.add_argument(
        "--rows", type=int, default=1_000_000, metavar="N", help="rows of the batch run"
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count(),
        metavar="N",
        help="processes of the batch run (default: one per core)",
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure builds, start-up, scoring of growing tables, references of several sizes, a batch."""
    figures: Figures = {"cores": os.cpu_count(), "reference": options.reference}
    count = min(REPEATED_UP_TO, max(options.sizes))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = folder / options.encoder
        figures["builds"] = dict(_builds(options, model, folder / "cache"))
        engine = RiskEngine.load(model)
        figures["encoder"] = options.encoder + ", bfloat16" * computes_in_bfloat16()
        figures["reference tasks"] = len(engine.corpus.tasks)
        figures["start-up"] = dict(_start_up(engine.corpus, model))
        figures["score 25 new tasks, warm"] = {"seconds": _warm(engine)}
        figures["beside plain encoding"] = _alone(_compare_with_encoding, model, min(1_000, count))
        figures["tables"] = [_alone(_table, model, size) for size in options.sizes]
        figures["references"] = [
            _alone(_part_of_reference, model, options.encoder, part, count) for part in (4, 2, 1)
        ]
        figures["batch"] = _batch(engine.corpus, model, options.rows, options.workers)
    _print(figures)
    return figures


def _alone(function: Callable[..., Figures], *arguments: object) -> Figures:
    """Call a function in a new process, and add the peak memory of that process."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        return pool.submit(_with_memory, function, *arguments).result()


def _with_memory(function: Callable[..., Figures], *arguments: object) -> Figures:
    found = function(*arguments)
    return found | {"peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


# Builds and start-up ----------------------------------------------------------------------------


def _builds(options: argparse.Namespace, model: Path, cache: Path) -> Iterator[tuple[str, Figures]]:
    command = [sys.executable, "-m", "engine", "build", "--reference", options.reference]
    command += ["--encoder", options.encoder, "--data-dir", str(options.data_dir)]
    command += ["--output", str(model)]
    environment = os.environ | {"XDG_CACHE_HOME": str(cache)}
    for name in ("nothing cached", "embeddings cached"):
        yield name, _alone(_command, command, environment)


def _start_up(corpus: Corpus, model: Path) -> Iterator[tuple[str, Figures]]:
    code = corpus.tasks["soc_code"].iat[0]
    score = [sys.executable, "-m", "engine", "score", "--soc", code, "--engine", str(model)]
    commands = {
        "import engine": [sys.executable, "-c", "import engine"],
        IMPORT: [sys.executable, "-c", IMPORT],
        "occupation-risk --help": [sys.executable, "-m", "engine", "--help"],
        "occupation-risk score --soc": score,
    }
    for name, command in commands.items():
        runs = [_alone(_command, command, dict(os.environ)) for _ in range(3)]
        yield name, {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def _command(command: list[str], environment: dict[str, str]) -> Figures:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": time.perf_counter() - start,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "command_peak_mb": used.ru_maxrss / 1024,
    }


def _warm(engine: RiskEngine) -> float:
    times = []
    for number in range(6):
        tasks = [f"Prepare report {number} on topic {topic} for clients." for topic in range(25)]
        start = time.perf_counter()
        engine.score_tasks(tasks)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def _compare_with_encoding(model: Path, count: int) -> Figures:
    """Time, alternately, scoring new tasks and embedding them by sentence-transformers alone."""
    from sentence_transformers import SentenceTransformer

    engine = RiskEngine.load(model)
    plain = SentenceTransformer(str(minilm_folder()), device="cpu")
    runs = []
    for seed in range(4):
        texts = recombined(engine.corpus.tasks["task"].tolist(), count, seed)
        start = time.perf_counter()
        plain.encode(texts)
        between = time.perf_counter()
        engine.score_table(texts)
        runs.append((between - start, time.perf_counter() - between))
    return {"tasks": count} | compare(runs[1:])  # the first run also loads libraries


def compare(runs: Sequence[tuple[float, float]]) -> Figures:
    """Return medians over pairs of runs of the times and of their ratio.

    Args:
        runs: seconds of encoding alone, and of scoring, measured alternately.
    """
    encoding, scoring = (statistics.median(times) for times in zip(*runs, strict=True))
    ratio = statistics.median(scored / encoded for encoded, scored in runs)
    return {"plain_seconds": encoding, "seconds": scoring, "ratio": ratio}


# Tables and batches -----------------------------------------------------------------------------


def _table(model: Path, count: int) -> Figures:
    return _timed(RiskEngine.load(model), count)


def _part_of_reference(model: Path, encoder: str, part: int, count: int) -> Figures:
    """Score with an engine built on every ``part``-th occupation."""
    corpus = RiskEngine.load(model).corpus
    engine = RiskEngine.build(corpus.select_occupations(list(corpus.rows_of)[::part]), encoder)
    return {"reference tasks": len(engine.corpus.tasks)} | _timed(engine, count)


def _timed(engine: RiskEngine, count: int) -> Figures:
    tasks = engine.corpus.tasks["task"].tolist()
    engine.score_table(recombined(tasks, 100, 1))  # loads libraries
    texts = recombined(tasks, count, count)
    runs = []
    for _ in range(3 if count <= REPEATED_UP_TO else 1):
        start, used = time.perf_counter(), time.process_time()
        engine.score_table(texts)
        runs.append((time.perf_counter() - start, time.process_time() - used))
    seconds, cpu_seconds = (min(times) for times in zip(*runs, strict=True))
    return {"tasks": count, "seconds": seconds, "cpu_seconds": cpu_seconds}


def _batch(corpus: Corpus, model: Path, rows: int, workers: int) -> Figures:
    source = model.parent / "in.parquet"
    texts = recombined(corpus.tasks["task"].tolist(), rows, 0)
    pq.write_table(pa.table({"id": np.arange(len(texts)), "task": texts}), source)
    return _alone(_run_batch, source, model, workers)


def _run_batch(source: Path, model: Path, workers: int) -> Figures:
    start = time.perf_counter()
    done = run_batch(
        str(source), model.parent / "out", Settings(engine=str(model)), workers=workers
    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "rows": done.scored,
        "workers": workers,
        "seconds": time.perf_counter() - start,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "worker_peak_mb": used.ru_maxrss / 1024,
    }


def recombined(tasks: Sequence[str], count: int, seed: int) -> list[str]:
    """Return new sentences: the first half of one task and the second half of another."""
    generator = np.random.default_rng(seed)
    words = [task.rstrip(".").split() for task in tasks]
    return [
        " ".join(words[one][: len(words[one]) // 2] + words[other][len(words[other]) // 2 :]) + "."
        for one, other in generator.integers(len(words), size=(count, 2)).tolist()
    ]


# Printed table ----------------------------------------------------------------------------------


def _print(figures: Figures) -> None:
    print(
        f"encoder {figures['encoder']}, {figures['reference tasks']:,} reference tasks, "
        f"{figures['cores']} cores"
    )
    print(f"{'':44s}{'seconds':>10s}{'CPU s':>10s}{'per second':>12s}{'peak MB':>10s}")
    for name, found in (figures["builds"] | figures["start-up"]).items():
        peak = found["command_peak_mb"]
        print(f"{name:44s}{found['seconds']:10.2f}{found['cpu_seconds']:10.2f}{'':12s}{peak:10.0f}")
    print(f"{'score 25 new tasks, warm':44s}{figures['score 25 new tasks, warm']['seconds']:10.2f}")
    compared = figures["beside plain encoding"]
    name = f"score {compared['tasks']:,} tasks; MiniLM vectors alone"
    cells = f"{compared['seconds']:10.2f}{compared['plain_seconds']:10.2f}"
    print(f"{name:44s}{cells}{compared['ratio']:11.2f}x")
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
