"""occupation-risk: score occupations and find similar careers from the command line."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli import careers, site
from engine.cli.options import (
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
from engine.utils import log_setup

if TYPE_CHECKING:
    from engine.records.results import OccupationRisk


app = typer.Typer(
    name="occupation-risk",
    epilog="Risk is the potential of a task to be automated. It is not a forecast of job loss.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def common(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log what is done, on stderr.")
    ] = False,
) -> None:
    """What AI could do of an occupation's work, task by task, with the evidence."""
    log_setup.set_up(verbose=verbose)


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
    from engine.records import serialize
    from engine.report import tables
    from engine.report.text import to_text

    loaded, occupations = asked(soc, title, file, text, output, engine, confidence)
    results = [loaded.score_occupation(occupation) for occupation in occupations]
    if by_contribution:
        results = [replace(result, tasks=result.tasks_by_contribution) for result in results]
    if output is None:
        for result in results:
            typer.echo(to_text(result, width=width(), color=color()), nl=False)
    elif output.suffix.lower() == ".json":
        write(output, serialize.to_json(_one_or_all(results)))
    else:
        write(output, tables.csv_text(tables.task_table(results)))


@app.command()
def batch(
    source: Annotated[
        str, typer.Argument(metavar="INPUT", help="Parquet or CSV: a file, a folder or a pattern.")
    ],
    output: Annotated[Path, typer.Argument(help="Folder to write; a run cut off goes on there.")],
    text_column: Annotated[str, typer.Option(help="Column of the tasks, one a row.")] = "task",
    soc_column: Annotated[
        str | None,
        typer.Option(help="Column of SOC codes, whose reference tasks are left out as evidence."),
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="Where parts are scored: local, or ray, a cluster.")
    ] = "local",
    model: Annotated[
        Path | None,
        typer.Option(help="Engine folder; else OCCUPATION_RISK_ENGINE, else the default."),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores if not given.")] = None,
    part_rows: Annotated[
        int, typer.Option(help="Rows of a part, which is what a run cut off does again.")
    ] = 100_000,
    confidence: Confidence = None,
) -> None:
    """Score a column of tasks in files of any size."""
    from engine.batch.plan import Settings
    from engine.batch.progress import shown_on
    from engine.batch.run import run_batch
    from engine.scoring.default_engine import default_folder

    folder = (default_folder() if model is None else model).resolve()
    settings = Settings(
        model=str(folder),
        text_column=text_column,
        soc_column=soc_column,
        part_rows=part_rows,
        confidence=confidence,
    )
    with shown_on(sys.stderr) as report:
        done = run_batch(source, output, settings, engine=engine, workers=workers, report=report)
    typer.echo(f"{done.scored:,} rows scored into {output / 'scores'}, {done.rejected:,} set aside")
    for reject in done.first_rejects:
        typer.echo(f"{reject.file} row {reject.row:,}: {reject.reason}", err=True)
    if done.rejected > len(done.first_rejects):
        typer.echo(f"all of them, with reasons: {done.rejects}", err=True)


for careers_command in (careers.similar, careers.path, careers.compare):
    app.command()(careers_command)
for site_command in (site.pipeline, site.changes, site.serve, site.export):
    app.command()(site_command)


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
