"""Slow clients on a real socket."""

from __future__ import annotations

import socket
import time

import pytest

from engine.web.content.site import Site
from engine.web.server import protocol
from engine.web.server.app import create_app
from tests.web.serving import receive_all, request, served


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
