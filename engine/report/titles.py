"""Matched job titles as text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from engine.records.title_match import TitleMatch
from engine.report.formatting import chance
from engine.report.terminal import TerminalText, new_table

_SHOWN = 3
"""Number of alternatives of an unsure title that the terminal shows."""


def titles_to_text(matches: Sequence[TitleMatch], *, width: int = 120, color: bool = False) -> str:
    """Return matches as text for a terminal: a table, then the suggestions for unsure titles.

    Args:
        matches: in the order of the list.
        width: columns of the terminal.
        color: use colors and styles.
    """
    from rich.text import Text

    text = TerminalText(width, color)
    unsure = [match for match in matches if not match.sure]
    text.line(f"{len(matches) - len(unsure)} of {len(matches)} job titles matched", style="bold")
    table = new_table()
    table.add_column("Job title", ratio=2)
    table.add_column("SOC code", no_wrap=True)
    table.add_column("Occupation", ratio=3)
    table.add_column("Probability", justify="right", no_wrap=True)
    for match in matches:
        name = match.query if not match.department else f"{match.query} ({match.department})"
        table.add_row(
            Text(name),
            match.soc_code or "–",
            Text(match.title or "unsure"),
            chance(match.probability),
        )
    text.table(table)
    if unsure:
        text.line()
        text.line("Unsure titles, and what they may be:", style="bold")
    for match in unsure:
        others = "; ".join(
            f"{other.soc_code} {other.title} ({chance(other.probability)})"
            for other in match.alternatives[:_SHOWN]
        )
        text.line(f"{match.query}: {others or 'no similar occupation'}", indent=2)
    return text.finish(explain=False)
