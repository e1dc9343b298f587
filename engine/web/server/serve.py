"""Serve the application with uvicorn on a socket, and allow many connections."""

from __future__ import annotations

import contextlib
import sys

import uvicorn
from starlette.types import ASGIApp

from engine.scoring.side_by_side import scoring_side_by_side
from engine.utils.sockets import BACKLOG, address, listen
from engine.web.server.protocol import BoundedProtocol

_SHUTDOWN_SECONDS = 10
_SWITCH_SECONDS = 0.001
"""The event loop waits this long for each thread that computes; by default, five times as long."""


def serve_app(app: ASGIApp, host: str, port: int) -> None:
    """Serve ``app`` until interrupted; print its address to stderr once the socket listens.

    Raises:
        InputError: if the address is not available.
    """
    _allow_many_connections()
    sys.setswitchinterval(_SWITCH_SECONDS)
    with scoring_side_by_side(), listen(host, port) as listening:
        print(f"serving http://{address(listening)}", file=sys.stderr, flush=True)
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
        backlog=BACKLOG,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )


def _allow_many_connections() -> None:
    """Raise the limit of open files, often 1,024: every connection is one."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # keep the existing limit
        import resource

        _, maximum = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (maximum, maximum))
