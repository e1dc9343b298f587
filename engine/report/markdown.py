"""A scored occupation as a page of Markdown, for programs that read text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.careers.match_views import pay
from engine.careers.results import CareerMatch, CareerMatches
from engine.records.occupation_views import FRAME_COLUMNS
from engine.records.results import OccupationRisk
from engine.report.evidence import evidence_lines
from engine.report.formatting import WHAT_RISK_IS, growth, interval, percent, points
from engine.report.text import heading, scope_marks, summary_lines

_EXPLAINED = 3
"""Tasks whose evidence the page shows: those that contribute most to the risk."""

_NESTED = 4
"""Spaces from which a line of the evidence belongs to the one above it."""

_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_[]<>|#"})


def occupation_page(result: OccupationRisk, matches: CareerMatches) -> str:
    """Return an occupation as Markdown: figures, tasks, evidence, and similar careers.

    Args:
        result: the scored occupation.
        matches: its similar careers, best first; may be empty.
    """
    lines = [f"# {_plain(heading(result))}", ""]
    if result.description:
        lines += [_plain(result.description), ""]
    lines += [f"- {_plain(line)}" for line in summary_lines(result)]
    lines += ["", "## Tasks", "", *_task_table(result)]
    lines += ["", "## Evidence", "", "For the tasks that contribute most to the risk:"]
    for task in result.tasks_by_contribution[:_EXPLAINED]:
        first, *others = evidence_lines(task)
        lines += ["", f"### {_plain(first)}", "", *_indented(others)]
    lines += ["", "## Similar careers with better prospects", "", *_careers(matches)]
    return "\n".join([*lines, "", f"*{_plain(WHAT_RISK_IS)}*", ""])


def _task_table(result: OccupationRisk) -> list[str]:
    rows = [
        (
            task.task + "".join(f" [{mark}]" for mark in scope_marks(task)),
            task.category,
            percent(task.ai_capability),
            f"{percent(task.risk)} ({interval(task.risk_interval)})",
            percent(task.time_share or 0.0),
        )
        for task in result.tasks
    ]
    return _table(FRAME_COLUMNS, rows, numbers=3)


def _careers(matches: CareerMatches) -> list[str]:
    if not matches:
        return [f"No occupation of the catalog passes the filters. {_plain(matches.reason)}"]
    columns = ("Occupation", "SOC code", "Risk", "Carries over", "Median wage", "Growth")
    return _table(columns, [_career(match) for match in matches], numbers=4)


def _career(match: CareerMatch) -> Sequence[str]:
    outlook = match.outlook
    change = outlook.employment_change
    return (
        match.title,
        match.soc_code,
        f"{percent(match.risk)} ({points(match.risk_difference)})",
        percent(match.carries_over),
        pay(outlook, "–"),
        "–" if change is None else growth(change),
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: int) -> list[str]:
    """Return a table whose last columns are numbers."""
    marks = ["---"] * (len(columns) - numbers) + ["--:"] * numbers
    body = [" | ".join(map(_plain, row)) for row in rows]
    return [f"| {row} |" for row in (" | ".join(columns), " | ".join(marks), *body)]


def _indented(lines: Iterable[str]) -> list[str]:
    """Return lines as a list, with those that are indented further below the others."""
    found = []
    for line in lines:
        text = line.lstrip()
        nested = len(line) - len(text) >= _NESTED
        found.append(f"{'  ' if nested else ''}- {_plain(text)}")
    return found


def _plain(text: str) -> str:
    """Return text that Markdown shows as it is, on one line."""
    return " ".join(text.split()).translate(_SPECIAL)
