"""Results as frame, JSON and text. Percentages exist only here and on pages."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.career_records import CareerMatch, Outlook
from engine.records import OccupationRisk, TaskRisk

if TYPE_CHECKING:
    import pandas as pd

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
    """All there is to know of the tasks of some occupations, one row a task, values in [0, 1].

    Text that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    import pandas as pd

    rows = []
    for result in results:
        for task in result.tasks_by_contribution if by_contribution else result.tasks:
            row: dict[str, Any] = {
                "soc_code": result.soc_code or "",
                "title": _inert(result.title),
                "task": _inert(task.task),
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
            row["nearest_task"] = _inert(nearest.text) if nearest else ""
            row["nearest_similarity"] = nearest.similarity if nearest else None
            rows.append(row)
    return pd.DataFrame(rows)


def match_table(matches: Sequence[CareerMatch]) -> pd.DataFrame:
    """Similar careers, one row a match; shares, risks and probabilities in [0, 1]."""
    import pandas as pd

    columns = ["soc_code", "title", "job_zone", "similarity", "risk", "risk_low", "risk_high"]
    columns += ["risk_difference", "ai_capability", "shared_tasks", "carries_over", "new_tasks"]
    columns += ["job_zone_step", "probability_safer", "median_wage", "wage_is_minimum"]
    columns += ["wage_ratio", "employment_change", "annual_openings", "outlook_code", "score"]
    rows = [
        (
            match.soc_code,
            _inert(match.title),
            match.job_zone,
            match.similarity,
            match.risk,
            *match.risk_interval,
            match.risk_difference,
            match.ai_capability,
            _inert(" | ".join(f"{pair.task} ~ {pair.matches}" for pair in match.shared_tasks)),
            match.carries_over,
            _inert(" | ".join(task.task for task in match.new_tasks)),
            match.job_zone_step,
            match.probability_safer,
            match.outlook.median_wage,
            match.outlook.wage_is_minimum,
            match.wage_ratio,
            match.outlook.employment_change,
            match.outlook.annual_openings,
            match.outlook.code,
            match.score,
        )
        for match in matches
    ]
    return pd.DataFrame(rows, columns=columns)


def _inert(text: str) -> str:
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


# JSON -----------------------------------------------------------------------------------------


def to_json(
    result: OccupationRisk | Sequence[OccupationRisk] | Sequence[CareerMatch],
    *,
    by_contribution: bool = False,
) -> str:
    """Results as JSON with the field names of the records, values in [0, 1], UTF-8 as it is."""
    plain = _plain(result)
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


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        fields = {
            field.name: _plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if field.name not in _INNER
        }
        for name in _DERIVED.get(type(value), ()):
            fields[name] = _plain(getattr(value, name))
        return fields
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value


# Text -----------------------------------------------------------------------------------------


def percent(value: float) -> str:
    """A number in [0, 1] as people read it: 0.317 -> "32 %"."""
    return f"{100 * value:.0f} %"


def interval(ends: tuple[float, float]) -> str:
    """An interval in [0, 1] as people read it: "12–55 %"."""
    return f"{100 * ends[0]:.0f}–{100 * ends[1]:.0f} %"


def to_text(
    result: OccupationRisk, *, by_contribution: bool = False, width: int = 120, color: bool = False
) -> str:
    """The scored occupation as text for a terminal: table, summary, evidence, what risk is."""
    from rich.text import Text

    console = _console(width, color)
    zone = f" · Job Zone {result.job_zone}" if result.job_zone else ""
    code = f" · SOC {result.soc_code}" if result.soc_code else ""
    console.print(Text(f"{result.title}{code}{zone}", style="bold"))
    console.print(_task_rows(result, by_contribution))
    for line in summary_lines(result):
        console.print(Text(line))
    riskiest = max(result.tasks, key=lambda task: task.risk)
    console.print()
    for line in evidence_lines(riskiest):
        console.print(Text(line))
    console.print()
    console.print(Text(WHAT_RISK_IS, style="italic"))
    return _written(console)


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
        mark = " [far from the reference]" if task.out_of_scope else ""
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
            f"{percent(result.out_of_scope_time_share)} of time is in tasks far from anything in "
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


def matches_to_text(
    title: str, matches: Sequence[CareerMatch], *, width: int = 120, color: bool = False
) -> str:
    """Similar careers as text for a terminal."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    console = _console(width, color)
    console.print(Text(f"Careers similar to {title}", style="bold"))
    if not matches:
        reason = getattr(matches, "reason", "")
        console.print(Text(f"None in the catalogue passes the filters. {reason}".rstrip()))
        return _written(console)
    table = Table(box=box.SIMPLE_HEAD, expand=True, padding=(0, 1))
    table.add_column("Occupation", ratio=4)
    for name in ("Similarity", "Carries over", "Risk", "Safer", "Wage", "Growth"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Task in common, and new", ratio=6)
    for match in matches:
        zone = f", Job Zone {match.job_zone}" if match.job_zone else ""
        shared = [f"{pair.task} ~ {pair.matches}" for pair in match.shared_tasks[:1]]
        new = [f"New: {task.task}" for task in match.new_tasks[:1]]
        table.add_row(
            Text(f"{match.title} ({match.soc_code}{zone})"),
            f"{match.similarity:.2f}",
            percent(match.carries_over),
            f"{percent(match.risk)} ({100 * match.risk_difference:+.0f})",
            percent(match.probability_safer),
            _wage(match.outlook),
            "–"
            if match.outlook.employment_change is None
            else f"{100 * match.outlook.employment_change:+.0f} %",
            Text("\n".join([*shared, *new])),
        )
    console.print(table)
    return _written(console)


def _wage(outlook: Outlook) -> str:
    if outlook.median_wage is None:
        return "–"
    return f"${outlook.median_wage:,.0f}" + (" or more" if outlook.wage_is_minimum else "")


def _console(width: int, color: bool) -> Any:
    from rich.console import Console

    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=color,
        no_color=not color,
        highlight=False,
        markup=False,
    )


def _written(console: Any) -> str:
    lines = console.file.getvalue().splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"
