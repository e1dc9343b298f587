"""The commands that explore other careers: similar, path, compare."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.careers.filters import DEFAULT_MATCHES, MoveFilters
from engine.cli.option_groups import OptionGroup, with_option_groups
from engine.cli.options import Engine
from engine.cli.output import Output, color, save, width
from engine.cli.selection import FileOption, SelectionOptions, load_one, read_occupation_file
from engine.cli.working import working
from engine.records.rubric import LOW_RISK

if TYPE_CHECKING:
    from engine.records.results import OccupationRisk

_ANY = "any"
_PANEL = "Filters"


def parse_job_zone_gap(value: str | int) -> int | None:
    """Parse a job-zone gap: a number, or ``any`` for no limit (None).

    Raises:
        typer.BadParameter: if it is neither.
    """
    if value == _ANY:
        return None
    try:
        return int(value)
    except ValueError:
        raise typer.BadParameter(f"{value!r} is not a number; give 0 to 4, or {_ANY}") from None


FilterOptions = Annotated[
    MoveFilters,
    OptionGroup(
        safer_only=typer.Option(
            "--safer-only/--any-risk",
            rich_help_panel=_PANEL,
            help="Only occupations whose risk is clearly lower, or those of any risk.",
        ),
        max_job_zone_gap=typer.Option(
            metavar="0-4|any",
            parser=parse_job_zone_gap,
            rich_help_panel=_PANEL,
            help="Maximum difference in Job Zone (preparation).",
        ),
        max_education_gap=typer.Option(
            rich_help_panel=_PANEL,
            help="Maximum difference in years of study for typical entry; 10 for no limit.",
        ),
        min_risk_reduction=typer.Option(
            rich_help_panel=_PANEL,
            help="Minimum reduction in risk; 0.03 unless --any-risk.",
        ),
        min_probability_safer=typer.Option(
            rich_help_panel=_PANEL,
            help="Minimum probability that the true risk is lower; 0.8 unless --any-risk.",
        ),
        min_wage_ratio=typer.Option(
            rich_help_panel=_PANEL,
            help="Minimum median wage relative to the starting occupation; 0 for any wage.",
        ),
        no_worse_outlook=typer.Option(
            "--no-worse-outlook/--any-outlook",
            rich_help_panel=_PANEL,
            help="Not falling where yours is not, and no slower growth unless it pays more.",
        ),
        growing_only=typer.Option(
            "--growing-only",
            rich_help_panel=_PANEL,
            help="Only occupations with projected employment growth.",
        ),
        min_carries_over=typer.Option(
            rich_help_panel=_PANEL,
            help="Minimum share of working time there that carries over, such as 0.3.",
        ),
        max_rank=typer.Option(
            rich_help_panel=_PANEL, help="Number of most similar occupations to choose from."
        ),
    ),
]


@with_option_groups
def similar(
    *,
    selection: SelectionOptions,
    output: Output = None,
    engine: Engine = None,
    k: Annotated[int, typer.Option("-k", help="Number of matches.")] = DEFAULT_MATCHES,
    diversity: Annotated[
        float,
        typer.Option(
            help="From 0 (best matches, even if similar to each other) to 1 (matches that differ)."
        ),
    ] = 0.0,
    filters: FilterOptions,
) -> None:
    """Find similar careers, by default those with better prospects."""
    loaded, occupation = load_one(selection, engine)
    from engine.report.careers import matches_to_text
    from engine.report.tables import match_table

    scored = loaded.score_occupation(occupation)
    matches = loaded.similar_careers(scored, k, diversity=diversity, **asdict(filters))
    if output is not None:
        save(output, matches, match_table(matches))
        return
    text = matches_to_text(
        _name(scored), matches, reference=scored.reference, width=width(), color=color()
    )
    typer.echo(text, nl=False)


@with_option_groups
def path(
    *,
    selection: SelectionOptions,
    output: Output = None,
    engine: Engine = None,
    to: Annotated[
        str | None,
        typer.Option("--to", help="SOC code of the destination. Default: any of low risk."),
    ] = None,
    k: Annotated[int, typer.Option("-k", help="Number of destinations.")] = 5,
    max_steps: Annotated[int, typer.Option(help="Maximum number of moves, 1 to 3.")] = 3,
    max_risk: Annotated[float, typer.Option(help="Highest risk that counts as low.")] = LOW_RISK,
    filters: FilterOptions,
) -> None:
    """Find paths of up to three feasible moves to an occupation of low risk and good prospects.

    The filters on Job Zones, on wages and on what carries over apply to each move. The others apply
    to the destination, unless --to names it.
    """
    loaded, occupation = load_one(selection, engine)
    from engine.report.careers import paths_to_text
    from engine.report.tables import path_table

    scored = loaded.score_occupation(occupation)
    paths = loaded.career_paths(
        scored, to, k, max_steps=max_steps, max_risk=max_risk, filters=filters
    )
    if output is not None:
        save(output, paths, path_table(paths))
        return
    text = paths_to_text(
        _name(scored), paths, reference=scored.reference, width=width(), color=color()
    )
    typer.echo(text, nl=False)


def compare(
    soc: Annotated[
        list[str] | None,
        typer.Option("--soc", help="SOC code in the catalog; repeat for more occupations."),
    ] = None,
    file: Annotated[Path | None, FileOption] = None,
    output: Output = None,
    engine: Engine = None,
) -> None:
    """Compare two to five occupations, from the catalog, a file or both."""
    own = read_occupation_file(file)
    from engine.report.careers import comparison_to_text
    from engine.risk_engine import RiskEngine

    with working("loading the engine"):
        loaded = RiskEngine.load(engine)
    comparison = loaded.compare([*own, *(soc or [])])
    if output is not None:
        save(output, comparison, comparison.to_frame())
        return
    text = comparison_to_text(
        comparison, reference=loaded.corpus.name, width=width(), color=color()
    )
    typer.echo(text, nl=False)


def _name(scored: OccupationRisk) -> str:
    from engine.report.formatting import percent

    return f"{scored.title} (risk {percent(scored.risk)})"
