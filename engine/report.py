"""Results as frame, JSON and text. Percentages exist only here and on pages."""

from __future__ import annotations

import dataclasses
import io
import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.career_records import CareerMatch, CareerPath
from engine.records import OccupationRisk, TaskRisk

if TYPE_CHECKING:
    import pandas as pd

    from engine.comparison import Comparison

WHAT_RISK_IS = (
    "Risk is the potential of a task to be automated, learned from tasks rated by others; it is "
    "not a forecast of job loss."
)

FRAME_COLUMNS = ("Task", "Category", "AI Capability", "Risk Score", "Time %")

_EVIDENCE_SHOWN = 3


# Frames ---------------------------------------------------------------------------------------


def to_frame(result: OccupationRisk, *, by_contribution: bool = False) -> pd.DataFrame:
    """The table of an occupation page, one row a task.

    Columns: Task, Category, and AI Capability, Risk Score and Time % as percentages from 0 to 100.
    """
    import pandas as pd

    tasks = result.tasks_by_contribution if by_contribution else result.tasks
    rows = [
        (
            task.task,
            task.category,
            100 * task.ai_capability,
            100 * task.risk,
            100 * (task.time_share or 0.0),
        )
        for task in tasks
    ]
    return pd.DataFrame(rows, columns=list(FRAME_COLUMNS))


def task_table(results: Sequence[OccupationRisk], *, by_contribution: bool = False) -> pd.DataFrame:
    """All there is to know of the tasks of some occupations, one row a task, values in [0, 1]."""
    import pandas as pd

    rows = []
    for result in results:
        for task in result.tasks_by_contribution if by_contribution else result.tasks:
            row: dict[str, Any] = {
                "soc_code": result.soc_code or "",
                "title": result.title,
                "task": task.task,
                "category": task.category,
                "ai_capability": task.ai_capability,
                "ai_capability_level": task.ai_capability_level,
                "risk": task.risk,
                "risk_low": task.risk_interval[0],
                "risk_high": task.risk_interval[1],
                "time_share": task.time_share,
                "time_share_source": task.time_share_source,
                "novelty": task.novelty,
                "out_of_scope": task.out_of_scope,
                "in_reference": task.in_reference,
            }
            row |= {f"measure_{name}": value for name, value in task.measures.items()}
            nearest = task.neighbours[0] if task.neighbours else None
            row["nearest_task"] = nearest.text if nearest else ""
            row["nearest_similarity"] = nearest.similarity if nearest else None
            rows.append(row)
    return pd.DataFrame(rows)


_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What a cell begins with that spreadsheets run, or may after tidying it (OWASP, CSV Injection)."""


def inert(value: object) -> object:
    """A cell of a CSV file: text that a spreadsheet would run gets a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV for people, every cell of it inert."""
    return table.map(inert).to_csv(index=False, lineterminator="\n")


# JSON -----------------------------------------------------------------------------------------


def to_json(
    result: OccupationRisk
    | Comparison
    | Sequence[OccupationRisk]
    | Sequence[CareerMatch]
    | Sequence[CareerPath],
    *,
    by_contribution: bool = False,
) -> str:
    """Results as JSON with the field names of the records, values in [0, 1], UTF-8 as it is."""
    plain = as_plain(result)
    for item in plain if isinstance(plain, list) else [plain]:
        if by_contribution and "tasks" in item:
            item["tasks"].sort(key=lambda task: -(task["contribution"] or 0.0))
    return json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


_DERIVED = {
    OccupationRisk: (
        "risk",
        "risk_interval",
        "ai_capability",
        "ai_capability_interval",
        "high_risk_time_share",
        "out_of_scope_time_share",
        "tier",
    ),
    TaskRisk: ("risk", "risk_interval", "ai_capability", "ai_capability_interval", "contribution"),
}


_INNER = ("error", "errors")
"""Fields that are there to compute with, not to be read."""


def as_plain(result: Any, *, complete: bool = False) -> Any:
    """Results as mappings, lists and numbers, with the field names of the records.

    Args:
        complete: with the expected errors too, from which intervals at other shares of time are
            made; an error that knows no bound is None.
    """
    if isinstance(result, float):
        return result if math.isfinite(result) else None
    if result is None or isinstance(result, (str, int)):
        return result
    if isinstance(result, (dict, Mapping)):  # a test for a mapping takes longer than for a dict
        return {key: as_plain(part, complete=complete) for key, part in result.items()}
    if isinstance(result, (list, tuple)):
        return [as_plain(part, complete=complete) for part in result]
    kind: Any = type(result)
    names = _field_names(kind, complete)
    return {name: as_plain(getattr(result, name), complete=complete) for name in names}


@cache
def _field_names(kind: Any, complete: bool) -> tuple[str, ...]:
    """Fields of a record, then what is derived from them."""
    fields = [field.name for field in dataclasses.fields(kind)]
    kept = [name for name in fields if complete or name not in _INNER]
    return (*kept, *_DERIVED.get(kind, ()))


# Text -----------------------------------------------------------------------------------------


def hundredths(value: float) -> int:
    """A number in [0, 1] in whole hundredths, half rounded up as browsers do: 0.625 -> 63."""
    return math.floor(100 * value + 0.5)


def percent(value: float) -> str:
    """A number in [0, 1] as people read it: 0.317 -> "32 %"."""
    return f"{hundredths(value)} %"


def interval(ends: tuple[float, float]) -> str:
    """An interval in [0, 1] as people read it: "12–55 %"."""
    return f"{hundredths(ends[0])}–{hundredths(ends[1])} %"


def to_text(
    result: OccupationRisk, *, by_contribution: bool = False, width: int = 120, color: bool = False
) -> str:
    """The scored occupation as text for a terminal: table, summary, evidence, what risk is."""
    from rich.text import Text

    shown = console(width, color)
    zone = f" · Job Zone {result.job_zone}" if result.job_zone else ""
    code = f" · SOC {result.soc_code}" if result.soc_code else ""
    shown.print(Text(f"{result.title}{code}{zone}", style="bold"))
    shown.print(_task_rows(result, by_contribution))
    for line in summary_lines(result):
        shown.print(Text(line))
    riskiest = max(result.tasks, key=lambda task: task.risk)
    shown.print()
    for line in evidence_lines(riskiest):
        shown.print(Text(line))
    shown.print()
    shown.print(Text(WHAT_RISK_IS, style="italic"))
    return written(shown)


def _task_rows(result: OccupationRisk, by_contribution: bool) -> Any:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1))
    task_column, category_column, *numbers = FRAME_COLUMNS
    table.add_column(task_column, ratio=5, overflow="fold")
    table.add_column(category_column, ratio=3, min_width=14, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    for task in result.tasks_by_contribution if by_contribution else result.tasks:
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
