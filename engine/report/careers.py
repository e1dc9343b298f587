"""Similar careers, paths and comparisons as text for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engine.careers.comparison import ComparedOccupation, Comparison
from engine.careers.results import CareerMatch, CareerPaths, Found, NewTask, Outlook
from engine.report.formatting import growth, interval, percent, wage
from engine.report.text import console, written

_UNKNOWN = "–"


def matches_to_text(
    title: str, matches: Sequence[CareerMatch], *, width: int = 120, color: bool = False
) -> str:
    """Similar careers as text for a terminal: a table, and the reasons for each match."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = console(width, color)
    shown.print(Text(f"Careers similar to {title}", style="bold"))
    if not matches:
        shown.print(Text(f"None in the catalogue passes the filters. {_reason(matches)}".rstrip()))
        return written(shown)
    columns = [column for column in _COLUMNS if any(column[1](match) for match in matches)]
    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1, 0, 0))
    table.add_column("", justify="right", no_wrap=True)
    table.add_column("Occupation", ratio=1)
    for name, _ in columns:
        table.add_column(name, justify="right", no_wrap=True)
    for number, match in enumerate(matches, start=1):
        cells = [cell(match) or _UNKNOWN for _, cell in columns]
        table.add_row(str(number), Text(match.title), *cells)
    shown.print(table)
    for number, match in enumerate(matches, start=1):
        shown.print(Text(f"{number}  {match.title} ({match.soc_code})", style="bold"))
        _print_reasons(shown, match, 3)
    return written(shown)


def paths_to_text(title: str, paths: CareerPaths, *, width: int = 120, color: bool = False) -> str:
    """Paths as text for a terminal: each destination, and each move that leads there."""
    from rich.text import Text

    shown = console(width, color)
    shown.print(Text(f"Paths from {title}", style="bold"))
    if not paths:
        shown.print(Text(f"No path passes the filters. {_reason(paths)}".rstrip()))
    for number, path in enumerate(paths, start=1):
        end = path.destination
        shown.print()
        risk = f"risk {percent(end.risk)} ({100 * path.risk_difference:+.0f})"
        shown.print(
            Text(f"{number}  {end.title} ({end.soc_code}): {risk}, effort {path.cost:.2f}",
                 style="bold")
        )  # fmt: skip
        for step in path.steps:
            facts = [f"carries over {percent(step.carries_over)}", f"risk {_risk(step)}"]
            if step.job_zone:
                facts.append(f"Job Zone {_zone(step)}")
            if pay := _wage(step.outlook):
                facts.append(f"wage {pay}")
            _indented(shown, f"→ {step.title} ({step.soc_code}): {', '.join(facts)}")
            _print_reasons(shown, step, 5)
    return written(shown)


def comparison_to_text(comparison: Comparison, *, width: int = 120, color: bool = False) -> str:
    """Occupations side by side as text for a terminal, and the tasks they share or not."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = console(width, color)
    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1, 0, 0))
    table.add_column("", ratio=3)
    for one in comparison.occupations:
        table.add_column(Text(one.title), justify="right", ratio=2)
    for name, cell in _FACTS:
        cells = [cell(one) for one in comparison.occupations]
        if any(cells):
            table.add_row(name, *(text or _UNKNOWN for text in cells))
    table.add_section()
    for name in comparison.time_by_category:
        shares = [one.categories.get(name, 0.0) for one in comparison.occupations]
        table.add_row(Text(name), *(percent(share) for share in shares))
    shown.print(table)
    shown.print(Text("Tasks in common", style="bold"))
    for task in comparison.common_tasks:
        _indented(shown, "\n~ ".join(task.tasks))
    if not comparison.common_tasks:
        _indented(shown, "none that is alike in all of them")
    for one in comparison.occupations:
        shown.print(Text(f"Only in {one.title}", style="bold"))
        for own in one.distinct_tasks:
            _indented(shown, _timed(own))
        if not one.distinct_tasks:
            _indented(shown, "none: each of its tasks is like one of another")
    return written(shown)


def _print_reasons(shown: Any, match: CareerMatch, indent: int) -> None:
    """The pair of tasks most alike, and the longest new one."""
    for pair in match.shared_tasks[:1]:
        _indented(shown, f"alike: {pair.task} ~ {pair.matches}", indent)
    for task in match.new_tasks[:1]:
        _indented(shown, f"new: {_timed(task)}", indent)


def _indented(shown: Any, line: str, indent: int = 3) -> None:
    from rich.padding import Padding
    from rich.text import Text

    shown.print(Padding(Text(line), (0, 0, 0, indent)))


def _reason(found: Sequence[Any]) -> str:
    return found.reason if isinstance(found, Found) else ""


def _timed(task: NewTask) -> str:
    return f"{task.task} ({percent(task.time_share)} of time)"


def _risk(match: CareerMatch) -> str:
    return f"{percent(match.risk)} ({100 * match.risk_difference:+.0f})"


def _zone(match: CareerMatch) -> str:
    if not match.job_zone:
        return ""
    step = match.job_zone_step
    return f"{match.job_zone}" + (f" ({step:+d})" if step else "")


def _wage(outlook: Outlook) -> str:
    if outlook.median_wage is None:
        return ""
    return wage(outlook.median_wage, is_minimum=outlook.wage_is_minimum)


def _growth(outlook: Outlook) -> str:
    return "" if outlook.employment_change is None else growth(outlook.employment_change)


_COLUMNS: Sequence[tuple[str, Callable[[CareerMatch], str]]] = (
    ("Similar", lambda match: f"{match.similarity:.2f}"),
    ("Carries", lambda match: percent(match.carries_over)),
    ("Risk", _risk),
    ("Safer", lambda match: percent(match.probability_safer)),
    ("Zone", _zone),
    ("Wage", lambda match: _wage(match.outlook)),
    ("Growth", lambda match: _growth(match.outlook)),
)
"""Columns of the table of matches; one that is empty for all of them is not shown."""

_FACTS: Sequence[tuple[str, Callable[[ComparedOccupation], str]]] = (
    ("SOC code", lambda one: one.soc_code or ""),
    ("Risk", lambda one: f"{percent(one.risk)} ({interval(one.risk_interval)})"),
    ("Tier", lambda one: one.tier),
    ("AI capability", lambda one: percent(one.ai_capability)),
    ("Time in tasks of high risk", lambda one: percent(one.high_risk_time_share)),
    ("Job Zone", lambda one: str(one.job_zone or "")),
    ("Median wage", lambda one: _wage(one.outlook)),
    ("Employment in ten years", lambda one: _growth(one.outlook)),
    ("Time in tasks that all have", lambda one: percent(one.common_time_share)),
)
