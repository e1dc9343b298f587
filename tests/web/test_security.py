"""What the server refuses, and what it says with every answer."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi import FastAPI
from limits import parse
from starlette.testclient import TestClient

from engine import Corpus, RiskEngine
from engine.errors import CorpusError, InputError
from engine.utils import log_setup
from engine.web.content.site import Site
from engine.web.pages import views
from engine.web.pages.rendering import STATIC
from engine.web.pages.static_site import export
from engine.web.server import protocol
from engine.web.server.app import create_app
from engine.web.server.rate_limit import Protection
from engine.web.server.scoring_queue import ScoringQueue
from engine.web.store.store import Store
from tests.conftest import ART

from .serving import ask, everything, served

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def _app(site: Site, protection: Protection) -> FastAPI:
    return create_app(lambda: site, protection=protection)


@pytest.fixture
def strict(site: Site) -> Iterator[TestClient]:
    """As ``occupation-risk serve`` sets it up, for few requests."""
    app = _app(site, Protection.of("127.0.0.1", rate="10/minute"))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", f"/api/occupations/{ART}", 200),
        ("GET", "/nothing", 404),
        ("GET", "/static/site.css", 200),
        ("GET", "/api/occupations/x", 422),
        ("DELETE", "/score", 405),
        ("POST", "/api/score", 422),
        ("GET", "/groups/29?not=remembered", 500),
        ("GET", "/healthz", 200),
    ],
)
def test_every_answer_carries_the_headers_and_no_cookie(
    client: TestClient,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    path: str,
    status: int,
) -> None:
    monkeypatch.setattr(site, "group", lambda _: 1 / 0)
    answer = client.request(method, path)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("rebound.example.net", 400),
        ("127.0.0.1.example.net", 400),
        ("localhost@example.net", 400),
        ("", 400),
    ],
)
def test_only_known_hosts_are_answered(strict: TestClient, host: str, status: int) -> None:
    assert strict.get("/data", headers={"host": host}).status_code == status
    assert strict.get("/healthz", headers={"host": host}).status_code == 200


def test_hosts_and_rates_that_make_no_sense_are_refused() -> None:
    assert Protection.of("0.0.0.0", ["risk.example.org"]).hosts[0] == "risk.example.org"
    assert Protection.of("::1").hosts[0] == "[::1]"
    assert Protection.of("127.0.0.1", rate="none").rate is None
    for arguments, said in (
        (("0.0.0.0",), "expected --allowed-host"),
        (("127.0.0.1", ["a*.example.org"]), "expected a name"),
        (("127.0.0.1", [], "often"), "expected such as 600/minute"),
    ):
        with pytest.raises(InputError, match=said):
            Protection.of(*arguments)  # type: ignore[arg-type]


def test_a_client_that_asks_too_often_is_told_when_to_come_back(strict: TestClient) -> None:
    job = {"tasks": ["Write reports."]}
    assert [strict.post("/api/score", json=job).status_code for _ in range(2)] == [200, 200]
    refused = strict.get("/api/runs")
    assert refused.status_code == 429
    assert refused.json()["title"] == "Too Many Requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 120
    assert "<h1>" in strict.get("/").text
    assert strict.get("/readyz").status_code == 200


def test_each_client_has_its_own_rate_and_an_ipv6_network_is_one(site: Site) -> None:
    app = _app(site, Protection(rate=parse("1/minute")))

    def status(address: str) -> int:
        with TestClient(app, client=(address, 50_000)) as client:
            return client.get("/api/runs").status_code

    asked = ["192.0.2.1", "192.0.2.2", "192.0.2.1", "2001:db8::1", "2001:db8::2", "2001:db8:1::1"]
    assert [status(address) for address in asked] == [200, 200, 429, 200, 429, 200]


def test_jobs_beyond_the_queue_are_turned_away() -> None:
    release, queue = threading.Event(), ScoringQueue(at_once=1, max_waiting=1)

    async def three() -> list[object]:
        jobs = [asyncio.create_task(queue.run(lambda: release.wait(10))) for _ in range(3)]
        await asyncio.sleep(0.1)
        release.set()
        return await asyncio.gather(*jobs, return_exceptions=True)

    done = asyncio.run(three())
    assert done[:2] == [True, True]
    assert getattr(done[2], "status_code", None) == 503


def test_a_page_that_many_ask_for_at_once_is_made_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def slow(*_: object) -> str:
        made.append(1)
        time.sleep(0.3)
        return "the page"

    monkeypatch.setattr(views, "data", slow)
    head = b"GET /data HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with served(_app(site, Protection())) as port, ThreadPoolExecutor(10) as readers:
        answers = list(readers.map(lambda _: ask(port, head), range(10)))
    assert all(answer.endswith(b"the page") for answer in answers)
    assert len(made) == 1


def test_what_takes_too_long_is_ended(site: Site) -> None:
    app = _app(site, Protection(seconds=0.3))

    async def never() -> None:
        await asyncio.sleep(60)

    app.add_api_route("/never", never)
    head = "HTTP/1.1\r\nHost: a\r\n"
    with served(app) as port:
        slow = f"POST /api/score {head}Content-Length: 100\r\n\r\n{{".encode()
        assert ask(port, slow).startswith(b"HTTP/1.1 408 ")
        assert ask(port, f"GET /never {head}\r\n".encode()).startswith(b"HTTP/1.1 503 ")


def test_heads_must_come_in_time_and_size(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    whole = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    with served(_app(site, Protection())) as port:
        for begun in (b"", whole[:20], whole + whole[:20], whole + b"\r\n"):
            started = time.monotonic()
            answer = ask(port, begun)
            assert answer.count(b"200 OK") == (whole in begun)
            assert time.monotonic() - started < 5  # seconds; the time limit of requests is 30
        assert ask(port, whole * 3).count(b"200 OK") == 3
        monkeypatch.setattr(protocol, "HEAD_SECONDS", 60.0)
        with pytest.raises(ConnectionError):
            _pour(port, b"GET / HTTP/1.1\r\nX: ")


def _pour(port: int, head: bytes) -> None:
    """Send ``head`` and then a header without end."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(head)
        for _ in range(1_000):
            connection.sendall(b"x" * protocol.MAX_HEAD_BYTES)


@pytest.mark.reliability
def test_a_slow_reader_gets_all_of_it_and_one_that_reads_nothing_is_cut_off(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    size = 16 * 2**20
    app = _app(site, Protection())
    app.add_api_route("/large", lambda: "x" * size)
    with served(app) as port:
        asked = b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        for reads in (True, False):
            with socket.create_connection(("127.0.0.1", port), 10) as connection:
                connection.sendall(asked)
                found = 0
                if reads:
                    for _ in range(8):
                        found += len(connection.recv(2**20))
                        time.sleep(0.2)
                else:
                    time.sleep(2)
                found += len(everything(connection))
                assert (found > size) == reads


TRAVERSALS = [
    "/static/../site.py",
    "/static/%2e%2e/site.py",
    "/static/..%2fsite.py",
    "/static/..%5csite.py",
    "/static//etc/passwd",
    "/static/%00",
    "/static/",
    "/occupations/..%2f..%2fetc%2fpasswd.csv",
    "/occupations/%2e%2e/%2e%2e/etc/passwd.json",
    "/occupations/..\\..\\x.csv",
    "/data/../../etc/passwd",
    "/groups/..%2f..",
    "/methodology/../../../etc/passwd",
    "//etc/passwd",
    "/occupations/29-1129.01%0d%0aset-cookie:%20a=b.csv",
    f"/occupations/{'9' * 5000}.csv",
]


def test_no_address_leads_out_of_the_site(site: Site) -> None:
    inside = (STATIC / "site.css").read_bytes()
    with served(_app(site, Protection())) as port:
        for path in TRAVERSALS:
            head = f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            answer = ask(port, head.encode())
            assert answer.split(b" ")[1] in (b"400", b"404", b"422"), path
            assert b"root:" not in answer
            assert b"import annotations" not in answer
            assert b"set-cookie" not in answer.split(b"\r\n\r\n")[0].lower()
        head = "GET /static/site.css HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        assert ask(port, head.encode()).endswith(inside)


@pytest.mark.parametrize("code", ["../../../evil", "/tmp/evil", "29-1141.00/../../evil", "..", ""])
def test_no_corpus_leads_an_export_out_of_its_folder(small: Corpus, code: str) -> None:
    """SOC codes name files; a reference with another kind of code is no reference."""
    tables = {f"x {name}": content.decode() for name, content in small.files().items()}
    known = str(small.occupations["soc_code"].iat[0])
    forged = {name: text.replace(known, code) for name, text in tables.items()}
    with pytest.raises(CorpusError):
        Corpus.parse("forged", forged)


def test_an_export_stays_in_its_folder(site: Site, tmp_path: Path) -> None:
    export(site, tmp_path / "site")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert not [path for path in (tmp_path / "site").rglob("*") if path.is_symlink()]


def test_downloads_have_no_formulas(starter: Corpus, tmp_path: Path) -> None:
    from engine.web.content import downloads
    from engine.web.store.pipeline import run_pipeline
    from tests.conftest import WordEncoder

    codes = starter.occupations["soc_code"].tolist()
    part = starter.select([*codes[::40], ART])
    tables = {f"x {name}": content.decode() for name, content in part.files().items()}
    title = str(part.occupations["title"].iat[0])
    forged = {name: text.replace(title, f"=1+{title}") for name, text in tables.items()}
    engine = RiskEngine.build(Corpus.parse("forged", forged), WordEncoder())
    store = Store(f"sqlite:///{tmp_path / 'scores.sqlite'}")
    code = str(part.occupations["soc_code"].iat[0])
    run_pipeline(engine, store, [code])
    hostile = Site(engine, store)
    for text in (
        downloads.tasks_csv(hostile.occupation(code)),
        downloads.summary_csv(hostile.overview()),
    ):
        cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
        assert f"'=1+{title}" in cells
        assert not [cell for cell in cells if cell.startswith("=")]
    store.close()


def test_faults_are_logged_without_what_was_pasted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the real server: whatever it logs of a fault goes through the same lines."""

    def broken(job: object) -> None:
        raise RuntimeError(f"cannot score zanzibarine {job}")

    monkeypatch.setattr(site, "scored", broken)
    lines = io.StringIO()
    old = logging.getLogger().handlers[:], logging.getLogger().level
    log_setup.set_up(verbose=True, stream=lines)
    try:
        with served(_app(site, Protection())) as port:
            body = b'{"tasks": ["Guard the zanzibarine vault."]}'
            head = b"POST /api/score?zanzibarine=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            head += b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            assert ask(port, head + body).startswith(b"HTTP/1.1 500 ")
            lost = b"GET /occupations/zanzibarine HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            ask(port, lost)
            ask(port, b"zanzibarine\r\n\r\n")
    finally:
        logging.basicConfig(handlers=old[0], level=old[1], force=True)
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    (fault,) = [line for line in told if line["event"] == "request failed"]
    assert fault["error"] == "RuntimeError"
    assert fault["route"] == "/api/score"
    assert fault["raised_at"][-1].endswith(" broken")
    assert "zanzibarine" not in lines.getvalue()
