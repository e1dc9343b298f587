"""The server as users run it: under overload, and with pasted words that must stay private."""

from __future__ import annotations

import asyncio
import json
import resource
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.web.server.protocol import HEAD_SECONDS
from tests.reliability.serving import Response, RunningServer, ask, running_server

pytestmark = pytest.mark.reliability

CONNECTIONS = 2_000
OPEN_FILES = 1_024
"""Default limit of open files on most systems."""

Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def server(
    starter_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """Run ``occupation-risk serve`` with a real encoder and few open files."""
    _, limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit < 2 * CONNECTIONS:
        pytest.skip(f"needs {2 * CONNECTIONS} open files; the limit is {limit}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    folder = tmp_path_factory.mktemp("server")
    with running_server(starter_folder, folder, open_files=OPEN_FILES) as running:
        yield running


def test_the_server_answers_to_its_own_hostnames_only(server: RunningServer) -> None:
    for host, status in (("localhost", 200), ("127.0.0.1", 200), ("rebound.example.net", 400)):
        assert asyncio.run(ask(server.port, "/data", host=host)).status == status


def test_every_connection_of_a_burst_is_answered(
    server: RunningServer, record_property: Record
) -> None:
    async def burst() -> list[Response]:
        page = "/occupations/29-1129.01"
        return await asyncio.gather(*(ask(server.port, page) for _ in range(CONNECTIONS)))

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
            answered.append(await ask(server.port, "/data"))
            answered.append(await ask(server.port, "/healthz"))
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

        jobs = [asyncio.create_task(ask(server.port, "/api/score", body(n))) for n in range(400)]
        pages = []
        while not all(job.done() for job in jobs):
            pages.append(await ask(server.port, "/data"))
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
        posted = [await ask(server.port, path, body.encode(), kind) for path, kind, body in PASTES]
        return posted + [await ask(server.port, path) for path in ADDRESSES]

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
