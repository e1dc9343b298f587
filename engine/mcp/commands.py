"""Serve the protocol over stdin and stdout, or over streamable HTTP."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import anyio
import uvicorn
from mcp.server.transport_security import TransportSecuritySettings

from engine.errors import InputError
from engine.mcp import HTTP_PATH
from engine.mcp.scorer import Scorer
from engine.mcp.server import RiskServer
from engine.persistence import artifact
from engine.risk_engine import RiskEngine
from engine.utils.sockets import BACKLOG, address, listen

LOOPBACK = ("127.0.0.1", "localhost", "::1")

_ALL_ADDRESSES = ("0.0.0.0", "::", "")  # noqa: S104 compared only
_SHUTDOWN_SECONDS = 5


def serve_stdio(engine: Path | None, *, allow_encoder: str | None = None) -> None:
    """Serve one client over stdin and stdout until it closes stdin.

    Args:
        engine: engine folder; the default engine if None. It loads in the background.
        allow_encoder: name of an encoder that it may load besides those that ship.

    Raises:
        EngineError: if the folder holds no engine.
    """
    with _scorer(engine, allow_encoder) as scorer:
        anyio.run(RiskServer(scorer).run_stdio_async)


def serve_http(
    engine: Path | None,
    *,
    host: str,
    port: int,
    allowed_hosts: Sequence[str] = (),
    allow_encoder: str | None = None,
) -> None:
    """Serve clients over streamable HTTP until interrupted; print the address to stderr.

    Args:
        engine, allow_encoder: as for ``serve_stdio``.
        host, port: address to listen on; port 0 takes any free port.
        allowed_hosts: names by which clients may reach the server; those of this computer by
            default.

    Raises:
        EngineError: if the folder holds no engine, the address is not available, or it needs
            hostnames.
    """
    security = protection(host, allowed_hosts)
    with listen(host, port) as listening, _scorer(engine, allow_encoder) as scorer:
        # No request depends on an earlier one, so there are no sessions to keep.
        app = RiskServer(scorer).streamable_http_app(
            streamable_http_path=HTTP_PATH,
            json_response=True,
            stateless_http=True,
            host=host,
            transport_security=security,
        )
        print(f"serving http://{address(listening)}{HTTP_PATH}", file=sys.stderr, flush=True)
        settings = uvicorn.Config(
            app,
            ws="none",
            log_config=None,  # uvicorn then logs in the format of the engine
            access_log=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
        uvicorn.Server(settings).run(sockets=[listening])


def protection(host: str, allowed_hosts: Sequence[str]) -> TransportSecuritySettings:
    """Return the hostnames that requests may name, against DNS rebinding.

    Args:
        host: address to listen on.
        allowed_hosts: further names of the server.

    Raises:
        InputError: if the address needs hostnames.
    """
    if not allowed_hosts and host in _ALL_ADDRESSES:
        raise InputError(
            f"--host {host} listens on all addresses; set the hostname by which clients reach it "
            "with --allowed-host, such as risk.example.org"
        )
    names = dict.fromkeys((*allowed_hosts, *(() if host in _ALL_ADDRESSES else (host,)), *LOOPBACK))
    written = [f"[{name}]" if ":" in name else name for name in names]
    hosts = [form for name in written for form in (name, f"{name}:*")]
    origins = [f"{scheme}://{name}" for scheme in ("http", "https") for name in hosts]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=origins)


def _scorer(engine: Path | None, allow_encoder: str | None) -> Scorer:
    """Return the scorer of an engine folder.

    Raises:
        ArtifactError: at once, if the folder that is named holds no engine.
    """
    if engine is not None:
        artifact.read(engine)
    return Scorer(lambda: RiskEngine.load(engine, allow_encoder=allow_encoder))
