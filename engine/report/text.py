"""Scored occupations as text for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.records import codes, rubric
from engine.records.measures import Source
from engine.records.occupation_views import FRAME_COLUMNS
from engine.records.results import OccupationRisk
from engine.records.task_risk import TaskRisk
from engine.report.evidence import caveat_lines, evidence_lines
from engine.report.formatting import interval, percent, rated_words, three_parts_words
from engine.report.terminal import TerminalText, new_table


def to_text(
    *results: OccupationRisk,
    width: int = 120,
    color: bool = False,
    every_task: bool = False,
    explain: bool = True,
) -> str:
    """Return scored occupations as text for a terminal.

    Each has a table of its tasks, a summary and the evidence for its task of highest risk.

    Args:
        results: one or more scored occupations.
        width: columns of the terminal.
        color: use colors and styles.
        every_task: give the evidence for every task.
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
        riskiest = max(result.tasks, key=lambda task: task.risk)
        for task in result.tasks if every_task else (riskiest,):
            text.line()
            for line in evidence_lines(task):
                text.line(line)
    return text.finish(explain=explain)


def heading(result: OccupationRisk) -> str:
    """Return title, code and job zone of an occupation on one line."""
    code = f" · {codes.written(result.soc_code)}" if result.soc_code else ""
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
        marks = "".join(f" [{mark}]" for mark in scope_marks(task))
        table.add_row(
            Text(task.task + marks),
            Text(task.category),
            percent(task.ai_capability),
            f"{percent(task.risk)} ({interval(task.risk_interval)})",
            percent(task.time_share or 0.0),
        )
    return table


def scope_marks(task: TaskRisk) -> list[str]:
    """Return what a reader must know of a task before its score."""
    marks = {"not work?": task.out_of_scope, "unlike the reference": task.unlike_reference}
    return [mark for mark, applies in marks.items() if applies]


def summary_lines(result: OccupationRisk) -> list[str]:
    """Return the figures of an occupation, their sources and their caveats, one per line."""
    sources = sorted({task.time_share_source or "" for task in result.tasks})
    lines = [
        f"Risk: {percent(result.risk)} ({interval(result.risk_interval)} at "
        f"{percent(result.confidence)} confidence) · {result.tier} · "
        f"{percent(result.high_risk_time_share)} of time in high-risk tasks",
        f"AI capability: {percent(result.ai_capability)} "
        f"({interval(result.ai_capability_interval)})",
        f"Working time: {three_parts_words(result.can_take_over, result.can_help)}",
        *_rated_lines(result),
        *caveat_lines(result),
        f"Source of time shares: {', '.join(sources)} · Reference: {result.reference}"
        f"{_dates(result.sources)}",
        *_rater_lines(result),
    ]
    if result.unlike_reference_time_share:
        lines.append(
            f"{percent(result.unlike_reference_time_share)} of time is in tasks unlike the "
            "reference; their scores have little support."
        )
    if result.out_of_scope_time_share:
        lines.append(
            f"{percent(result.out_of_scope_time_share)} of time is in texts that do not read like "
            "work; check them."
        )
    return lines


def _rated_lines(result: OccupationRisk) -> list[str]:
    """Return the known ratings of an occupation beside its estimates; nothing if it has none."""
    known = result.known_outcomes
    parts = []
    if rubric.RISK_MEASURE in known:
        words = rated_words(known[rubric.RISK_MEASURE], result.risk)
        parts.append(f"risk {words} (tier {result.rated_tier}, estimated {result.tier})")
    if rubric.CAPABILITY_MEASURE in known:
        words = rated_words(known[rubric.CAPABILITY_MEASURE], result.ai_capability)
        parts.append(f"AI capability {words}")
    return [f"Known ratings (not used for these estimates): {'; '.join(parts)}"] if parts else []


def _rater_lines(result: OccupationRisk) -> list[str]:
    """Say whose ratings the risk follows; nothing if the rater is unknown."""
    source = result.sources.get(rubric.RISK_MEASURE)
    if source is None or not source.rater:
        return []
    when = f", {source.date}" if source.date else ""
    return [f"Risk as rated by: {source.rater} ({source.title}{when})"]


def _dates(sources: Mapping[str, Source]) -> str:
    """Write the dates of the oldest and the newest ratings, as the end of a sentence."""
    dates = sorted({source.date for source in sources.values() if source.date})
    if not dates:
        return ""
    return f", rated {dates[0]}" + (f" to {dates[-1]}" if len(dates) > 1 else "")
