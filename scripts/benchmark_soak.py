"""Hours of visitors in minutes: mixed traffic at a part of what the server can do.

First as much as it can answer, by clients that ask again at once; then, at a steady pace, a part of
that. Pace and mix are kept whatever the answers take, so that waiting shows as latency and not as
fewer requests (no coordinated omission).
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from benchmark_accuracy import Figures
from benchmark_load import free_port, wait_for

from engine import EngineError, RiskEngine

LOAD = 0.8
"""Part of the capacity that is asked for."""

CAPACITY_SECONDS = 30
CLIENTS = 16
WINDOWS = 10
"""Parts of the time whose latencies are compared."""

OCCUPATIONS = 20
_TASKS = 10
_TIMEOUT = 60


@dataclass(frozen=True)
class Asked:
    """A request: what kind of traffic it is, and what is sent."""

    kind: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """When it was due, in seconds from the start, how long it took from then on, and its status."""

    kind: str
    due: float
    seconds: float
    status: int


def soak(options: argparse.Namespace) -> Figures:
    """Minutes of mixed traffic at 80 % of capacity: errors, growth of memory, p99 over time."""
    engine = RiskEngine.load()
    codes = list(engine.corpus.rows_of)[:OCCUPATIONS]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "engine"]
        store = ["--database", f"sqlite:///{folder}/scores.sqlite"]
        named = itertools.chain.from_iterable(("--soc", code) for code in codes)
        filled = [*command, "pipeline", *named, *store]
        subprocess.run(filled, check=True, stdout=subprocess.DEVNULL)
        port = free_port()
        serve = [*command, "serve", "--port", str(port), "--rate-limit", "none", *store]
        with (Path(folder) / "log").open("wb") as log:
            server = subprocess.Popen(serve, stderr=log, stdout=log)
            try:
                wait_for(server, port)
                figures = asyncio.run(_soak(port, codes, psutil.Process(server.pid), options))
            finally:
                server.terminate()
                server.wait()
    for name, value in figures.items():
        print(f"{name}: {value}")
    return figures


async def _soak(
    port: int, codes: Sequence[str], server: psutil.Process, options: argparse.Namespace
) -> Figures:
    traffic = _traffic(codes)
    other_load = os.getloadavg()[0]
    warm = await _as_much_as_possible(port, traffic, min(CAPACITY_SECONDS, options.minutes * 60))
    capacity = sum(one.status == 200 for one in warm) / max(one.due + one.seconds for one in warm)
    pace, seconds = LOAD * capacity, 60 * options.minutes
    begun = server.memory_info().rss
    memory: list[float] = []
    watching = asyncio.create_task(_watch(server, memory, seconds / WINDOWS))
    done = await _at_pace(port, traffic, pace, seconds)
    watching.cancel()
    memory.append(server.memory_info().rss)
    return _figures(done, warm, capacity, begun, memory, other_load, options.minutes)


def _figures(
    done: Sequence[Answered],
    warm: Sequence[Answered],
    capacity: float,
    begun: float,
    memory: Sequence[float],
    other_load: float,
    minutes: float,
) -> Figures:
    seconds = 60 * minutes
    windows = [
        [one.seconds for one in done if int(one.due / seconds * WINDOWS) == number]
        for number in range(WINDOWS)
    ]
    p99 = [1000 * _percentile(window, 0.99) for window in windows]
    half = len(p99) // 2
    kinds = sorted({one.kind for one in done})
    return {
        "minutes": minutes,
        "load of the machine before": round(other_load, 1),
        "cores": os.cpu_count(),
        "capacity, requests/s": round(capacity, 1),
        "asked, requests/s": round(LOAD * capacity, 1),
        "requests": len(done),
        "errors": sum(one.status != 200 for one in done),
        "errors while at capacity": sum(one.status != 200 for one in warm),
        "memory before, MB": round(begun / 2**20, 1),
        "memory after, MB": round(memory[-1] / 2**20, 1),
        "memory growth, %": round(100 * (memory[-1] / begun - 1), 2),
        "memory by tenth of the time, MB": [round(size / 2**20, 1) for size in memory],
        "p50 ms": round(1000 * _percentile([one.seconds for one in done], 0.5), 1),
        "p99 ms": round(1000 * _percentile([one.seconds for one in done], 0.99), 1),
        "p99 ms by tenth of the time": [round(value, 1) for value in p99],
        "p99, second half to first": round(
            statistics.median(p99[half:]) / statistics.median(p99[:half]), 2
        ),
        "p99 ms by kind": {
            kind: round(1000 * _percentile([o.seconds for o in done if o.kind == kind], 0.99), 1)
            for kind in kinds
        },
    }


def _traffic(codes: Sequence[str]) -> Any:
    """Requests without end: of a hundred, 70 pages, 25 of the API and 5 jobs to score."""
    chance = random.Random(0)  # noqa: S311 no secret
    jobs = itertools.count()

    def job() -> Asked:
        number = next(jobs)
        tasks = [f"Prepare report {number} on topic {task} for clients." for task in range(_TASKS)]
        return Asked("score", "/api/score", json.dumps({"tasks": tasks}).encode())

    def page() -> Asked:
        code = chance.choice(codes)
        paths = ["/", f"/?q={code[:2]}", f"/occupations/{code}", f"/occupations/{code}.csv"]
        return Asked("page", chance.choice([*paths, f"/groups/{code[:2]}", "/data", "/score"]))

    def api() -> Asked:
        code = chance.choice(codes)
        paths = ["", f"/{code}", f"/{code}/similar", "?q=manager"]
        return Asked("api", f"/api/occupations{chance.choice(paths)}")

    while True:
        yield chance.choices((page, api, job), (70, 25, 5))[0]()


async def _as_much_as_possible(port: int, traffic: Any, seconds: float) -> list[Answered]:
    begun = time.perf_counter()
    done: list[Answered] = []

    async def client() -> None:
        with _Connection(port) as connection:
            while (due := time.perf_counter() - begun) < seconds:
                done.append(await connection.ask(next(traffic), begun, due))

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return done


async def _at_pace(port: int, traffic: Any, pace: float, seconds: float) -> list[Answered]:
    begun = time.perf_counter()
    free: list[_Connection] = []
    done: list[Answered] = []
    running: set[asyncio.Task[None]] = set()

    async def one(asked: Asked, due: float) -> None:
        connection = free.pop() if free else _Connection(port)
        done.append(await connection.ask(asked, begun, due))
        free.append(connection)

    for number in range(int(pace * seconds)):
        due = number / pace
        await asyncio.sleep(max(0.0, due - (time.perf_counter() - begun)))
        task = asyncio.create_task(one(next(traffic), due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    for connection in free:
        connection.close()
    return done


class _Connection:
    """One connection that is kept open between requests, as browsers do."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def __enter__(self) -> _Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def ask(self, asked: Asked, begun: float, due: float) -> Answered:
        """Ask and read the answer; status 0 where none comes."""
        try:
            status = await asyncio.wait_for(self._ask_open(asked), _TIMEOUT)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            status = 0
        if status == 0:
            self.close()
        return Answered(
            kind=asked.kind, due=due, seconds=time.perf_counter() - begun - due, status=status
        )

    async def _ask_open(self, asked: Asked) -> int:
        """Ask; anew, as browsers do, where the server had closed the idle connection."""
        if self._streams is not None:
            try:
                return await self._ask(asked)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
        return await self._ask(asked)

    async def _ask(self, asked: Asked) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        head = f"{'POST' if asked.body else 'GET'} {asked.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        if asked.body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(asked.body)}\r\n"
        writer.write(f"{head}Accept-Encoding: gzip\r\n\r\n".encode() + asked.body)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = answer.split(b"content-length:")[1].split(b"\r\n")[0]
        await reader.readexactly(int(length))
        return int(answer.split(b" ")[1])


async def _watch(server: psutil.Process, memory: list[float], seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        memory.append(server.memory_info().rss)


def _percentile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    if not ordered:
        raise EngineError("no request fell into a part of the time: expected a longer --minutes")
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
