"""Tables of the store: columns to search and sort by, and a JSON document with every field."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from engine.records import rubric
from engine.records.measures import BARRIERS

FORMAT = 5
"""Version of the tables. A change needs a step in ``versions.STEPS`` from the version before."""

METADATA = sa.MetaData()

store_format = sa.Table("store_format", METADATA, sa.Column("format", sa.Integer, primary_key=True))

occupations = sa.Table(
    "occupations",
    METADATA,
    sa.Column("soc_code", sa.String(10), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("job_zone", sa.Integer),
    sa.Column("description", sa.Text, nullable=False),
)

tasks = sa.Table(
    "tasks",
    METADATA,
    sa.Column("soc_code", sa.ForeignKey("occupations.soc_code"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("task", sa.Text, nullable=False),
)

scoring_runs = sa.Table(
    "scoring_runs",
    METADATA,
    sa.Column("run_id", sa.Integer, primary_key=True),
    sa.Column("engine_fingerprint", sa.String(64), nullable=False, index=True),
    sa.Column("reference", sa.Text, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("started", sa.String(32), nullable=False),
    sa.Column("finished", sa.String(32)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("scope", sa.Text),
)


def _run_key(*further: sa.Column[Any]) -> list[sa.Column[Any]]:
    """Columns that identify an occupation in a scoring run, then ``further``.

    The SOC code is not a foreign key: a later catalog may lack an occupation of an earlier run.
    """
    return [
        sa.Column("run_id", sa.ForeignKey("scoring_runs.run_id"), primary_key=True),
        sa.Column("soc_code", sa.String(10), primary_key=True, index=True),
        *further,
    ]


def _barrier_columns() -> list[sa.Column[Any]]:
    """Value and interval of each barrier; null if the engine does not estimate it."""
    ends = ("", "_low", "_high")
    return [sa.Column(f"{barrier}{end}", sa.Float) for barrier in BARRIERS for end in ends]


def _document_columns() -> list[sa.Column[Any]]:
    """A JSON document, and a checksum that shows whether it is as it was written."""
    return [
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("digest", sa.BigInteger, nullable=False),
    ]


def document_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """Values of ``_document_columns``."""
    text = json.dumps(document)
    return {"document": text, "digest": digest(text)}


def digest(document: str) -> int:
    """Checksum of a document; finds changes by accident, not by intent."""
    return zlib.crc32(document.encode())


occupation_scores = sa.Table(
    "occupation_scores",
    METADATA,
    *_run_key(),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("job_zone", sa.Integer),
    sa.Column("risk", sa.Float, nullable=False),
    sa.Column("risk_low", sa.Float, nullable=False),
    sa.Column("risk_high", sa.Float, nullable=False),
    sa.Column("rated_risk", sa.Float),
    sa.Column("ai_capability", sa.Float, nullable=False),
    sa.Column("high_risk_time_share", sa.Float, nullable=False),
    sa.Column("tier", sa.String(16), nullable=False),
    *_barrier_columns(),
    sa.Column("task_count", sa.Integer, nullable=False),
    *_document_columns(),
)

task_scores = sa.Table(
    "task_scores",
    METADATA,
    *_run_key(sa.Column("position", sa.Integer, primary_key=True)),
    sa.Column("task", sa.Text, nullable=False),
    sa.Column("category", sa.Text, nullable=False),
    sa.Column("risk", sa.Float, nullable=False),
    sa.Column("ai_capability", sa.Float, nullable=False),
    sa.Column("time_share", sa.Float, nullable=False),
    *_document_columns(),
)

matches = sa.Table(
    "matches",
    METADATA,
    *_run_key(sa.Column("position", sa.Integer, primary_key=True)),
    sa.Column("match_soc_code", sa.String(10), nullable=False),
    sa.Column("similarity", sa.Float, nullable=False),
    sa.Column("risk_difference", sa.Float, nullable=False),
    *_document_columns(),
)


WITH_DOCUMENTS = (occupation_scores, task_scores, matches)

SUMMARY = tuple(
    column for column in occupation_scores.c if column.name not in ("document", "digest")
)
"""Key figures of a scored occupation."""


def occupation_columns(score: Mapping[str, Any]) -> dict[str, Any]:
    """Values of ``occupation_scores`` for a scored occupation, without key and document."""
    names = ("title", "job_zone", "risk", "ai_capability", "high_risk_time_share", "tier")
    low, high = score["risk_interval"]
    values = {name: score[name] for name in names}
    return values | {
        "risk_low": low,
        "risk_high": high,
        "rated_risk": score["known_outcomes"].get(rubric.RISK_MEASURE),
        "task_count": len(score["tasks"]),
        **_barrier_values(score["barriers"]),
    }


def _barrier_values(barriers: Mapping[str, Mapping[str, float]]) -> dict[str, float | None]:
    """Values of the columns of ``_barrier_columns``."""
    values: dict[str, float | None] = {}
    for barrier in BARRIERS:
        known = barriers.get(barrier, {})
        values[barrier] = known.get("value")
        values |= {f"{barrier}_{end}": known.get(end) for end in ("low", "high")}
    return values


def task_columns(task: Mapping[str, Any]) -> dict[str, Any]:
    """Values of ``task_scores`` for a scored task, without key and document."""
    return {
        name: task[name] for name in ("task", "category", "risk", "ai_capability", "time_share")
    }
