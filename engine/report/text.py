"""Results as frame, JSON and text. Percentages exist only here and on pages."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from engine.records.results import FRAME_COLUMNS, OccupationRisk, TaskRisk
from engine.report.formatting import WHAT_RISK_IS, interval, percent

if TYPE_CHECKING:
    pass


_EVIDENCE_SHOWN = 3


def to_text(result: OccupationRisk, *, width: int = 120, color: bool = False) -> str:
    """The scored occupation as text for a terminal: table, summary, evidence, what risk is."""
    from rich.text import Text

    shown = console(width, color)
    zone = f" · Job Zone {result.job_zone}" if result.job_zone else ""
    code = f" · SOC {result.soc_code}" if result.soc_code else ""
    shown.print(Text(f"{result.title}{code}{zone}", style="bold"))
    shown.print(_task_rows(result))
    for line in summary_lines(result):
        shown.print(Text(line))
    riskiest = max(result.tasks, key=lambda task: task.risk)
    shown.print()
    for line in evidence_lines(riskiest):
        shown.print(Text(line))
    shown.print()
    shown.print(Text(WHAT_RISK_IS, style="italic"))
    return written(shown)


def _task_rows(result: OccupationRisk) -> Any:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1))
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
    """What the occupation comes to: risk, capability, time at risk, sources, reference."""
    sources = sorted({task.time_share_source or "" for task in result.tasks})
    risk = (
        f"Risk {percent(result.risk)} ({interval(result.risk_interval)} at "
        f"{percent(result.confidence)} confidence) · {result.tier} · "
        f"{percent(result.high_risk_time_share)} of time in tasks of high risk"
    )
    lines = [
        risk,
        f"AI capability {percent(result.ai_capability)} "
        f"({interval(result.ai_capability_interval)})",
        f"Time % from: {', '.join(sources)} · reference: {result.reference}",
    ]
    if result.out_of_scope_time_share:
        lines.append(
            f"{percent(result.out_of_scope_time_share)} of time is in tasks unlike anything in "
            "the reference; their scores are hardly supported"
        )
    return lines


def evidence_lines(task: TaskRisk) -> list[str]:
    """The nearest reference tasks of a task, with similarity and outcomes."""
    lines = [f"Evidence for: {task.task}"]
    for neighbour in task.neighbours[:_EVIDENCE_SHOWN]:
        outcomes = ", ".join(
            f"{name} {percent(value)}" for name, value in neighbour.outcomes.items()
        )
        lines.append(f"  {neighbour.similarity:.2f}  {neighbour.text}")
        lines.append(f"        {neighbour.occupation} · {outcomes}")
    if task.known_outcomes:
        known = ", ".join(f"{name} {percent(v)}" for name, v in task.known_outcomes.items())
        lines.append(f"  The reference holds this task itself; its outcomes, not used: {known}")
    return lines


def console(width: int, color: bool) -> Any:
    """A console that writes into memory; ``written`` reads it."""
    from rich.console import Console

    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=color,
        no_color=not color,
        highlight=False,
        markup=False,
    )


def written(shown: Any) -> str:
    """What was printed, without spaces at the ends of lines."""
    lines = shown.file.getvalue().splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"
