"""The command ``occupation-risk``: its options, its commands, and how it reports errors."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from engine.cli import build, careers, fetch, mcp, scoring, site, titles, workforce
from engine.cli.faults import reported
from engine.report.formatting import WHAT_RISK_IS
from engine.utils import log_setup
from engine.version import __version__

NAME = "occupation-risk"

app = typer.Typer(
    name=NAME,
    epilog=WHAT_RISK_IS,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(version: bool) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log events to stderr.")] = False,
) -> None:
    """Estimate how much of an occupation's work AI could do, task by task, with the evidence."""
    log_setup.set_up(verbose=verbose)


for command in (
    build.build,
    fetch.fetch,
    scoring.score,
    scoring.batch,
    workforce.workforce,
    titles.titles,
    careers.similar,
    careers.path,
    careers.compare,
    site.pipeline,
    site.changes,
    site.serve,
    site.export,
    mcp.mcp,
):
    app.command()(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit.

    What the user can fix is one line on stderr and exit status 2. An interrupt exits with 130, and
    a closed pipe, such as that of ``| head``, with 141.

    Args:
        arguments: words after the command's name; those of this process if None.
    """
    if sys.stdout is None or sys.stderr is None:  # closed by the program that started this one
        nothing = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        sys.stdout, sys.stderr = sys.stdout or nothing, sys.stderr or nothing
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Replace characters that the terminal's encoding lacks, rather than fail.
            stream.reconfigure(errors="replace")
    with reported(NAME):
        app(args=arguments, prog_name=NAME)
