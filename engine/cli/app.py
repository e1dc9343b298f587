"""The command ``occupation-risk``: its options, its commands, and how it reports errors."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Annotated, NoReturn

import typer

from engine.cli import build, careers, fetch, mcp, scoring, site, titles, workforce
from engine.errors import EngineError
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

    An ``EngineError`` is one line on stderr and exit status 2, and so is an output stream that
    cannot be written, such as one to a file on a full disk.

    Args:
        arguments: words after the command's name; those of this process if None.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Replace characters that the terminal's encoding lacks, rather than fail.
            stream.reconfigure(errors="replace")
    try:
        app(args=arguments, prog_name=NAME)
    except EngineError as error:
        typer.echo(f"{NAME}: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        if error.filename is not None:  # not an output stream
            raise
        _exit_without_output(error)


def _exit_without_output(error: OSError) -> NoReturn:
    with contextlib.suppress(OSError):
        typer.echo(
            f"{NAME}: the output cannot be written ({error.strerror}); free space on its disk, or "
            "write it elsewhere",
            err=True,
        )
    with contextlib.suppress(OSError, ValueError):  # what is still buffered fails once more at exit
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
    sys.exit(2)
