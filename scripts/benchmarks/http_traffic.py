"""Mixed HTTP traffic to a server: as fast as it answers, or at a steady pace."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CLIENTS = 16
TASKS = 10
"""Tasks of a job to score."""

_TIMEOUT = 60


@dataclass(frozen=True)
class Request:
    """A request.

    Attributes:
        kind: page, api, or score.
        path: path and query.
        body: JSON to post; empty for a GET.
    """

    kind: str
    path: str
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer.

    Attributes:
        kind: kind of the request.
        due: when the request was due, in seconds from the start of the run.
        seconds: time from ``due`` to the end of the answer.
        status: HTTP status; 0 where there was no answer.
    """

    kind: str
    due: float
    seconds: float
    status: int


def mixed(codes: Sequence[str]) -> Iterator[Request]:
    """Yield an endless stream of requests: 70% pages, 25% API, 5% jobs to score.

    Args:
        codes: SOC codes that the server has scores for.
    """
    chance = random.Random(0)  # noqa: S311 no secret
    jobs = itertools.count()

    def job() -> Request:
        number = next(jobs)
        tasks = [f"Prepare report {number} on topic {task} for clients." for task in range(TASKS)]
        return Request("score", "/api/score", json.dumps({"tasks": tasks}).encode())

    def page() -> Request:
        code = chance.choice(codes)
        paths = ["/", f"/?q={code[:2]}", f"/occupations/{code}", f"/occupations/{code}.csv"]
        return Request("page", chance.choice([*paths, f"/groups/{code[:2]}", "/data", "/score"]))

    def api() -> Request:
        code = chance.choice(codes)
        paths = ["", f"/{code}", f"/{code}/similar", "?q=manager"]
        return Request("api", f"/api/occupations{chance.choice(paths)}")

    while True:
        yield chance.choices((page, api, job), (70, 25, 5))[0]()


async def at_capacity(port: int, traffic: Iterator[Request], seconds: float) -> list[Answer]:
    """Send as many requests as the server answers: each client asks again at once."""
    start = time.perf_counter()
    answers: list[Answer] = []

    async def client() -> None:
        connection = _Connection(port)
        while (due := time.perf_counter() - start) < seconds:
            answers.append(await connection.send(next(traffic), start, due))
        connection.close()

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return answers


async def at_pace(
    port: int, traffic: Iterator[Request], pace: float, seconds: float
) -> list[Answer]:
    """Send ``pace`` requests per second, however long the answers take.

    So a slow server shows as latency, not as fewer requests (no coordinated omission).
    """
    start = time.perf_counter()
    idle: list[_Connection] = []
    answers: list[Answer] = []
    running: set[asyncio.Task[None]] = set()

    async def one(request: Request, due: float) -> None:
        connection = idle.pop() if idle else _Connection(port)
        answers.append(await connection.send(request, start, due))
        idle.append(connection)

    for number in range(int(pace * seconds)):
        due = number / pace
        await asyncio.sleep(max(0.0, due - (time.perf_counter() - start)))
        task = asyncio.create_task(one(next(traffic), due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    for connection in idle:
        connection.close()
    return answers


class _Connection:
    """A connection that stays open between requests, as those of browsers do."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def send(self, request: Request, start: float, due: float) -> Answer:
        try:
            status = await asyncio.wait_for(self._send_open(request), _TIMEOUT)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            status = 0
            self.close()
        return Answer(
            kind=request.kind,
            due=due,
            seconds=time.perf_counter() - start - due,
            status=status,
        )

    async def _send_open(self, request: Request) -> int:
        """Send a request; like browsers, try again if the idle connection had been closed."""
        if self._streams is not None:
            try:
                return await self._exchange(request)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
        return await self._exchange(request)

    async def _exchange(self, request: Request) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        head = f"{'POST' if request.body else 'GET'} {request.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        if request.body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(request.body)}\r\n"
        writer.write(f"{head}Accept-Encoding: gzip\r\n\r\n".encode() + request.body)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = answer.split(b"content-length:")[1].split(b"\r\n")[0]
        await reader.readexactly(int(length))
        return int(answer.split(b" ")[1])
