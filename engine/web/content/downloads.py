"""Files to take away: an occupation's tasks, and all scores, as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from engine.report.tables import inert
from engine.web.content.site import time_by_category
from engine.web.store.store import Record

_SUMMARY = (
    "soc_code",
    "title",
    "job_zone",
    "risk",
    "risk_low",
    "risk_high",
    "ai_capability",
    "high_risk_time_share",
    "tier",
    "task_count",
    "run_id",
)


def occupation_json(record: Record, careers: Sequence[Record]) -> str:
    """An occupation as it is stored, with its similar careers."""
    return json.dumps({**record, "similar": careers}, ensure_ascii=False)


_COMPARED = (
    "soc_code",
    "title",
    "job_zone",
    "risk",
    "risk_interval",
    "tier",
    "ai_capability",
    "ai_capability_interval",
    "high_risk_time_share",
    "median_wage",
)
_MOVES = ("soc_code", "carries_over", "shared_tasks", "new_tasks")


def comparison_json(record: Record, careers: Sequence[Record]) -> str:
    """What a comparison in the browser needs of an occupation, without its tasks."""
    facts = {name: record[name] for name in _COMPARED if name in record}
    moves = [{name: match[name] for name in _MOVES} for match in careers]
    categories = dict(time_by_category(record["tasks"]))
    content = facts | {"categories": categories, "similar": moves}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def tasks_csv(record: Record) -> str:
    """Tasks of a scored occupation, values in [0, 1], in the order of the page."""
    measures = list(record["tasks"][0]["estimates"])
    rows = []
    for task in record["tasks"]:
        low, high = task["risk_interval"]
        nearest = task["neighbours"][0] if task["neighbours"] else {}
        row = {
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
        }
        row |= {f"measure_{name}": task["estimates"][name]["value"] for name in measures}
        row |= {
            "nearest_task": nearest.get("text", ""),
            "nearest_similarity": nearest.get("similarity", ""),
            "run_id": record["run_id"],
        }
        rows.append(row)
    return _csv(rows, list(rows[0]))


def summary_csv(rows: Sequence[Record]) -> str:
    """All occupations, one row each; numbers are empty where there is no score."""
    return _csv([{name: row.get(name) for name in _SUMMARY} for row in rows], _SUMMARY)


def _csv(rows: Sequence[Record], columns: Sequence[str]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([inert(row[name]) for name in columns] for row in rows)
    return buffer.getvalue()
