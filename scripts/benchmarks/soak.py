"""Soak test: minutes of mixed traffic below the capacity of the server.

First the capacity is measured. Then requests are sent at a steady pace, a fraction of the capacity.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psutil

from engine import EngineError, RiskEngine
from engine.scoring.default_engine import default_folder
from scripts.benchmarks.common import Figures, add_engine
from scripts.benchmarks.http_traffic import Answer, at_capacity, at_pace, mixed
from scripts.benchmarks.server import COMMAND, running

LOAD = 0.8
"""Pace as a fraction of the capacity."""

CAPACITY_SECONDS = 30
WINDOWS = 10
"""Number of equal parts of the time whose latencies are compared."""

OCCUPATIONS = 20


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_engine(parser)
    parser.add_argument(
        "--minutes",
        type=float,
        default=10,
        metavar="N",
        help="time at the steady pace (default: %(default)s)",
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure errors, memory growth, and latency in minutes of traffic at 80% of capacity."""
    engine = options.engine or default_folder()
    codes = list(RiskEngine.load(engine).corpus.rows_of)[:OCCUPATIONS]
    with tempfile.TemporaryDirectory() as folder:
        named = ["--engine", str(engine), "--database", f"sqlite:///{folder}/scores.sqlite"]
        soc = itertools.chain.from_iterable(("--soc", code) for code in codes)
        command = [*COMMAND, "pipeline", *soc, *named]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with running(named, Path(folder) / "log") as server:
            process = psutil.Process(server.process)
            figures = asyncio.run(_soak(server.port, codes, process, options.minutes))
    for name, value in figures.items():
        print(f"{name}: {value}")
    return figures


async def _soak(port: int, codes: Sequence[str], server: psutil.Process, minutes: float) -> Figures:
    traffic = mixed(codes)
    figures: Figures = {
        "minutes": minutes,
        "load of the machine before": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
    }
    seconds = 60 * minutes
    warm_up = await at_capacity(port, traffic, min(CAPACITY_SECONDS, seconds))
    per_second = capacity(warm_up)
    memory = [float(server.memory_info().rss)]
    watching = asyncio.create_task(_watch(server, memory, seconds / WINDOWS))
    answers = await at_pace(port, traffic, LOAD * per_second, seconds)
    watching.cancel()
    memory.append(server.memory_info().rss)
    return (
        figures
        | {
            "capacity, requests/s": round(per_second, 1),
            "asked, requests/s": round(LOAD * per_second, 1),
            "requests": len(answers),
            "errors": sum(answer.status != 200 for answer in answers),
            "errors while at capacity": sum(answer.status != 200 for answer in warm_up),
        }
        | memory_figures(memory)
        | latency_figures(answers, seconds)
    )


async def _watch(server: psutil.Process, memory: list[float], seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        memory.append(server.memory_info().rss)


def capacity(answers: Sequence[Answer]) -> float:
    """Return good answers per second, up to the last answer."""
    good = sum(answer.status == 200 for answer in answers)
    return good / max(answer.due + answer.seconds for answer in answers)


def memory_figures(memory: Sequence[float]) -> Figures:
    """Return the figures of memory in bytes: before, at the end of each window, after."""
    before, after = memory[0], memory[-1]
    return {
        "memory before, MB": round(before / 2**20, 1),
        "memory after, MB": round(after / 2**20, 1),
        "memory growth, %": round(100 * (after / before - 1), 2),
        "memory by tenth of the time, MB": [round(size / 2**20, 1) for size in memory[1:]],
    }


def latency_figures(answers: Sequence[Answer], seconds: float) -> Figures:
    """Return latencies of answers within ``seconds``: all, by window, and by kind of request."""
    windows = [
        [answer for answer in answers if int(answer.due / seconds * WINDOWS) == number]
        for number in range(WINDOWS)
    ]
    p99 = [percentile(window, 0.99) for window in windows]
    half = WINDOWS // 2
    kinds = sorted({answer.kind for answer in answers})
    return {
        "p50 ms": round(percentile(answers, 0.5), 1),
        "p99 ms": round(percentile(answers, 0.99), 1),
        "p99 ms by tenth of the time": [round(value, 1) for value in p99],
        "p99, second half to first": round(
            statistics.median(p99[half:]) / statistics.median(p99[:half]), 2
        ),
        "p99 ms by kind": {
            kind: round(percentile([one for one in answers if one.kind == kind], 0.99), 1)
            for kind in kinds
        },
    }


def percentile(answers: Sequence[Answer], part: float) -> float:
    """Return a percentile of the latencies, in milliseconds.

    Raises:
        EngineError: if there are no answers.
    """
    ordered = sorted(answer.seconds for answer in answers)
    if not ordered:
        raise EngineError("a window of the run has no request; give a larger --minutes")
    return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]
