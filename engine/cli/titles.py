"""The command that matches job titles to occupations: titles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import Engine
from engine.cli.output import Output, color, save, width
from engine.cli.working import working
from engine.errors import InputError


def titles(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Staff list (.csv, .xlsx) with a column of job titles and, if any, of "
            "departments; or a text file with one title per line; - for stdin.",
        ),
    ],
    output: Output = None,
    engine: Engine = None,
) -> None:
    """Match job titles to occupations of the catalog, with probabilities and alternatives."""
    from engine.intake.roster import parse_roster, read_roster
    from engine.report.titles import titles_to_text
    from engine.risk_engine import RiskEngine
    from engine.utils.bounded_read import STANDARD_INPUT, read_standard_input

    if str(file) == "-":
        roster = parse_roster(read_standard_input(), STANDARD_INPUT)
    else:
        roster = read_roster(file)
    for decision in roster.decisions:
        typer.echo(decision, err=True)
    rows = [row for row in roster.rows if row.title]
    if not rows:
        raise InputError(f"{file} has no job titles; add a column named title")
    if blank := [row.line for row in roster.rows if not row.title]:
        named = ", ".join(map(str, blank[:5]))
        more = ", …" if len(blank) > 5 else ""
        typer.echo(f"left out {len(blank)} rows without a job title: {named}{more}", err=True)
    with working("loading the engine"):
        loaded = RiskEngine.load(engine)
    with working("matching titles"):
        matches = loaded.match_titles(
            [row.title for row in rows], [row.department or None for row in rows]
        )
    if output is not None:
        save(output, matches, matches.to_frame())
    else:
        typer.echo(titles_to_text(matches, width=width(), color=color()), nl=False)
