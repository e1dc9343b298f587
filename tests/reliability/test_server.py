"""The server as users run it: under overload, and with pasted words that must stay private."""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.web.server.protocol import HEAD_SECONDS

pytestmark = pytest.mark.reliability

CONNECTIONS = 2_000
OPEN_FILES = 1_024
"""Default limit of open files on most systems."""

Record = Callable[[str, object], None]


@dataclass(frozen=True)
class RunningServer:
    """A running server: its port, and the folder with everything it writes."""

    port: int
    folder: Path

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")


@pytest.fixture(scope="module")
def server(
    starter_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """Run ``occupation-risk serve`` with a real encoder, in separate folders."""
    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit < 2 * CONNECTIONS:
        pytest.skip(f"needs {2 * CONNECTIONS} open files; the limit is {limit}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    folder = tmp_path_factory.mktemp("server")
    for name in ("cwd", "cache", "tmp", "home"):
        (folder / name).mkdir()
    environment = os.environ | {
        "XDG_CACHE_HOME": str(folder / "cache"),
        "TMPDIR": str(folder / "tmp"),
        "HOME": str(folder / "home"),
    }
    base = [sys.executable, "-m", "engine", "--verbose"]
    named = ["--engine", str(starter_folder), "--database", f"sqlite:///{folder}/scores.sqlite"]
    options: Any = {"cwd": folder / "cwd", "env": environment}
    scored = [*base, "pipeline", "--soc", "29-1129.01", *named]
    subprocess.run(scored, check=True, capture_output=True, **options)
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [*base, "serve", "--port", "0", "--rate-limit", "none", *named],
            stdout=log,
            stderr=log,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, limit)),
            **options,
        )
        try:
            yield RunningServer(_port(running, folder / "log"), folder)
        finally:
            running.send_signal(signal.SIGINT)
            # The status is 0 if the shell ignores interrupts.
            assert running.wait(30) in (0, 128 + signal.SIGINT)


def _port(running: subprocess.Popen[bytes], log: Path) -> int:
    while running.poll() is None:
        found = re.search(r"serving http://127.0.0.1:(\d+)", log.read_text("utf-8"))
        if found:
            return int(found[1])
        time.sleep(0.2)
    pytest.fail(log.read_text("utf-8"))


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes
    seconds: float


async def _ask(
    port: int,
    path: str,
    body: bytes = b"",
    kind: str = "application/json",
    host: str = "localhost",
) -> Response:
    """Send one request on a new connection; the status is 0 without an answer."""
    start = time.perf_counter()
    method = "POST" if body else "GET"
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
    head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body else ""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode() + b"\r\n" + body)
        answer = await asyncio.wait_for(reader.read(), 60)
        writer.close()
    except (OSError, TimeoutError):
        return Response(0, b"", time.perf_counter() - start)
    top, _, rest = answer.partition(b"\r\n\r\n")
    return Response(int(top.split(b" ")[1]) if top else 0, rest, time.perf_counter() - start)


def test_the_server_answers_to_its_own_hostnames_only(server: RunningServer) -> None:
    for host, status in (("localhost", 200), ("127.0.0.1", 200), ("rebound.example.net", 400)):
        assert asyncio.run(_ask(server.port, "/data", host=host)).status == status


def test_every_connection_of_a_burst_is_answered(
    server: RunningServer, record_property: Record
) -> None:
    async def burst() -> list[Response]:
        page = "/occupations/29-1129.01"
        return await asyncio.gather(*(_ask(server.port, page) for _ in range(CONNECTIONS)))

    answers = asyncio.run(burst())
    statuses = Counter(answer.status for answer in answers)
    record_property("burst", f"{statuses[200]:,} of {CONNECTIONS:,} connections answered")
    assert statuses == {200: CONNECTIONS}
    assert len({answer.body for answer in answers}) == 1


def test_slow_loris_is_closed_while_others_are_answered(
    server: RunningServer, record_property: Record
) -> None:
    """Half-sent request heads, twice the limit of open files, with one more byte each second."""

    async def loris(ended: list[float]) -> None:
        start = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        try:
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            while not reader.at_eof():
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(1)
        except OSError:
            pass
        ended.append(time.perf_counter() - start)
        writer.close()

    async def attack() -> tuple[list[float], list[Response]]:
        ended: list[float] = []
        slow = [asyncio.create_task(loris(ended)) for _ in range(CONNECTIONS)]
        await asyncio.sleep(2)
        answered = []
        while not all(task.done() for task in slow):
            answered.append(await _ask(server.port, "/data"))
            answered.append(await _ask(server.port, "/healthz"))
            await asyncio.sleep(0.2)
        return ended, answered

    ended, answered = asyncio.run(asyncio.wait_for(attack(), 10 * HEAD_SECONDS))
    assert len(ended) == CONNECTIONS
    assert {answer.status for answer in answered} == {200}
    slowest = max(answer.seconds for answer in answered)
    record_property("slow-loris", f"{CONNECTIONS:,} closed; slowest answer {slowest:.1f} s")


def test_every_job_of_a_burst_is_scored_or_rejected(
    server: RunningServer, record_property: Record
) -> None:
    async def burst() -> tuple[list[Response], list[Response]]:
        def body(job: int) -> bytes:
            tasks = [f"Prepare report {job} on topic {number}." for number in range(10)]
            return json.dumps({"tasks": tasks}).encode()

        jobs = [asyncio.create_task(_ask(server.port, "/api/score", body(n))) for n in range(400)]
        pages = []
        while not all(job.done() for job in jobs):
            pages.append(await _ask(server.port, "/data"))
        return [await job for job in jobs], pages

    jobs, pages = asyncio.run(burst())
    statuses = Counter(job.status for job in jobs)
    record_property("simultaneous jobs", f"{statuses[200]} of 400 scored, the others rejected")
    assert set(statuses) == {200, 503}
    assert {page.status for page in pages} == {200}


WORD = "zanzibarinequasp"
PASTES = [
    ("/api/score", "application/json", json.dumps({"tasks": [f"Guard the {WORD} vault."]})),
    ("/api/score", "application/json", json.dumps({"title": WORD, "tasks": ["Write reports."]})),
    ("/api/score", "application/json", json.dumps({"tasks": [f"{WORD} " * 2_000]})),
    ("/api/score", "application/json", json.dumps({WORD: 1, "tasks": []})),
    ("/api/score", "application/json", f'{{"tasks": ["{WORD}'),
    ("/api/occupations/29-1129.01/what-if", "application/json",
     json.dumps({"time_shares": {WORD: 0.5}})),
    *(("/score", "application/x-www-form-urlencoded",
       urllib.parse.urlencode({"title": WORD, "text": f"Guard the {WORD} vault.", "step": step}))
      for step in ("preview", "score", "csv", "json")),
    ("/score", "application/x-www-form-urlencoded",
     urllib.parse.urlencode({"task-0": f"Guard the {WORD} vault.", "step": "lines"})),
    ("/api/posting", "application/json", json.dumps({"text": f"{WORD}\n- Guard the {WORD}."})),
    ("/score", "multipart/form-data; boundary=b",
     f'--b\r\nContent-Disposition: form-data; name="text"; filename="{WORD}"\r\n\r\n'
     + f"{WORD} " * 50_000 + "\r\n--b--\r\n"),
    ("/score", f"multipart/form-data; boundary={WORD}", f"--{WORD}\r\n{WORD}"),
]  # fmt: skip
ADDRESSES = [
    f"/?q={WORD}",
    f"/occupations/{WORD}",
    f"/occupations/{WORD}.csv",
    f"/api/occupations?q={WORD}",
    f"/{WORD}",
    f"/compare?soc={WORD}&soc=29-1129.01",
]


def test_no_pasted_word_is_stored_or_logged(server: RunningServer, record_property: Record) -> None:
    async def paste() -> list[Response]:
        posted = [await _ask(server.port, path, body.encode(), kind) for path, kind, body in PASTES]
        return posted + [await _ask(server.port, path) for path in ADDRESSES]

    answers = asyncio.run(paste())
    assert min(answer.status for answer in answers) == 200
    assert max(answer.status for answer in answers) < 500
    assert answers[0].status == 200
    assert WORD.encode() in answers[0].body
    files = [path for path in server.folder.rglob("*") if path.is_file()]
    assert server.folder / "scores.sqlite" in files
    assert '"event": "request"' in server.log  # it is verbose
    kept = [path for path in files if WORD.encode() in path.read_bytes()]
    record_property("pasted word", f"found in {len(kept)} of {len(files)} files the server wrote")
    assert not kept
