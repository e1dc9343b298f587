"""Rows that could not be scored, with reasons, as Parquet files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.utils.atomic_write import atomic_file

_MAX_TEXT = 200
"""Characters kept of a rejected text, enough to recognize the row."""

_EXAMPLES = 3

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
    """One or more consecutive rows that could not be scored.

    Attributes:
        file: input file.
        row: number of the first row, from 1. In a CSV file, rows with the wrong number of cells
            are not counted.
        rows: number of rows; above 1 if a stretch of a Parquet file cannot be read.
        reason: why the rows could not be scored.
        text: beginning of the text; None if there is none.
    """

    file: str
    row: int
    rows: int
    reason: str
    text: str | None


def write_rejects(path: Path, rejects: Sequence[Reject]) -> None:
    """Write rejects to a Parquet file atomically; write nothing if there are none.

    Raises:
        OSError: if the file cannot be written.
    """
    if not rejects:
        return
    columns = [
        [reject.file for reject in rejects],
        [reject.row for reject in rejects],
        [reject.rows for reject in rejects],
        [_encodable(reject.reason) for reject in rejects],
        [
            None if reject.text is None else _encodable(reject.text[:_MAX_TEXT])
            for reject in rejects
        ],
    ]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)]
    with atomic_file(path) as temporary:
        pq.write_table(pa.Table.from_arrays(arrays, schema=_SCHEMA), temporary)


def count_rejects(paths: Sequence[Path]) -> tuple[int, list[Reject]]:
    """Count the rejected rows in files of rejects; also return the first few rejects."""
    total = 0
    examples: list[Reject] = []
    for path in paths:
        table = pq.read_table(path)
        total += int(sum(table["rows"].to_pylist()))
        missing = _EXAMPLES - len(examples)
        examples += [Reject(**row) for row in table.slice(0, missing).to_pylist()]
    return total, examples


def _encodable(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode("utf-8")
