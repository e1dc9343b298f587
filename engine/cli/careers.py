"""The commands that explore other careers: similar, path, compare."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.careers.filters import DEFAULT_MATCHES, MAX_EFFORT, MoveFilters
from engine.cli.option_groups import OptionGroup, with_option_groups
from engine.cli.options import EngineOptions
from engine.cli.output import Output, color, save, width
from engine.cli.selection import FileOption, SelectionOptions, load_one, read_occupation_file

if TYPE_CHECKING:
    from engine.records.results import OccupationRisk

Why = Annotated[
    bool,
    typer.Option("--why", help="Give all reasons for each move, not only the main one."),
]

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
    engine: EngineOptions,
    k: Annotated[int, typer.Option("-k", help="Number of matches.")] = DEFAULT_MATCHES,
    diversity: Annotated[
        float,
        typer.Option(
            help="From 0 (best matches, even if similar to each other) to 1 (matches that differ)."
        ),
    ] = 0.0,
    why: Why = False,
    filters: FilterOptions,
) -> None:
    """Find similar careers, by default those with better prospects."""
    loaded, occupation = load_one(selection, engine)
    from engine.report.careers import matches_to_text, no_matches
    from engine.report.move_reasons import explain

    scored = loaded.score_occupation(occupation)
    matches = loaded.similar_careers(scored, k, diversity=diversity, **asdict(filters))
    if selection.text is not None:
        matches = explain(matches, own_job=True)
    if output is not None:
        save(output, matches, matches.to_frame())
        if not matches:
            typer.echo(no_matches(matches), err=True)
        return
    text = matches_to_text(
        _name(scored), matches, why=why, reference=scored.reference, width=width(), color=color()
    )
    typer.echo(text, nl=False)


@with_option_groups
def path(
    *,
    selection: SelectionOptions,
    output: Output = None,
    engine: EngineOptions,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", help="SOC code of the destination. Default: any with better prospects."
        ),
    ] = None,
    k: Annotated[int, typer.Option("-k", help="Number of destinations.")] = 5,
    max_steps: Annotated[int, typer.Option(help="Maximum number of moves, 1 to 3.")] = 3,
    max_risk: Annotated[
        float | None, typer.Option(help="Highest risk of a destination. Default: any.")
    ] = None,
    max_effort: Annotated[
        float, typer.Option(help="Highest effort of a path, unless --to names a destination.")
    ] = MAX_EFFORT,
    why: Why = False,
    filters: FilterOptions,
) -> None:
    """Find paths of up to three feasible moves to an occupation with better prospects.

    The filters on Job Zones, on wages and on what carries over apply to each move. The others apply
    to the destination, unless --to names it.
    """
    loaded, occupation = load_one(selection, engine)
    from engine.report.careers import no_paths, paths_to_text
    from engine.report.move_reasons import explain_paths

    scored = loaded.score_occupation(occupation)
    paths = loaded.career_paths(
        scored,
        to,
        k,
        max_steps=max_steps,
        max_risk=max_risk,
        max_effort=max_effort,
        filters=filters,
    )
    if selection.text is not None:
        paths = explain_paths(paths, own_job=True)
    if output is not None:
        save(output, paths, paths.to_frame())
        if not paths:
            typer.echo(no_paths(paths), err=True)
        return
    text = paths_to_text(
        _name(scored), paths, why=why, reference=scored.reference, width=width(), color=color()
    )
    typer.echo(text, nl=False)


@with_option_groups
def compare(
    *,
    soc: Annotated[
        list[str] | None,
        typer.Option("--soc", help="SOC code in the catalog; repeat for more occupations."),
    ] = None,
    file: Annotated[Path | None, FileOption] = None,
    output: Output = None,
    engine: EngineOptions,
) -> None:
    """Compare two to five occupations, from the catalog, a file or both."""
    own = read_occupation_file(file)
    from engine.report.careers import comparison_to_text

    loaded = engine.load()
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
