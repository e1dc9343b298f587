"""Open a socket for a server."""

from __future__ import annotations

import socket

from engine.errors import InputError

BACKLOG = 2_048
"""Connections that may wait to be accepted."""


def listen(host: str, port: int) -> socket.socket:
    """Open a socket that listens; port 0 takes any free port.

    Raises:
        InputError: if the address is not available.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise InputError(
            f"cannot listen on {host} port {port} ({error.strerror or error}); name an address of "
            "this computer with --host and a free port with --port"
        ) from None
    # Connections inherit this option; asyncio sets it only for its own sockets. Without it, the end
    # of each response waits 40 ms for the client to acknowledge the beginning.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def address(listening: socket.socket) -> str:
    """Return the address of a listening socket as in a URL: "127.0.0.1:8000", "[::1]:8000"."""
    host, port = listening.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
