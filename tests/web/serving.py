"""A real server on a socket, in a thread, for tests of what a test client cannot see."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from engine.utils.sockets import listen
from engine.web.server.serve import configuration


@contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    """Serve ``app`` as ``serve_app`` does; yield its port."""
    with listen("127.0.0.1", 0) as listening:
        server = uvicorn.Server(configuration(app))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        try:
            yield int(listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def request(port: int, head: bytes, timeout: float = 10) -> bytes:
    """Send ``head`` unchanged; return everything until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        connection.sendall(head)
        return receive_all(connection)


def receive_all(connection: socket.socket) -> bytes:
    """Everything until the server closes or aborts the connection."""
    received = bytearray()
    try:
        while part := connection.recv(65_536):
            received += part
    except ConnectionResetError:
        pass
    return bytes(received)
