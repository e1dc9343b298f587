"""The commands that score: score, batch."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from engine.cli.option_groups import with_option_groups
from engine.cli.options import Confidence, DataDir, EngineOptions
from engine.cli.output import Output, color, save, width
from engine.cli.selection import SelectionOptions, load_selection
from engine.cli.working import working
from engine.records.frontier import STEPS, Frontier
from engine.utils.inert_text import inert


def check_frontier(frontier: str | None) -> str | None:
    """Check the name of a frontier before any work is done; return it.

    Raises:
        InputError: if it is none of ``STEPS``.
    """
    if frontier is not None:
        Frontier.of(frontier)
    return frontier


@with_option_groups
def score(
    *,
    selection: SelectionOptions,
    output: Output = None,
    engine: EngineOptions,
    data_dir: DataDir = None,
    confidence: Confidence = None,
    by_contribution: Annotated[
        bool, typer.Option("--by-contribution", help="Sort tasks by contribution to the risk.")
    ] = False,
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Show the evidence for every task, not only the riskiest."),
    ] = False,
    frontier: Annotated[
        str | None,
        typer.Option(
            metavar="STEP",
            callback=check_frontier,
            help="Also show the risk if software handled more, and the tasks that it would reach: "
            f"{', '.join(map(repr, STEPS))}. With --output, write only that.",
        ),
    ] = None,
) -> None:
    """Score an occupation from the catalog, a file or text."""
    loaded, occupations = load_selection(
        selection, engine, confidence=confidence, data_dir=data_dir
    )
    from engine.report.scenario import scenarios_to_text
    from engine.report.tables import scenario_table, task_table
    from engine.report.text import to_text

    with working("scoring"):
        results = [loaded.score_occupation(occupation) for occupation in occupations]
    if by_contribution:
        results = [replace(result, tasks=result.tasks_by_contribution) for result in results]
    scenarios = [result.what_if(frontier=frontier) for result in results if frontier is not None]
    if output is not None:
        table = scenario_table(scenarios) if scenarios else task_table(results)
        saved = scenarios or results
        save(output, saved[0] if len(saved) == 1 else saved, table)
        return
    text = to_text(
        *results, width=width(), color=color(), every_task=explain, explain=not scenarios
    )
    if scenarios:
        text += scenarios_to_text(*scenarios, width=width(), color=color())
    typer.echo(text, nl=False)


@with_option_groups
def batch(
    *,
    source: Annotated[
        str, typer.Argument(metavar="INPUT", help="Parquet or CSV: a file, folder or pattern.")
    ],
    output: Annotated[
        Path,
        typer.Argument(
            metavar="OUTPUT", help="Folder to write. The same command resumes an interrupted run."
        ),
    ],
    text_column: Annotated[str, typer.Option(help="Column of tasks, one per row.")] = "task",
    soc_column: Annotated[
        str | None,
        typer.Option(
            help="Column of SOC codes; an occupation's own reference tasks are left out as "
            "evidence."
        ),
    ] = None,
    engine: EngineOptions,
    backend: Annotated[
        str,
        typer.Option(
            metavar="[local|ray]", help="Score on this machine, or on a Ray cluster (extra 'ray')."
        ),
    ] = "local",
    workers: Annotated[
        int | None, typer.Option(help="Number of processes. Default: one for each core.")
    ] = None,
    part_rows: Annotated[
        int, typer.Option(help="Rows in a part; an interrupted run repeats unfinished parts.")
    ] = 100_000,
    confidence: Confidence = None,
) -> None:
    """Score a column of tasks in files of any size."""
    from engine.batch.plan import Settings
    from engine.batch.progress import show_progress
    from engine.batch.run import run_batch
    from engine.scoring.default_engine import default_folder

    folder = (default_folder() if engine.engine is None else engine.engine).resolve()
    settings = Settings(
        engine=str(folder),
        allow_encoder=engine.allow_encoder,
        text_column=text_column,
        soc_column=soc_column,
        part_rows=part_rows,
        confidence=confidence,
    )
    with show_progress(sys.stderr) as on_progress:
        done = run_batch(
            source, output, settings, backend=backend, workers=workers, on_progress=on_progress
        )
    typer.echo(f"{done.scored:,} rows scored into {output / 'scores'}, {done.rejected:,} rejected")
    for reject in done.first_rejects:
        typer.echo(inert(f"{reject.file} row {reject.row:,}: {reject.reason}"), err=True)
    if done.rejected > len(done.first_rejects):
        typer.echo(f"all rejects and their reasons: {done.rejects}", err=True)
