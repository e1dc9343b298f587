"""One client, within its rate or above it, does not stop the server for the others."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import statistics
import string
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.reliability import actions
from tests.reliability.serving import RunningServer, ask, running_server

pytestmark = pytest.mark.reliability

SECONDS = 8
PATIENCE = 0.25
"""Nine of ten health checks must be answered in so many seconds: below what monitors allow."""

Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def server(
    starter_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server with no limit of the rate, which is the worst case."""
    with running_server(starter_folder, tmp_path_factory.mktemp("server")) as running:
        yield running


def _word() -> Iterator[str]:
    chosen = random.Random(3)
    while True:
        yield "".join(chosen.choice(string.ascii_lowercase) for _ in range(7))


WORDS = _word()


def _search(number: int) -> str:
    words = "+".join(next(WORDS) for _ in range(20))
    return ("/api/occupations?q={}", "/?q={}", "/explore?q={}")[number % 3].format(words)


def _compare(number: int) -> str:
    return f"/compare?soc=29-1129.01&soc=29-1141.00&x={number}"


@pytest.mark.parametrize(("name", "address"), [("searches", _search), ("comparisons", _compare)])
def test_health_is_answered_while_clients_keep_the_server_busy(
    server: RunningServer, record_property: Record, name: str, address: Callable[[int], str]
) -> None:
    async def attack(end: float, first: int, statuses: Counter[int]) -> None:
        for number in itertools.count(first * 1_000_000):
            if time.monotonic() > end:
                return
            statuses[(await ask(server.port, address(number))).status] += 1

    async def both() -> tuple[list[float], Counter[int]]:
        end, statuses, seconds = time.monotonic() + SECONDS, Counter[int](), []
        attackers = [asyncio.create_task(attack(end, n, statuses)) for n in range(16)]
        while time.monotonic() < end:
            answer = await ask(server.port, "/healthz")
            assert answer.status == 200
            seconds.append(answer.seconds)
            await asyncio.sleep(0.02)
        await asyncio.gather(*attackers)
        return seconds, statuses

    seconds, statuses = asyncio.run(both())
    ninth = statistics.quantiles(seconds, n=10)[-1]
    record_property(
        f"health during 16 clients' {name}",
        f"median {statistics.median(seconds) * 1_000:.0f} ms, 90% below {ninth * 1_000:.0f} ms, "
        f"{statuses.total()} requests",
    )
    assert set(statuses) == {200}
    assert ninth < PATIENCE


def test_scoring_that_nobody_waits_for_ends(server: RunningServer, record_property: Record) -> None:
    """1,000 tasks of 720 characters take half a minute; here their client leaves after a second."""
    known = actions.corpora()[0].tasks["task"].tolist()
    mixed = random.Random(4)
    tasks = [f"{number}: {' '.join(mixed.sample(known, 12))}"[:720] for number in range(1_000)]
    body = json.dumps({"tasks": tasks}).encode()

    async def leave() -> float:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(server.port, "/api/score", body), 2)
        left = time.monotonic()
        while True:
            metrics = (await ask(server.port, "/metrics")).body
            if b"scoring_jobs_running 0.0" in metrics and b"scoring_jobs_waiting 0.0" in metrics:
                return time.monotonic() - left
            await asyncio.sleep(0.05)

    seconds = asyncio.run(asyncio.wait_for(leave(), 30))
    record_property("scoring after its client left", f"ended in {seconds:.1f} s")
    assert seconds < 15


def test_memory_after_a_load_is_that_before_it(
    server: RunningServer, record_property: Record
) -> None:
    """Pages, searches, jobs and comparisons, none of them twice, after everything was used once."""

    def request(number: int) -> tuple[str, bytes]:
        job = json.dumps({"tasks": [f"Write reports about {next(WORDS)}." for _ in range(5)]})
        return [
            (_search(number), b""),
            (f"/api/occupations?page={number}&per_page=7", b""),
            (f"/explore?page={number % 900 + 1}&q={next(WORDS)}", b""),
            (_compare(number), b""),
            (f"/nothing/{number}", b""),
            ("/api/score", job.encode()),
            ("/api/posting", json.dumps({"text": f"Clerk {number}\n- File letters."}).encode()),
        ][number % 7]

    async def load(first: int, count: int) -> None:
        numbers = iter(range(first, first + count))

        async def client() -> None:
            for number in numbers:
                path, body = request(number)
                assert (await ask(server.port, path, body)).status in (200, 404)

        await asyncio.gather(*(client() for _ in range(8)))

    memory = psutil.Process(server.process).memory_info
    asyncio.run(load(0, 700))
    before = memory().rss
    asyncio.run(load(700, 2_100))
    growth = memory().rss / before - 1
    record_property("memory after load", f"{growth:+.1%} of {before / 2**20:.0f} MB")
    assert growth < 0.1
