"""Scored occupations as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.records.results import FRAME_COLUMNS, OccupationRisk, TaskRisk
from engine.report.formatting import interval, percent
from engine.report.terminal import TerminalText, new_table

_MAX_NEIGHBORS = 3


def to_text(
    *results: OccupationRisk, width: int = 120, color: bool = False, explain: bool = True
) -> str:
    """Return scored occupations as text for a terminal.

    Each has a table of its tasks, a summary and the evidence for its task of highest risk.

    Args:
        results: one or more scored occupations.
        width: columns of the terminal.
        color: use colors and styles.
        explain: end with the sentence that says what risk is; False if another report follows.
    """
    text = TerminalText(width, color)
    for number, result in enumerate(results):
        if number:
            text.line()
        text.line(heading(result), style="bold")
        text.table(_task_table(result))
        for line in summary_lines(result):
            text.line(line)
        text.line()
        for line in evidence_lines(max(result.tasks, key=lambda task: task.risk)):
            text.line(line)
    return text.finish(explain=explain)


def heading(result: OccupationRisk) -> str:
    """Return title, SOC code and job zone of an occupation on one line."""
    code = f" · SOC {result.soc_code}" if result.soc_code else ""
    zone = f" · Job Zone {result.job_zone}" if result.job_zone else ""
    return f"{result.title}{code}{zone}"


def _task_table(result: OccupationRisk) -> Any:
    from rich.text import Text

    table = new_table()
    task_column, category_column, *numbers = FRAME_COLUMNS
    table.add_column(task_column, ratio=5, overflow="fold")
    table.add_column(category_column, ratio=3, min_width=14, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    for task in result.tasks:
        mark = " [unlike the reference]" if task.out_of_scope else ""
        table.add_row(
            Text(task.task + mark),
            Text(task.category),
            f"{percent(task.ai_capability)} {task.ai_capability_level}",
            f"{percent(task.risk)} ({interval(task.risk_interval)})",
            percent(task.time_share or 0.0),
        )
    return table


def summary_lines(result: OccupationRisk) -> list[str]:
    """Return risk, AI capability, sources and caveats of an occupation, one per line."""
    sources = sorted({task.time_share_source or "" for task in result.tasks})
    lines = [
        f"Risk: {percent(result.risk)} ({interval(result.risk_interval)} at "
        f"{percent(result.confidence)} confidence) · {result.tier} · "
        f"{percent(result.high_risk_time_share)} of time in high-risk tasks",
        f"AI capability: {percent(result.ai_capability)} "
        f"({interval(result.ai_capability_interval)})",
        f"Source of time shares: {', '.join(sources)} · Reference: {result.reference}",
    ]
    if result.out_of_scope_time_share:
        lines.append(
            f"{percent(result.out_of_scope_time_share)} of time is in tasks unlike the reference; "
            "their scores have little support."
        )
    return lines


def evidence_lines(task: TaskRisk) -> list[str]:
    """Return the most similar reference tasks of a task, with similarity and outcomes."""
    lines = [f"Evidence for: {task.task}"]
    for neighbour in task.neighbours[:_MAX_NEIGHBORS]:
        lines.append(f"  {neighbour.similarity:.2f}  {neighbour.text}")
        lines.append(f"        {neighbour.occupation} · {_outcomes(neighbour.outcomes)}")
    if task.known_outcomes:
        known = _outcomes(task.known_outcomes)
        lines.append(f"  Rated in the reference (not used for this estimate): {known}")
    return lines


def _outcomes(outcomes: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {percent(value)}" for name, value in outcomes.items())
