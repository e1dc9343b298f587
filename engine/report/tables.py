"""Results as tables with a column for each field, and as CSV that is safe to open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.records import rubric, serialize
from engine.records.results import OccupationRisk, WhatIf
from engine.report.formatting import barrier_words

if TYPE_CHECKING:
    import pandas as pd


def task_table(results: Sequence[OccupationRisk]) -> pd.DataFrame:
    """Return the tasks of scored occupations, one row per task; values in [0, 1].

    ``rated_risk`` is the known outcome of risk, empty if unknown; ``barriers`` are in words.
    """
    return stored_task_table([serialize.as_plain(result) for result in results])


def stored_task_table(records: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return ``task_table`` of plain records, such as those of a score store.

    Args:
        records: scored occupations as ``serialize.as_plain`` returns them.
    """
    import pandas as pd

    measures = list(
        dict.fromkeys(
            name for record in records for task in record["tasks"] for name in task["estimates"]
        )
    )
    return pd.DataFrame(
        [_task_row(record, task, measures) for record in records for task in record["tasks"]]
    )


def _task_row(
    record: Mapping[str, Any], task: Mapping[str, Any], measures: Sequence[str]
) -> dict[str, Any]:
    nearest = task["neighbours"][0] if task["neighbours"] else {}
    low, high = task["risk_interval"]
    return {
        "soc_code": record["soc_code"] or "",
        "title": record["title"],
        "task": task["task"],
        "category": task["category"],
        "ai_capability": task["ai_capability"],
        "ai_capability_level": task["ai_capability_level"],
        "risk": task["risk"],
        "risk_low": low,
        "risk_high": high,
        "time_share": task["time_share"],
        "time_share_source": task["time_share_source"],
        "novelty": task["novelty"],
        "out_of_scope": task["out_of_scope"],
        "in_reference": task["in_reference"],
        **{f"measure_{name}": task["estimates"].get(name, {}).get("value") for name in measures},
        "nearest_task": nearest.get("text", ""),
        "nearest_similarity": nearest.get("similarity"),
        "can_take_over": task["can_take_over"],
        "can_help": task["can_help"],
        "stays_human": task["stays_human"],
        "rated_risk": task["known_outcomes"].get(rubric.RISK_MEASURE),
        "barriers": _barriers(task["barriers"]),
        "unlike_reference": task["unlike_reference"],
    }


def _barriers(barriers: Mapping[str, Mapping[str, float]]) -> str:
    """Name the barriers of a task; "" if none is estimated."""
    if not barriers:
        return ""
    return barrier_words({name: estimate["value"] for name, estimate in barriers.items()})


def scenario_table(scenarios: Sequence[WhatIf]) -> pd.DataFrame:
    """Return the tasks of occupations before and after a change, one row per task.

    Time shares and risks are in [0, 1]; ``reached`` says whether the task lies within the frontier.
    """
    import pandas as pd

    rows = []
    for scenario in scenarios:
        reached = set(scenario.reached)
        for old, new in zip(scenario.before.tasks, scenario.after.tasks, strict=True):
            shares, risks = (old.time_share, new.time_share), (old.risk, new.risk)
            found = (old.task in reached) if scenario.frontier else None
            title, code = scenario.before.title, scenario.before.soc_code or ""
            rows.append((code, title, old.task, *shares, *risks, found))
    return pd.DataFrame(rows, columns=_SCENARIO_COLUMNS)


_SCENARIO_COLUMNS = [
    *("soc_code", "title", "task", "time_share_before", "time_share_after"),
    *("risk_before", "risk_after", "reached"),
]


_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""A spreadsheet may run a cell that starts with one of these (OWASP, CSV Injection)."""


def csv_text(table: pd.DataFrame) -> str:
    """Return a table as CSV in which no cell is a formula; see ``_escape``."""
    return table.map(_escape).to_csv(index=False, lineterminator="\n")


def _escape(value: object) -> object:
    """Prefix text that a spreadsheet would run with an apostrophe, which makes it plain text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
