"""Load on the server, on loopback: pages by wrk, scoring by eight clients at once."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmark_accuracy import Figures

from engine import Corpus, EngineError, RiskEngine
from engine.utils import resources
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store

_SECONDS = 10
_CONNECTIONS = 32
_SCORERS, _JOBS, _TASKS = 8, 320, 15


def load(options: argparse.Namespace) -> Figures:
    """Requests a second of an occupation page, and how long scoring 15 tasks takes, under load.

    Of the starter engine with ``--encoder``; CPU time is that of the server, all its threads. A
    page is made when it is first asked for, and remembered for those who ask next.
    """
    wrk = shutil.which("wrk")
    if wrk is None:
        raise EngineError("wrk is not installed: expected it on the path; apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "engine"
        engine = RiskEngine.build(
            Corpus.read(resources.shipped("reference_tasks"), "starter"), options.encoder
        )
        engine.save(built)
        code = next(iter(engine.corpus.rows_of))
        database = f"sqlite:///{folder}/scores.sqlite"
        run_pipeline(engine, Store(database), [code])
        port = free_port()
        serve = [sys.executable, "-m", "engine", "serve", "--port", str(port)]
        serve += ["--rate-limit", "none", "--engine", str(built), "--database", database]
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(serve, stderr=log, stdout=log)
            try:
                wait_for(server, port)
                url = f"http://127.0.0.1:{port}/occupations/{code}"
                figures: Figures = {
                    "occupation page": _pages(wrk, url, server.pid),
                    "POST /api/score": _scoring(port, server.pid),
                }
            finally:
                server.terminate()
                server.wait()
    for name, values in figures.items():
        print(f"{name}: " + ", ".join(f"{key} {value:g}" for key, value in values.items()))
    return figures


def _cpu_seconds(process: int) -> float:
    """CPU time that a process has used so far, by Linux."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    while server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise EngineError("the server ended at once: run 'occupation-risk serve' to see why")


def _pages(wrk: str, url: str, server: int) -> dict[str, float]:
    threads = ["-t2", f"-c{_CONNECTIONS}", f"-d{_SECONDS}s", "--latency"]
    command = [wrk, *threads, "-H", "Accept-Encoding: gzip", url]
    begun = time.perf_counter()
    with urllib.request.urlopen(url) as answer:  # noqa: S310 of the server just started
        answer.read()
    first = time.perf_counter() - begun
    before = _cpu_seconds(server)
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    used = _cpu_seconds(server) - before
    requests = int(re.findall(r"(\d+) requests in", said)[0])
    amount, unit = re.findall(r"99%\s+([\d.]+)(us|ms|s)", said)[0]
    errors = re.findall(r"Non-2xx or 3xx responses: (\d+)", said) or ["0"]
    return {
        "requests/s": float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0]),
        "first ms": round(1000 * first, 1),
        "p99 ms": float(amount) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit],
        "CPU ms each": round(1000 * used / requests, 2),
        "errors": float(errors[0]),
    }


def _scoring(port: int, server: int) -> dict[str, float]:
    def once(job: int) -> tuple[float, int]:
        tasks = [f"Prepare report {job} on topic {number} for clients." for number in range(_TASKS)]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        begun = time.perf_counter()
        connection.request(
            "POST", "/api/score", json.dumps({"tasks": tasks}), {"content-type": "application/json"}
        )
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return 1000 * (time.perf_counter() - begun), answer.status

    before = _cpu_seconds(server)
    with ThreadPoolExecutor(_SCORERS) as clients:
        done = list(clients.map(once, range(_JOBS)))
    used = _cpu_seconds(server) - before
    times = sorted(taken for taken, _ in done)
    return {
        "p50 ms": round(times[len(times) // 2], 1),
        "p95 ms": round(times[int(0.95 * len(times))], 1),
        "CPU ms each": round(1000 * used / _JOBS, 1),
        "errors": float(sum(status != 200 for _, status in done)),
    }
