"""Files to download: an occupation as CSV or JSON, and the key figures of all occupations."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd

from engine.records.measures import BARRIERS
from engine.report import tables
from engine.web.content.site import OUTLOOK
from engine.web.store.store import Record

_SUMMARY_COLUMNS = (
    "soc_code",
    "title",
    "job_zone",
    "risk",
    "risk_low",
    "risk_high",
    "rated_risk",
    "ai_capability",
    "high_risk_time_share",
    "tier",
    *(f"{barrier}{end}" for barrier in BARRIERS for end in ("", "_low", "_high")),
    *OUTLOOK,
    "task_count",
    "run_id",
)


def occupation_json(record: Record, matches: Sequence[Record]) -> str:
    """An occupation as stored, with its similar careers."""
    return json.dumps({**record, "similar": matches}, ensure_ascii=False)


def tasks_csv(record: Record) -> str:
    """Tasks of a scored occupation as ``report.tables.task_table``, with their run."""
    return tables.csv_text(tables.stored_task_table([record]).assign(run_id=record["run_id"]))


def summary_csv(rows: Sequence[Record]) -> str:
    """Key figures of all occupations, values in [0, 1]; empty where there is no score."""
    columns = list(_SUMMARY_COLUMNS)
    # A column with a missing value would turn its integers into floats.
    table = pd.DataFrame(
        [[row.get(name) for name in columns] for row in rows], columns=columns, dtype=object
    )
    return tables.csv_text(table)
