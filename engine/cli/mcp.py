"""The command that serves programs over the Model Context Protocol: mcp."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from engine.cli.extras import import_of_extra
from engine.cli.option_groups import with_option_groups
from engine.cli.options import EngineOptions
from engine.errors import InputError
from engine.mcp import DEFAULT_PORT

_HTTP_ONLY = "With --transport http: "


@with_option_groups
def mcp(
    *,
    transport: Annotated[
        Literal["stdio", "http"],
        typer.Option(
            help="stdio serves the program that starts this command; http serves any number, at "
            "http://HOST:PORT/mcp."
        ),
    ] = "stdio",
    host: Annotated[str, typer.Option(help=f"{_HTTP_ONLY}address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help=f"{_HTTP_ONLY}port to listen on.")
    ] = DEFAULT_PORT,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allowed-host",
            help=f"{_HTTP_ONLY}hostname by which clients reach it, if not this computer's own; "
            "repeat for more.",
        ),
    ] = None,
    engine: EngineOptions,
) -> None:
    """Serve assistants and other programs over the Model Context Protocol (MCP).

    The tools score occupations, tasks, pasted jobs and staff lists, and find
    careers. Nothing leaves this computer. The engine loads in the background.
    There is no login: over http, whoever reaches the port can use it.
    """
    commands = import_of_extra("engine.mcp.commands", "mcp", "the MCP server")
    if transport == "http":
        commands.serve_http(
            engine.engine,
            allow_encoder=engine.allow_encoder,
            host=host,
            port=port,
            allowed_hosts=allowed_host or (),
        )
        return
    if allowed_host:
        raise InputError("--allowed-host needs --transport http; add it, or leave it out")
    commands.serve_stdio(engine.engine, allow_encoder=engine.allow_encoder)
