"""The commands that explore other careers: similar, path, compare."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.cli.options import (
    Engine,
    File,
    Output,
    Soc,
    TextFile,
    Title,
    asked_one,
    check_output,
    color,
    occupations_from,
    width,
    write,
)
from engine.records.rubric import LOW_RISK

if TYPE_CHECKING:
    import pandas as pd


SaferOnly = Annotated[
    bool, typer.Option("--safer-only/--any-risk", help="Only occupations of lower risk.")
]
MaxGap = Annotated[int, typer.Option(help="Job zones at most this far off, 0 to 4.")]
MinReduction = Annotated[float, typer.Option(help="Risk at least this much lower, as 0.1.")]
MinSafer = Annotated[float, typer.Option(help="Risk really lower with this probability, as 0.8.")]
MinWage = Annotated[
    float | None, typer.Option(help="Wage at least this part of one's own, as 0.9.")
]
Growing = Annotated[bool, typer.Option("--growing-only", help="Only where employment is to grow.")]
MinCarries = Annotated[
    float, typer.Option(help="This share of the working time there carries over, as 0.3.")
]


def similar(
    soc: Soc = None,
    title: Title = None,
    file: File = None,
    text: TextFile = None,
    output: Output = None,
    engine: Engine = None,
    k: Annotated[int, typer.Option("-k", help="Number of matches.")] = 10,
    safer_only: SaferOnly = True,
    max_job_zone_gap: MaxGap = 1,
    min_risk_reduction: MinReduction = 0.0,
    min_probability_safer: MinSafer = 0.0,
    min_wage_ratio: MinWage = None,
    growing_only: Growing = False,
    min_carries_over: MinCarries = 0.0,
    diversity: Annotated[
        float, typer.Option(help="0: the best however alike, up to 1: unlike one another.")
    ] = 0.0,
) -> None:
    """Find similar careers, by default those of lower risk."""
    loaded, occupation = asked_one(soc, title, file, text, output, engine)
    from engine.report import careers, formatting, tables

    scored = loaded.score_occupation(occupation)
    matches = loaded.similar_careers(
        scored,
        k,
        safer_only=safer_only,
        max_job_zone_gap=max_job_zone_gap,
        min_risk_reduction=min_risk_reduction,
        min_probability_safer=min_probability_safer,
        min_wage_ratio=min_wage_ratio,
        growing_only=growing_only,
        min_carries_over=min_carries_over,
        diversity=diversity,
    )
    if output is None:
        name = f"{scored.title} (risk {formatting.percent(scored.risk)})"
        shown = careers.matches_to_text(name, matches, width=width(), color=color())
        typer.echo(shown, nl=False)
    else:
        _save(output, matches, tables.match_table(matches))


def path(
    soc: Soc = None,
    title: Title = None,
    file: File = None,
    text: TextFile = None,
    output: Output = None,
    engine: Engine = None,
    to: Annotated[
        str | None, typer.Option("--to", help="SOC code to reach; else any of low risk.")
    ] = None,
    k: Annotated[int, typer.Option("-k", help="Number of destinations.")] = 5,
    max_steps: Annotated[int, typer.Option(help="Moves in a path at most, 1 to 3.")] = 3,
    max_risk: Annotated[float, typer.Option(help="Up to here a risk is low.")] = LOW_RISK,
    safer_only: SaferOnly = True,
    max_job_zone_gap: MaxGap = 1,
    min_risk_reduction: MinReduction = 0.0,
    min_probability_safer: MinSafer = 0.0,
    min_wage_ratio: MinWage = None,
    growing_only: Growing = False,
    min_carries_over: MinCarries = 0.0,
) -> None:
    """Find paths of up to three feasible moves, to one occupation or to the nearest of low risk.

    Job zones and what carries over are asked of each move; the other filters of the destination,
    where none is named with --to.
    """
    loaded, occupation = asked_one(soc, title, file, text, output, engine)
    from engine.careers.results import MoveFilters
    from engine.report import careers, formatting, tables

    scored = loaded.score_occupation(occupation)
    paths = loaded.career_paths(
        scored,
        to,
        k,
        max_steps=max_steps,
        max_risk=max_risk,
        filters=MoveFilters(
            safer_only=safer_only,
            max_job_zone_gap=max_job_zone_gap,
            min_risk_reduction=min_risk_reduction,
            min_probability_safer=min_probability_safer,
            min_wage_ratio=min_wage_ratio,
            growing_only=growing_only,
            min_carries_over=min_carries_over,
        ),
    )
    if output is None:
        name = f"{scored.title} (risk {formatting.percent(scored.risk)})"
        shown = careers.paths_to_text(name, paths, width=width(), color=color())
        typer.echo(shown, nl=False)
    else:
        _save(output, paths, tables.path_table(paths))


def compare(
    soc: Annotated[
        list[str] | None, typer.Option("--soc", help="SOC code of the catalogue; once for each.")
    ] = None,
    file: File = None,
    output: Output = None,
    engine: Engine = None,
) -> None:
    """Put two to five occupations side by side, of the catalogue or from a file, or both."""
    check_output(output)
    from engine.report.careers import comparison_to_text
    from engine.risk_engine import RiskEngine

    own = occupations_from(file, None)
    comparison = RiskEngine.load(engine).compare([*own, *(soc or [])])
    if output is None:
        shown = comparison_to_text(comparison, width=width(), color=color())
        typer.echo(shown, nl=False)
    else:
        _save(output, comparison, comparison.to_frame())


def _save(output: Path, result: Any, table: pd.DataFrame) -> None:
    from engine.records.serialize import to_json
    from engine.report.tables import csv_text

    if output.suffix.lower() == ".json":
        write(output, to_json(result))
    else:
        write(output, csv_text(table))
