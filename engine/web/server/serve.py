"""Serve the application with uvicorn on a socket, and allow many connections."""

from __future__ import annotations

import contextlib
import socket
import sys

import uvicorn
from starlette.types import ASGIApp
from threadpoolctl import threadpool_limits

from engine.encoders.side_by_side import encode_side_by_side
from engine.errors import InputError
from engine.retrieval.index import load_library
from engine.web.server.protocol import BoundedProtocol
from engine.web.server.scoring_queue import SCORING_AT_ONCE

_BACKLOG = 2_048
_SHUTDOWN_SECONDS = 10


def serve_app(app: ASGIApp, host: str, port: int) -> None:
    """Serve ``app`` until interrupted; print its address to stderr once the socket listens.

    Raises:
        InputError: if the address is not available.
    """
    _allow_many_connections()
    encode_side_by_side(SCORING_AT_ONCE)
    load_library()
    # Idle BLAS threads spin while they wait for the next product, and take cores from the encoder:
    # scoring fifteen tasks took 1.7 times as long.
    with threadpool_limits(1, user_api="blas"), listen(host, port) as listening:
        name = f"[{host}]" if ":" in host else host
        print(f"serving http://{name}:{listening.getsockname()[1]}", file=sys.stderr, flush=True)
        uvicorn.Server(configuration(app)).run(sockets=[listening])


def configuration(app: ASGIApp) -> uvicorn.Config:
    """Settings of uvicorn for ``app``."""
    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        log_config=None,  # uvicorn then logs in the format of the engine
        access_log=False,  # its addresses may hold what visitors typed
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )


def listen(host: str, port: int) -> socket.socket:
    """Open a socket for ``serve_app``; port 0 takes any free port.

    Raises:
        InputError: if the address is not available.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise InputError(
            f"cannot listen on {host} port {port} ({error.strerror or error}); name an address of "
            "this computer with --host and a free port with --port"
        ) from None
    # Connections inherit this option; asyncio sets it only for its own sockets. Without it, the end
    # of each response waits 40 ms for the client to acknowledge the beginning.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _allow_many_connections() -> None:
    """Raise the limit of open files, often 1,024: every connection is one."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # keep the existing limit
        import resource

        _, maximum = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (maximum, maximum))
