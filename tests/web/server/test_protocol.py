"""Slow clients on a real socket."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import time

import pytest
from fastapi import Request

from engine.web.content.site import Site
from engine.web.server import protocol
from engine.web.server.app import create_app
from engine.web.server.rate_limit import Protection
from engine.web.server.security_headers import SECURITY_HEADERS
from tests.web.log_lines import logging_to
from tests.web.serving import receive_all, request, served

METRICS = b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


def test_heads_must_be_complete_in_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    complete = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    with served(create_app(lambda: site)) as port:
        for sent in (b"", complete[:20], complete + complete[:20], complete + b"\r\n"):
            started = time.monotonic()
            answer = request(port, sent)
            assert answer.count(b"200 OK") == (complete in sent)
            assert time.monotonic() - started < 5  # far below the 30 s of a request
        assert request(port, complete * 3).count(b"200 OK") == 3


def test_heads_must_be_small(site: Site) -> None:
    with served(create_app(lambda: site)) as port, pytest.raises(ConnectionError):
        _send_endless_head(port)


def _send_endless_head(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        for _ in range(1_000):
            connection.sendall(b"x" * protocol.MAX_HEAD_BYTES)


HEAD = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"zanzibarine\r\n\r\n", 400),
        (HEAD + b"Content-Length: x\r\n\r\n", 400),
        (HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (HEAD + b"Host: b\r\n\r\n", 400),
        (HEAD + b"Host: a\r\n\r\n", 400),
        (HEAD + b"X: " + b"x" * 70_000 + b"\r\n\r\n", 431),
        (HEAD + b"X: y\r\n" * 14_000 + b"\r\n", 431),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431),
    ],
)
def test_heads_that_are_refused_get_a_status_with_the_headers_of_all_responses(
    site: Site, sent: bytes, status: int
) -> None:
    with served(create_app(lambda: site)) as port:
        head, _, body = request(port, sent).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status)
        for name, value in SECURITY_HEADERS.items():
            assert f"\r\n{name}: {value}\r\n".encode() in head
        assert b"\r\ncontent-length: %d\r\n" % len(body) in head
        assert b"\r\nconnection: close" in head
        assert b"zanzibarine" not in body


def test_a_refusal_is_not_taken_for_the_answer_to_an_earlier_request(site: Site) -> None:
    app = create_app(lambda: site)

    async def slow() -> str:
        await asyncio.sleep(0.5)
        return "slow"

    app.add_api_route("/slow", slow)
    with served(app) as port:
        first = b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"
        assert request(port, first + b"zanzibarine\r\n\r\n") == b""
        assert request(port, HEAD + b"\r\n").startswith(b"HTTP/1.1 200 ")


def test_a_client_that_leaves_a_pipeline_is_no_error(site: Site) -> None:
    app = create_app(lambda: site)

    async def slow() -> str:
        await asyncio.sleep(0.3)
        return "slow"

    app.add_api_route("/slow", slow)
    stream = io.StringIO()
    with logging_to(stream), served(app) as port:
        connection = socket.create_connection(("127.0.0.1", port), 10)
        connection.sendall(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" * 3)
        time.sleep(0.1)
        connection.close()
        time.sleep(0.5)
    assert "error" not in {json.loads(line)["level"] for line in stream.getvalue().splitlines()}


@pytest.mark.parametrize("size", [0, 100, 100_000, 900_000])
def test_work_ends_when_its_client_leaves_whatever_it_sent(site: Site, size: int) -> None:
    app, events = create_app(lambda: site), list[str]()

    async def slow(request: Request) -> str:
        assert len(await request.body()) == size
        events.append("begun")
        try:
            await asyncio.sleep(20)
        except asyncio.CancelledError:
            events.append("canceled")
            raise
        return "slow"

    app.add_api_route("/slow", slow, methods=["POST"])
    head = b"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % size
    with served(app) as port:
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            connection.sendall(head + b"x" * size)
            _wait_for(events, "begun")
        _wait_for(events, "canceled")


def _wait_for(events: list[str], event: str) -> None:
    end = time.monotonic() + 10
    while event not in events:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_pipeline_is_closed_when_nothing_more_is_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    with served(create_app(lambda: site)) as port:
        started = time.monotonic()
        pipeline = b"GET /static/site.css HTTP/1.1\r\nHost: a\r\n\r\n" * 20
        assert request(port, pipeline).count(b" 200 OK") == 20
        assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        (b"/api/score", 3_000_000, 413),
        (b"/score", 3_000_000, 422),  # not a form, so not read
        (b"/nothing", 900_000, 404),
        (b"/data", 900_000, 405),
    ],
)
def test_a_client_that_sends_more_than_is_read_gets_its_answer(
    site: Site, path: bytes, size: int, status: int
) -> None:
    with served(create_app(lambda: site)) as port:
        head = b"POST %b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" % path
        head += b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % size
        assert request(port, head + b"x" * size).startswith(b"HTTP/1.1 %d " % status)


def test_an_offer_of_another_protocol_is_ignored(site: Site) -> None:
    stream = io.StringIO()
    with logging_to(stream), served(create_app(lambda: site)) as port:
        offer = HEAD + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            connection.sendall(offer)
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
    assert {json.loads(line)["level"] for line in stream.getvalue().splitlines()} == {"info"}


def test_pipelined_responses_that_are_never_read_do_not_hold_a_connection(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One answer fills what the system keeps for the reader, and the next ones wait in vain."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    app = create_app(lambda: site, protection=Protection(seconds=2))
    app.add_api_route("/large", lambda: "x" * 2**20)
    stream = io.StringIO()
    with logging_to(stream), served(app) as port:
        connection = socket.create_connection(("127.0.0.1", port), 10)
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n" * 30)
        deadline = time.monotonic() + 10
        while b"http_requests_in_progress 1.0" not in request(port, METRICS):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        with pytest.raises(ConnectionError):
            _send_until_it_fails(connection)
        connection.close()
    assert {json.loads(line)["level"] for line in stream.getvalue().splitlines()} == {"info"}


def _send_until_it_fails(connection: socket.socket) -> None:
    for _ in range(100):
        connection.send(HEAD)
        time.sleep(0.05)


@pytest.mark.reliability
def test_a_slow_reader_gets_everything_and_one_that_does_not_read_is_disconnected(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.5)
    size = 16 * 2**20
    app = create_app(lambda: site)
    app.add_api_route("/large", lambda: "x" * size)
    head = b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with served(app) as port:
        for reads in (True, False):
            with socket.create_connection(("127.0.0.1", port), 10) as connection:
                connection.sendall(head)
                received = 0
                if reads:
                    for _ in range(8):
                        received += len(connection.recv(2**20))
                        time.sleep(0.2)
                else:
                    time.sleep(2)
                received += len(receive_all(connection))
                assert (received > size) == reads
