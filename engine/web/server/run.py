"""Running the application: a socket, uvicorn on it, and room for many connections."""

from __future__ import annotations

import contextlib
import socket
import sys

import uvicorn
from starlette.types import ASGIApp
from threadpoolctl import threadpool_limits

from engine.encoders.sentence_transformer import encode_side_by_side
from engine.errors import InputError
from engine.retrieval.index import load_library
from engine.web.server.protocol import BoundedProtocol
from engine.web.server.scoring_queue import SCORING_AT_ONCE

_BACKLOG = 2_048
_SHUTDOWN_SECONDS = 10


def run(app: ASGIApp, host: str, port: int) -> None:
    """Serve ``app`` until interrupted; its address goes to stderr once it is listened on.

    Raises:
        InputError: if the address cannot be listened on.
    """
    _allow_many_connections()
    encode_side_by_side(SCORING_AT_ONCE)
    load_library()
    # Threads of linear algebra, when they have nothing to do, wait in a loop for the next product,
    # which takes the cores from torch: scoring fifteen tasks took 1.7 times as long.
    with threadpool_limits(1, user_api="blas"), listening_on(host, port) as listening:
        shown = f"[{host}]" if ":" in host else host
        print(f"serving http://{shown}:{listening.getsockname()[1]}", file=sys.stderr, flush=True)
        uvicorn.Server(configuration(app)).run(sockets=[listening])


def configuration(app: ASGIApp) -> uvicorn.Config:
    """How uvicorn serves ``app``."""
    return uvicorn.Config(
        app,
        http=BoundedProtocol,
        ws="none",
        log_config=None,  # as the engine's own log lines
        access_log=False,  # it would have what visitors typed in their addresses
        server_header=False,
        backlog=_BACKLOG,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )


def listening_on(host: str, port: int) -> socket.socket:
    """A socket for ``run``.

    Raises:
        InputError: if the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise InputError(
            f"cannot listen on {host} port {port} ({error.strerror or error}): expected an address "
            "of this machine and a free port; name another with --host and --port"
        ) from None
    # Passed on to every connection. asyncio leaves it out for sockets it has not made, and the end
    # of each answer then waits 40 ms for the client to acknowledge its beginning.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _allow_many_connections() -> None:
    """Each connection is an open file, of which systems grant 1,024 unless more are asked for."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # as many as there are, then
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
