"""Commands of the site; the site itself is imported when one of them is called."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.options import Engine
from engine.errors import InputError

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="OCCUPATION_RISK_DATABASE",
        help="URL of the store, such as sqlite:///scores.sqlite; else in the user's cache folder.",
    ),
]
Report = Annotated[
    Path | None, typer.Option("--report", help="Tell what was done in a JSON file of this name.")
]


def pipeline(
    soc: Annotated[
        list[str] | None, typer.Option("--soc", help="Score this occupation; again for more.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Score the whole catalogue, as without --soc.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Make a new run, though this one is complete.")
    ] = False,
    report: Report = None,
    database: Database = None,
    engine: Engine = None,
) -> None:
    """Score the catalogue into the store; go on where an earlier call was cut off."""
    if soc and everything:
        raise InputError("got --soc and --all: expected one of them to say what to score")
    typer.echo(_commands().pipeline(engine, database, soc or None, again, report))


def changes(
    since: Annotated[int, typer.Option("--since", help="Number of the run to compare with.")],
    database: Database = None,
    engine: Engine = None,
) -> None:
    """Show what changed since a run of the pipeline."""
    typer.echo(_commands().changes(engine, database, since))


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    root_path: Annotated[
        str, typer.Option(help="Path at which a proxy mounts the site, such as /risk.")
    ] = "",
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allowed-host",
            envvar="OCCUPATION_RISK_ALLOWED_HOSTS",
            help="Name by which visitors ask for the site; again for more, '*' for any.",
        ),
    ] = None,
    rate_limit: Annotated[
        str,
        typer.Option(help="Requests of one client, a job to score counting as five; or none."),
    ] = "600/minute",
    score: Annotated[
        bool, typer.Option("--score", help="Score meanwhile what of the catalogue is not scored.")
    ] = False,
    database: Database = None,
    engine: Engine = None,
) -> None:
    """Serve the occupation pages and the JSON API."""
    limits = allowed_host or (), rate_limit
    _commands().serve(engine, database, host, port, root_path, score, *limits)


def export(
    folder: Annotated[Path, typer.Argument(help="New folder, or an export to replace.")],
    database: Database = None,
    engine: Engine = None,
) -> None:
    """Write the occupation pages as files that any web server can serve."""
    typer.echo(_commands().export_site(engine, database, folder))


def _commands() -> Any:
    """The site's commands, which need what the extra ``web`` brings."""
    try:
        from engine.web import commands
    except ImportError as error:
        raise InputError(
            f"the site needs the package {error.name!r}, which is not installed: "
            "pip install 'occupation-risk[web]'"
        ) from None
    return commands
