"""Limits on time, headers of every response, and what is logged about an error."""

from __future__ import annotations

import asyncio
import io
import json
import re
import socket
import time
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from engine.utils.cancellation import check_cancelled
from engine.web.content.site import Site
from engine.web.server.app import create_app
from engine.web.server.rate_limit import Protection
from tests.web.conftest import ART
from tests.web.log_lines import logging_to
from tests.web.serving import request, served

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


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
        ("GET", "/groups/fault", 500),
        ("GET", "/healthz", 200),
    ],
)
def test_every_response_has_the_security_headers_and_no_cookie(
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


def test_a_request_that_takes_too_long_is_ended(site: Site) -> None:
    app = create_app(lambda: site, protection=Protection(seconds=0.3))

    async def never() -> None:
        await asyncio.sleep(60)

    app.add_api_route("/never", never)
    head = "HTTP/1.1\r\nHost: a\r\n"
    with served(app) as port:
        incomplete = f"POST /api/score {head}Content-Length: 100\r\n\r\n{{".encode()
        assert request(port, incomplete).startswith(b"HTTP/1.1 408 ")
        assert request(port, f"GET /never {head}\r\n".encode()).startswith(b"HTTP/1.1 503 ")


JOB = b'{"tasks": ["Write reports."]}'
SCORE = b"POST /api/score HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
SCORE += b"Content-Length: %d\r\n\r\n%b" % (len(JOB), JOB)


def _jobs(port: int) -> tuple[float, float]:
    """Jobs that are being scored, and jobs that wait."""
    metrics = request(port, b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    found = dict(re.findall(r"^scoring_jobs_(running|waiting) (\S+)$", metrics.decode(), re.M))
    return float(found["running"]), float(found["waiting"])


@pytest.mark.parametrize("leaves", [False, True])
def test_nothing_is_scored_for_clients_that_nobody_answers(
    site: Site, monkeypatch: pytest.MonkeyPatch, *, leaves: bool
) -> None:
    """Their time is over, or they left."""

    def endless(job: object) -> None:
        while True:
            time.sleep(0.01)
            check_cancelled()

    monkeypatch.setattr(site.submitted, "scored", endless)
    seconds = 60 if leaves else 1.5
    stream = io.StringIO()
    app = create_app(lambda: site, protection=Protection(seconds=seconds))
    with logging_to(stream), served(app) as port:
        clients = [socket.create_connection(("127.0.0.1", port), 10) for _ in range(5)]
        for client in clients:
            client.sendall(SCORE)
        _until(lambda: _jobs(port) == (2, 3))
        for client in clients:
            if leaves:
                client.close()
            else:
                assert client.recv(100).startswith(b"HTTP/1.1 503 ")
        _until(lambda: _jobs(port) == (0, 0))
        for client in clients:
            client.close()
    assert "error" not in {json.loads(line)["level"] for line in stream.getvalue().splitlines()}


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_errors_are_logged_without_what_was_pasted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a real server, whose own log lines have the same format."""

    def broken(job: object) -> None:
        raise RuntimeError(f"cannot score zanzibarine {job}")

    monkeypatch.setattr(site.submitted, "scored", broken)
    stream = io.StringIO()
    with logging_to(stream), served(create_app(lambda: site)) as port:
        body = b'{"tasks": ["Guard the zanzibarine vault."]}'
        head = b"POST /api/score?zanzibarine=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        head += b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        assert request(port, head + body).startswith(b"HTTP/1.1 500 ")
        unknown = b"GET /occupations/zanzibarine HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        request(port, unknown)
        request(port, b"zanzibarine\r\n\r\n")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    (error,) = [line for line in lines if line["event"] == "request failed"]
    assert error["error"] == "RuntimeError"
    assert error["route"] == "/api/score"
    assert error["raised_at"][-1].endswith(" broken")
    assert "zanzibarine" not in stream.getvalue()
