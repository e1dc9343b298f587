"""occupation-risk: score occupations and find similar careers from the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from engine import cli_careers
from engine.cli_common import (
    Confidence,
    Engine,
    File,
    Output,
    Soc,
    TextFile,
    Title,
    asked,
    color,
    width,
    write,
)
from engine.errors import EngineError

if TYPE_CHECKING:
    from engine.records import OccupationRisk

app = typer.Typer(
    name="occupation-risk",
    help="What AI could do of an occupation's work, task by task, with the evidence.",
    epilog="Risk is the potential of a task to be automated. It is not a forecast of job loss.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def score(
    soc: Soc = None,
    title: Title = None,
    file: File = None,
    text: TextFile = None,
    output: Output = None,
    engine: Engine = None,
    confidence: Confidence = None,
    by_contribution: Annotated[
        bool, typer.Option("--by-contribution", help="Tasks by their part of the risk.")
    ] = False,
) -> None:
    """Score an occupation: one of the catalogue, or one's own from a file."""
    from engine import report

    loaded, occupations = asked(soc, title, file, text, output, engine, confidence)
    results = [loaded.score_occupation(occupation) for occupation in occupations]
    if output is None:
        for result in results:
            text_form = report.to_text(
                result, by_contribution=by_contribution, width=width(), color=color()
            )
            typer.echo(text_form, nl=False)
    elif output.suffix.lower() == ".json":
        write(output, report.to_json(_one_or_all(results), by_contribution=by_contribution))
    else:
        table = report.task_table(results, by_contribution=by_contribution)
        write(output, table.to_csv(index=False, lineterminator="\n"))


for command in (cli_careers.similar, cli_careers.path, cli_careers.compare):
    app.command()(command)


def _one_or_all(results: list[OccupationRisk]) -> OccupationRisk | list[OccupationRisk]:
    return results[0] if len(results) == 1 else results


def main() -> None:
    """Run the command line: an ``EngineError`` is one line on stderr and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a narrow encoding must not cost the result
            stream.reconfigure(errors="replace")
    try:
        app()
    except EngineError as error:
        typer.echo(f"occupation-risk: {error}", err=True)
        sys.exit(2)
