"""The commands of the site: pipeline, changes, serve, export; export writes a data set, too."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli.extras import import_of_extra
from engine.cli.option_groups import with_option_groups
from engine.cli.options import EngineOptions, Report
from engine.errors import InputError
from engine.utils.resources import DATABASE_VARIABLE
from engine.web import DEFAULT_RATE

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar=DATABASE_VARIABLE,
        help="URL of the store, such as sqlite:///scores.sqlite. Default: in the user's cache "
        "folder.",
    ),
]
PublicUrl = Annotated[
    str,
    typer.Option(
        "--public-url",
        envvar="OCCUPATION_RISK_PUBLIC_URL",
        help="Address of the home page for visitors, such as https://risk.example.org; shared "
        "links then show an image.",
    ),
]


@with_option_groups
def pipeline(
    *,
    soc: Annotated[
        list[str] | None, typer.Option("--soc", help="Score this SOC code; repeat for more.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Score the entire catalog, as without --soc.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Start a new run even if the last one is complete.")
    ] = False,
    report: Report = None,
    database: Database = None,
    engine: EngineOptions,
) -> None:
    """Score the catalog into the store, resuming an interrupted run."""
    if soc and everything:
        raise InputError("--soc and --all cannot be combined; give one of them")
    typer.echo(
        _commands().pipeline(
            engine=engine.engine,
            allow_encoder=engine.allow_encoder,
            database=database,
            soc_codes=soc or None,
            again=again,
            report=report,
        )
    )


@with_option_groups
def changes(
    *,
    since: Annotated[int, typer.Option("--since", help="Number of the run to compare with.")],
    database: Database = None,
    engine: EngineOptions,
) -> None:
    """Show how risks have changed since a run of the pipeline."""
    typer.echo(
        _commands().changes(
            engine=engine.engine, allow_encoder=engine.allow_encoder, database=database, since=since
        )
    )


@with_option_groups
def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    root_path: Annotated[
        str, typer.Option(help="Path under which a proxy serves the site, such as /risk.")
    ] = "",
    public_url: PublicUrl = "",
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allowed-host",
            envvar="OCCUPATION_RISK_ALLOWED_HOSTS",
            help="Set the public hostname; repeat for more, '*' for any.",
        ),
    ] = None,
    rate_limit: Annotated[
        str,
        typer.Option(
            help="Maximum requests from a client, such as 10/second; scoring a job counts as five, "
            "and each further 50 ms of work as one; none for no limit."
        ),
    ] = DEFAULT_RATE,
    score: Annotated[
        bool, typer.Option("--score", help="Score the remaining occupations in the background.")
    ] = False,
    database: Database = None,
    engine: EngineOptions,
) -> None:
    """Serve the occupation pages and the JSON API."""
    _commands().serve(
        engine=engine.engine,
        allow_encoder=engine.allow_encoder,
        database=database,
        host=host,
        port=port,
        root_path=root_path,
        public_url=public_url,
        score=score,
        allowed_hosts=allowed_host or (),
        rate_limit=rate_limit,
    )


@with_option_groups
def export(
    *,
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]", help="Folder for the pages: a new one, or an export to replace."
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="Write the scores of all occupations and tasks here as a data set: CSV and "
            "Parquet, with a description of each column.",
        ),
    ] = None,
    language: Annotated[
        str,
        typer.Option("--language", help="Language of the pages: en, de, fr or es."),
    ] = "en",
    public_url: PublicUrl = "",
    database: Database = None,
    engine: EngineOptions,
) -> None:
    """Write the occupation pages as static files for any web server, or a data set, or both."""
    if folder is None and data is None:
        raise InputError("nothing to export; name a folder for the pages, or --data DIR")
    if data is not None:
        from engine.dataset.export import export_dataset

        done = export_dataset(engine.load(), data)
        typer.echo(
            f"wrote {done.occupations:,} occupations, {done.tasks:,} tasks and {done.measures:,} "
            f"measures to {data}"
        )
    if folder is not None:
        typer.echo(
            _commands().export_site(
                engine=engine.engine,
                allow_encoder=engine.allow_encoder,
                database=database,
                folder=folder,
                public_url=public_url,
                language=language,
            )
        )


def _commands() -> Any:
    """Import the commands of the site, which need the extra ``web``."""
    return import_of_extra("engine.web.commands", "web", "the site")
