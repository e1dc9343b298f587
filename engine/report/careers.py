"""Similar careers, paths and comparisons as text for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.careers.comparison import ComparedOccupation, Comparison
from engine.careers.filters import FAILED_WORDS
from engine.careers.match_views import pay
from engine.careers.results import (
    CareerMatch,
    CareerMatches,
    CareerPaths,
    NewTask,
    Outlook,
    SearchResults,
)
from engine.report.formatting import (
    chance,
    growth,
    interval,
    ordinal,
    percent,
    points,
    signed_points,
    similarity_rank,
)
from engine.report.terminal import TerminalText, new_table

_UNKNOWN = "–"


def matches_to_text(
    title: str,
    matches: Sequence[CareerMatch],
    *,
    why: bool = False,
    reference: str | None = None,
    width: int = 120,
    color: bool = False,
) -> str:
    """Return similar careers as text for a terminal: a table, then the main reason for each match.

    Args:
        title: title of the occupation that they are similar to.
        matches: best first, with their reasons; may be empty.
        why: give all reasons.
        reference: name of the reference corpus; None if a report above it names it.
        width: columns of the terminal.
        color: use colors and styles.
    """
    from rich.text import Text

    text = TerminalText(width, color)
    text.line(f"Careers similar to {title}", style="bold")
    if not matches:
        text.line(no_matches(matches))
        _add_next(text, matches)
        return _finish(text, reference)
    columns = [column for column in _COLUMNS if any(column[1](match) for match in matches)]
    table = new_table()
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("Occupation", ratio=1)
    for name, _ in columns:
        table.add_column(name, justify="right", no_wrap=True)
    for number, match in enumerate(matches, start=1):
        cells = [cell(match) or _UNKNOWN for _, cell in columns]
        table.add_row(str(number), Text(match.title), *cells)
    text.table(table)
    text.line(_LEGEND)
    for number, match in enumerate(matches, start=1):
        text.line()
        text.line(f"{number}  {match.title} ({match.soc_code})", style="bold")
        if match.rank is not None:
            text.line(_similarity(match), indent=3)
        _add_reasons(text, match, why, indent=3)
    _add_next(text, matches)
    return _finish(text, reference)


def paths_to_text(
    title: str,
    paths: CareerPaths,
    *,
    why: bool = False,
    reference: str | None = None,
    width: int = 120,
    color: bool = False,
) -> str:
    """Return career paths as text for a terminal: each destination and the moves that lead there.

    Args:
        title: title of the occupation that they start from.
        paths: least effort first, with the reasons for each move; may be empty.
        why: give all reasons.
        reference: name of the reference corpus; None if a report above it names it.
        width: columns of the terminal.
        color: use colors and styles.
    """
    text = TerminalText(width, color)
    text.line(f"Career paths from {title}", style="bold")
    if not paths:
        text.line(no_paths(paths))
    for number, path in enumerate(paths, start=1):
        end = path.destination
        text.line()
        text.line(
            f"{number}  {end.title} ({end.soc_code}): risk {percent(end.risk)} "
            f"({points(path.risk_difference)}), effort {path.cost:.2f}",
            style="bold",
        )
        for step in path.steps:
            text.line(f"→ {step.title} ({step.soc_code}): {_step_facts(step)}", indent=3)
            _add_reasons(text, step, why, indent=5)
    return _finish(text, reference)


def no_matches(matches: Sequence[CareerMatch]) -> str:
    """Say why there are no similar careers."""
    return f"No occupation in the catalog passes the filters. {_reason(matches)}".rstrip()


def no_paths(paths: CareerPaths) -> str:
    """Say why there are no paths, with filters by the names of their options."""
    if paths.out_of_reach is None:
        return f"No path passes the filters. {paths.reason}"
    return f"{paths.out_of_reach.describe(_option)} {paths.steps_reason}"


def comparison_to_text(
    comparison: Comparison,
    *,
    reference: str | None = None,
    width: int = 120,
    color: bool = False,
) -> str:
    """Return a comparison as text for a terminal: figures, common tasks and distinct tasks.

    Args:
        comparison: two to five occupations.
        reference: name of the reference corpus; None if a report above it names it.
        width: columns of the terminal.
        color: use colors and styles.
    """
    from rich.text import Text

    text = TerminalText(width, color)
    table = new_table()
    table.add_column("", ratio=3)
    for one in comparison.occupations:
        table.add_column(Text(one.title), justify="right", ratio=2)
    for name, cell in _FACTS:
        cells = [cell(one) for one in comparison.occupations]
        if any(cells):
            table.add_row(name, *(value or _UNKNOWN for value in cells))
    table.add_section()
    for name in comparison.time_by_category:
        shares = [one.categories.get(name, 0.0) for one in comparison.occupations]
        table.add_row(Text(name), *(percent(share) for share in shares))
    text.table(table)
    text.line("Tasks in common", style="bold")
    for task in comparison.common_tasks:
        text.line("\n~ ".join(task.tasks), indent=3)
    if not comparison.common_tasks:
        text.line("None: no task has a counterpart in every other occupation.", indent=3)
    for one in comparison.occupations:
        text.line(f"Only in {one.title}", style="bold")
        for own in one.distinct_tasks:
            text.line(_timed(own), indent=3)
        if not one.distinct_tasks:
            text.line("None: every task has a counterpart in another occupation.", indent=3)
    return _finish(text, reference)


def _finish(text: TerminalText, reference: str | None) -> str:
    if reference is not None:
        text.line()
        text.line(f"Reference: {reference}")
    return text.finish()


def _add_reasons(text: TerminalText, match: CareerMatch, why: bool, indent: int) -> None:
    """Add the reasons for a move, or the most important ones, and what is not known."""
    reasons = match.reasons
    if why:
        sentences = [*reasons.carries_over[1:], *reasons.new, *reasons.takes, *reasons.gives]
    else:
        sentences = [*reasons.carries_over[1:2], *reasons.new[:1], " ".join(reasons.takes)]
    for sentence in (reasons.main, *sentences, *reasons.often, *reasons.unknown):
        if sentence:
            text.line(sentence, indent=indent)


def _add_next(text: TerminalText, matches: Sequence[CareerMatch]) -> None:
    """Add the careers that come next, and why they do not pass."""
    if not isinstance(matches, CareerMatches) or not matches.next:
        return
    text.line()
    text.line("Close, but not better", style="bold")
    for match in matches.next:
        why = "; ".join(FAILED_WORDS[name] for name in match.failed)
        text.line(f"{match.title} ({match.soc_code}): {why}", indent=3)


def _similarity(match: CareerMatch) -> str:
    rank = similarity_rank(match.rank or 0, match.of or 0)
    return f"{rank} ({match.similarity_level})"


def _step_facts(step: CareerMatch) -> str:
    facts = [] if step.rank is None else [_similarity(step)]
    facts.append(f"risk {_risk(step)}")
    if step.job_zone:
        facts.append(f"Job Zone {_zone(step)}")
    if median_wage := pay(step.outlook):
        facts.append(f"median wage {median_wage}")
    return ", ".join(facts)


def _reason(found: Sequence[Any]) -> str:
    return found.reason if isinstance(found, SearchResults) else ""


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _timed(task: NewTask) -> str:
    return f"{task.task} ({percent(task.time_share)} of time)"


def _risk(match: CareerMatch) -> str:
    return f"{percent(match.risk)} ({signed_points(match.risk_difference)})"


def _zone(match: CareerMatch) -> str:
    if not match.job_zone:
        return ""
    step = match.job_zone_step
    change = f" ({step:+d})".replace("-", "−") if step else ""
    return f"{match.job_zone}{change}"


def _rank(match: CareerMatch) -> str:
    return "" if match.rank is None else ordinal(match.rank)


def _growth(outlook: Outlook) -> str:
    return "" if outlook.employment_change is None else growth(outlook.employment_change)


_COLUMNS: Sequence[tuple[str, Callable[[CareerMatch], str]]] = (
    ("Similar", _rank),
    ("Carries", lambda match: percent(match.carries_over)),
    ("Risk", _risk),
    ("Less\nexposed", lambda match: chance(match.probability_safer)),
    ("Zone", _zone),
    ("Wage", lambda match: pay(match.outlook)),
    ("Growth", lambda match: _growth(match.outlook)),
)
"""Columns of the table of matches; a column that is empty for all matches is left out."""

_LEGEND = (
    "Similar: place by similarity among all occupations. Carries: share of time there in tasks "
    "like yours. Risk: in parentheses, the difference in points. Less exposed: chance that the "
    "true risk is lower. Zone: O*NET Job Zone."
)

_FACTS: Sequence[tuple[str, Callable[[ComparedOccupation], str]]] = (
    ("SOC code", lambda one: one.soc_code or ""),
    ("Risk", lambda one: f"{percent(one.risk)} ({interval(one.risk_interval)})"),
    ("Tier", lambda one: one.tier),
    ("AI capability", lambda one: percent(one.ai_capability)),
    ("Time in high-risk tasks", lambda one: percent(one.high_risk_time_share)),
    ("Job Zone", lambda one: str(one.job_zone or "")),
    ("Median wage", lambda one: pay(one.outlook)),
    ("Employment growth in ten years", lambda one: _growth(one.outlook)),
    ("Time in common tasks", lambda one: percent(one.common_time_share)),
)
"""Rows of a comparison above the categories; a row that is empty for all is left out."""
