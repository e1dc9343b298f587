"""The description of the data set: a Frictionless Data Package, and a codebook for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.dataset.attribution import CC_BY, Attribution
from engine.dataset.columns import Column
from engine.records.measures import WHAT_RISK_IS
from engine.version import __version__

KEYS = {"occupations": "soc_code", "tasks": "task_id", "measures": "column"}
"""Table -> its primary key."""

TITLES = {
    "occupations": "Occupations: codes, pay, outlook, and every measure, weighted by time",
    "tasks": "Tasks of the occupations, with every measure",
    "measures": "Measures: where their ratings come from",
}
"""Table -> its title."""

_LICENSES = {
    "MIT": {"name": "MIT", "path": "https://opensource.org/license/mit", "title": "MIT License"},
    CC_BY: {
        "name": "CC-BY-4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
        "title": "Creative Commons Attribution 4.0",
    },
    "CC BY": {
        "path": "https://creativecommons.org/licenses/",
        "title": "Creative Commons Attribution, version not stated",
    },
}
"""License as sources are recorded -> its entry in a data package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A written file of a table: its name, size in bytes and SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What the descriptions say.

    Attributes:
        reference: name of the reference corpus.
        fingerprint: of the engine.
        confidence: probability of the intervals.
        columns: table -> its columns.
        rows: table -> number of rows.
        files: table -> its files, the CSV first.
        sources: whose data it is.
    """

    reference: str
    fingerprint: str
    confidence: float
    columns: Mapping[str, Mapping[str, Column]]
    rows: Mapping[str, int]
    files: Mapping[str, Sequence[File]]
    sources: Sequence[Attribution]


def data_package(described: Described) -> dict[str, Any]:
    """Return the content of ``datapackage.json`` (Frictionless Data Package, version 1)."""
    return {
        "profile": "data-package",
        "name": f"occupation-risk-{_slug(described.reference)}",
        "title": f"Occupation risk, {described.reference} reference",
        "description": WHAT_RISK_IS,
        "version": __version__,
        "engine": described.fingerprint,
        "confidence": described.confidence,
        "licenses": _licenses(described.sources),
        "sources": [_source(one) for one in described.sources],
        "resources": [_resource(described, table) for table in described.columns],
    }


def _resource(described: Described, table: str) -> dict[str, Any]:
    """Describe a table; the Parquet file, which holds the same rows, is an alternate."""
    csv, *others = described.files[table]
    schema: dict[str, Any] = {
        "fields": [
            {
                "name": name,
                "type": column.type,
                "description": column.description,
                **({"constraints": dict(column.constraints)} if column.constraints else {}),
            }
            for name, column in described.columns[table].items()
        ],
        "primaryKey": KEYS[table],
    }
    if table == "tasks":
        reference = {"resource": "occupations", "fields": "soc_code"}
        schema["foreignKeys"] = [{"fields": "soc_code", "reference": reference}]
    return {
        "profile": "tabular-data-resource",
        "name": table,
        "title": TITLES[table],
        **_written(csv, "csv"),
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
        "alternates": [_written(file, "parquet") for file in others],
    }


def _written(file: File, format_name: str) -> dict[str, Any]:
    return {
        "path": file.name,
        "format": format_name,
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
    }


def _licenses(sources: Sequence[Attribution]) -> list[dict[str, str]]:
    """Return the licenses of all sources, each once."""
    used = dict.fromkeys(one.license for one in sources)
    return [_LICENSES[name] for name in used if name in _LICENSES]


def _source(one: Attribution) -> dict[str, str]:
    return {"title": one.title, **({"path": one.path} if one.path else {})}


def _slug(name: str) -> str:
    """Write a name as data packages want it: lower case, without spaces."""
    kept = (letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower())
    return "".join(kept).strip("-") or "own"


def codebook(described: Described) -> str:
    """Return the codebook, in Markdown: what each column says, and whose data it is."""
    lines = [
        f"# Occupation risk, {described.reference} reference",
        "",
        WHAT_RISK_IS,
        "",
        f"Made with version {__version__} of the occupation risk engine, fingerprint "
        f"`{described.fingerprint}`. Intervals have a confidence of {described.confidence:g}. "
        "Shares and measures are from 0 to 1; an empty cell means unknown.",
        "",
        "The CSV and the Parquet file of a table hold the same rows. In the CSV, a text that a "
        "spreadsheet would run as a formula starts with an apostrophe.",
    ]
    for table, columns in described.columns.items():
        lines += [
            "",
            f"## {table}",
            "",
            f"{TITLES[table]}. {described.rows[table]:,} rows.",
            "",
            "| Column | Type | Meaning |",
            "|---|---|---|",
            *(
                f"| `{name}` | {column.type} | {_cell(column.description)} |"
                for name, column in columns.items()
            ),
        ]
    lines += [
        "",
        "## Sources and licenses",
        "",
        "| Source | License |",
        "|---|---|",
        *(f"| {_cell(_linked(one))} | {_cell(one.license)} |" for one in described.sources),
        "",
        *(f"{one.notice}\n" for one in described.sources if one.notice),
        "Name these sources where you publish the data or what you make of them.",
    ]
    return "\n".join(lines) + "\n"


def _linked(one: Attribution) -> str:
    return f"[{one.title}]({one.path})" if one.path else one.title


def _cell(text: str) -> str:
    """Escape what would end a cell or start a style in Markdown."""
    return text.replace("|", r"\|").replace("*", r"\*").replace("\n", " ")
