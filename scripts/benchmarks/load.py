"""Load on the server, on the loopback interface: pages by wrk, scoring by eight clients at once."""

from __future__ import annotations

import argparse
import http.client
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine import EngineError, RiskEngine
from engine.corpus.references import read_starter
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from scripts.benchmarks.common import Figures, add_encoder
from scripts.benchmarks.server import Server, running

SECONDS, CONNECTIONS = 10, 32
CLIENTS, JOBS, TASKS = 8, 320, 15


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_encoder(parser)


def run(options: argparse.Namespace) -> Figures:
    """Measure requests per second of an occupation page, and the latency of scoring 15 tasks.

    The server runs the starter engine. CPU time is that of the server with all its threads. It
    renders a page for its first request, and then serves it from its cache. Needs wrk.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise EngineError(
            "wrk is not installed; install it, for example with 'apt-get install wrk'"
        )
    with tempfile.TemporaryDirectory() as folder:
        engine = RiskEngine.build(read_starter(), options.encoder)
        engine.save(Path(folder) / "engine")
        code = next(iter(engine.corpus.rows_of))
        database = f"sqlite:///{folder}/scores.sqlite"
        run_pipeline(engine, Store(database), [code])
        serve = ["--engine", f"{folder}/engine", "--database", database]
        with running(serve, Path(folder) / "log") as server:
            figures = {
                "occupation page": _pages(wrk, server, f"/occupations/{code}"),
                "POST /api/score": _scoring(server),
            }
    for name, values in figures.items():
        print(f"{name}: " + ", ".join(f"{key} {value:g}" for key, value in values.items()))
    return figures


def _pages(wrk: str, server: Server, path: str) -> dict[str, float]:
    url = f"http://127.0.0.1:{server.port}{path}"
    start = time.perf_counter()
    with urllib.request.urlopen(url) as answer:
        answer.read()
    first = time.perf_counter() - start
    command = [wrk, "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency"]
    command += ["-H", "Accept-Encoding: gzip", url]
    before = server.cpu_seconds()
    report = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures = parse_wrk(report, server.cpu_seconds() - before)
    return figures | {"first ms": round(1000 * first, 1)}


def parse_wrk(report: str, cpu_seconds: float) -> dict[str, float]:
    """Return the figures in what ``wrk --latency`` prints.

    Args:
        report: as printed.
        cpu_seconds: CPU time of the server during the run.
    """
    requests = int(re.findall(r"(\d+) requests in", report)[0])
    amount, unit = re.findall(r"99%\s+([\d.]+)(us|ms|s)", report)[0]
    failed = re.findall(r"Non-2xx or 3xx responses: (\d+)", report) or ["0"]
    return {
        "requests/s": float(re.findall(r"Requests/sec:\s+([\d.]+)", report)[0]),
        "p99 ms": round(float(amount) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit], 3),
        "CPU ms each": round(1000 * cpu_seconds / requests, 2),
        "errors": float(failed[0]),
    }


def _scoring(server: Server) -> dict[str, float]:
    def score(job: int) -> tuple[float, int]:
        tasks = [f"Prepare report {job} on topic {number} for clients." for number in range(TASKS)]
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        start = time.perf_counter()
        connection.request(
            "POST", "/api/score", json.dumps({"tasks": tasks}), {"content-type": "application/json"}
        )
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return 1000 * (time.perf_counter() - start), answer.status

    before = server.cpu_seconds()
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(score, range(JOBS)))
    return summarize(answers, server.cpu_seconds() - before)


def summarize(answers: Sequence[tuple[float, int]], cpu_seconds: float) -> dict[str, float]:
    """Return latency, CPU time, and errors.

    Args:
        answers: milliseconds and HTTP status of each request.
        cpu_seconds: CPU time of the server for all of them.
    """
    times = sorted(milliseconds for milliseconds, _ in answers)
    return {
        "p50 ms": round(times[len(times) // 2], 1),
        "p95 ms": round(times[int(0.95 * len(times))], 1),
        "CPU ms each": round(1000 * cpu_seconds / len(answers), 1),
        "errors": float(sum(status != 200 for _, status in answers)),
    }
