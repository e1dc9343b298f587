from __future__ import annotations

import socket

import pytest

from engine.errors import InputError
from engine.utils.sockets import address, listen


def test_connections_send_without_delay() -> None:
    with listen("127.0.0.1", 0) as listening:
        client = socket.create_connection(listening.getsockname())
        connection, _ = listening.accept()
        with client, connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_that_is_not_available_is_reported() -> None:
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(InputError, match=f"cannot listen on 127.0.0.1 port {port}.*--port"):
            listen("127.0.0.1", port)


def test_an_address_is_written_as_in_a_url() -> None:
    with listen("127.0.0.1", 0) as listening:
        assert address(listening) == f"127.0.0.1:{listening.getsockname()[1]}"
    try:
        listening = listen("::1", 0)
    except InputError:
        pytest.skip("this computer has no IPv6")
    with listening:
        assert address(listening) == f"[::1]:{listening.getsockname()[1]}"
