"""Rows that were set aside, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.utils.atomic_write import whole_file

_SHOWN = 200
"""Characters of a text that are kept to find it by."""

_SCHEMA = pa.schema(
    {
        "file": pa.string(),
        "row": pa.int64(),
        "rows": pa.int64(),
        "reason": pa.string(),
        "text": pa.string(),
    }
)


@dataclass(frozen=True, kw_only=True)
class Reject:
    """Rows that were set aside.

    Attributes:
        file: input file.
        row: first of the rows in it, from 1; of a CSV file, among its whole rows.
        rows: how many; more than one where a stretch of a file cannot be read.
        reason: what was wrong and what was expected.
        text: beginning of the text, where there is one.
    """

    file: str
    row: int
    rows: int
    reason: str
    text: str | None


def write_rejects(path: Path, rejects: Sequence[Reject]) -> None:
    """Write them as Parquet, whole or not at all; no file where there are none."""
    if not rejects:
        return
    columns = [
        [reject.file for reject in rejects],
        [reject.row for reject in rejects],
        [reject.rows for reject in rejects],
        [_encodable(reject.reason) for reject in rejects],
        [None if reject.text is None else _encodable(reject.text[:_SHOWN]) for reject in rejects],
    ]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)]
    with whole_file(path) as temporary:
        pq.write_table(pa.Table.from_arrays(arrays, schema=_SCHEMA), temporary)


def count_rejects(paths: Sequence[Path]) -> tuple[int, list[Reject]]:
    """Number of rows set aside in files of rejects, and the first few."""
    total = 0
    first: list[Reject] = []
    for path in paths:
        table = pq.read_table(path)
        total += int(sum(table["rows"].to_pylist()))
        if len(first) < 3:
            first += [Reject(**row) for row in table.slice(0, 3 - len(first)).to_pylist()]
    return total, first


def _encodable(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode("utf-8")
