"""The command that scores a staff list: workforce."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from engine.cli.option_groups import with_option_groups
from engine.cli.options import Confidence, EngineOptions
from engine.cli.output import check_file, color, width, write_file
from engine.cli.working import working

if TYPE_CHECKING:
    from engine.records.workforce import ScoredStaff
    from engine.workforce.result import WorkforceRisk

_FORMATS = (".html", ".csv", ".json")
_FAULTS_LISTED = 20


def _check_report(output: Path | None) -> Path | None:
    return check_file(output, "--output", _FORMATS)


def _check_unresolved(output: Path | None) -> Path | None:
    return check_file(output, "--unresolved", (".csv",))


@with_option_groups
def workforce(
    *,
    staff: Annotated[
        Path,
        typer.Argument(
            metavar="STAFF",
            help="Staff list: a .csv or .xlsx file with a column of job titles and, if known, "
            "department, headcount, pay, location, SOC code and tasks.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            callback=_check_report,
            help="Write the report to this .html, .csv or .json file instead of the terminal.",
        ),
    ] = None,
    weight: Annotated[
        Literal["headcount", "pay"], typer.Option(help="What jobs are weighted by.")
    ] = "headcount",
    unresolved: Annotated[
        Path | None,
        typer.Option(
            "--unresolved",
            callback=_check_unresolved,
            help="Write the titles that are not certain to this .csv file, with suggestions and a "
            "column soc_code to fill in.",
        ),
    ] = None,
    confirm: Annotated[
        Path | None,
        typer.Option("--confirm", help="Read the file of --unresolved, filled in."),
    ] = None,
    show_small: Annotated[
        bool,
        typer.Option(
            "--show-small", help="Show groups of fewer than 5 people too. Do not share them."
        ),
    ] = False,
    engine: EngineOptions,
    confidence: Confidence = None,
) -> None:
    """Score a staff list: the risk of its jobs, by department, and the tasks that could move."""
    from engine.intake.roster import read_roster
    from engine.report.workforce import workforce_to_text

    roster = read_roster(staff)  # before the engine, which takes seconds to load
    loaded = engine.load(confidence)
    with working(f"scoring {len(roster.rows):,} rows"):
        result = loaded.score_workforce(
            roster, weight=weight, confirmed=confirm, show_small=show_small
        )
    if unresolved is not None:
        write_file(unresolved, "--unresolved", result.confirmations())
    if output is None:
        typer.echo(workforce_to_text(result.shared, width=width(), color=color()), nl=False)
    else:
        write_file(output, "--output", _content(result, output.suffix.lower()))
    _report_faults(result.rows)
    open_titles = len(result.unresolved)
    if open_titles and unresolved is None:
        typer.echo(
            f"{open_titles:,} titles have no occupation; write them to a file with --unresolved "
            "FILE, fill in their codes, and run again with --confirm FILE",
            err=True,
        )


def _content(result: WorkforceRisk, suffix: str) -> str:
    formats = {".html": result.to_html, ".csv": result.to_csv, ".json": result.to_json}
    return formats[suffix]()


def _report_faults(rows: tuple[ScoredStaff, ...]) -> None:
    """Name the faults of the first rows on stderr, and count the others."""
    faulty = [row for row in rows if row.faults]
    for row in faulty[:_FAULTS_LISTED]:
        typer.echo(f"row {row.line:,}: {'; '.join(row.faults)}", err=True)
    if len(faulty) > _FAULTS_LISTED:
        typer.echo(f"and {len(faulty) - _FAULTS_LISTED:,} more rows with faults", err=True)
