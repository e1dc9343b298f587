"""A real server on a socket, in a thread, for tests of what a test client cannot see."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from engine.web.server.run import configuration, listening_on


@contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    """Serve ``app`` as ``engine.web.server`` does; its port."""
    with listening_on("127.0.0.1", 0) as listening:
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


def ask(port: int, head: bytes, timeout: float = 10) -> bytes:
    """Send ``head`` as it is; all that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout) as connection:
        connection.sendall(head)
        return everything(connection)


def everything(connection: socket.socket) -> bytes:
    """What comes until the server closes, or cuts the connection off."""
    found = bytearray()
    try:
        while part := connection.recv(65_536):
            found += part
    except ConnectionResetError:
        pass
    return bytes(found)
