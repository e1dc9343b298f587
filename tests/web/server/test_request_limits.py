"""Limits on time, headers of every response, and what is logged about an error."""

from __future__ import annotations

import asyncio
import io
import json

import pytest
from starlette.testclient import TestClient

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
        ("GET", "/groups/29?not=cached", 500),
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
