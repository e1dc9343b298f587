"""Rows that could not be scored, with reasons, as Parquet files."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engine.utils.atomic_write import atomic_file

_MAX_TEXT = 200
"""Characters kept of a rejected text, enough to recognize the row."""

_GROUP = 10_000
"""Rejects held in memory before they are written."""

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
        row: number of the first row, from 1. In a CSV file, the numbers of rows that could not be
            scored leave out those that could not be read.
        rows: number of rows; above 1 if a stretch of a Parquet file cannot be read.
        reason: why the rows could not be scored.
        text: beginning of the text; None if there is none.
    """

    file: str
    row: int
    rows: int
    reason: str
    text: str | None


class RejectFile:
    """A file of rejects, which is written while they are found; it is complete after ``with``.

    No file is written, and an older one is removed, if there are no rejects. If the block raises an
    error, nothing changes.

    Attributes:
        rows: number of rejected rows so far.

    Raises:
        OSError: if the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pending: list[Reject] = []
        self._writer: pq.ParquetWriter | None = None
        self._stack = contextlib.ExitStack()
        self.rows = 0

    def __enter__(self) -> RejectFile:
        return self

    def add(self, reject: Reject) -> None:
        """Add a reject, of whose text only the beginning is kept."""
        text = None if reject.text is None else _encodable(reject.text[:_MAX_TEXT])
        self._pending.append(replace(reject, reason=_encodable(reject.reason), text=text))
        self.rows += reject.rows
        if len(self._pending) >= _GROUP:
            self._flush()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack:
            if self._writer is None and not self._pending:
                self._path.unlink(missing_ok=True)
            elif self._pending:
                self._flush()

    def _flush(self) -> None:
        if self._writer is None:
            temporary = self._stack.enter_context(atomic_file(self._path))
            self._writer = self._stack.enter_context(pq.ParquetWriter(temporary, _SCHEMA))
        rows = [asdict(reject) for reject in self._pending]
        self._writer.write_table(pa.Table.from_pylist(rows, schema=_SCHEMA))
        self._pending = []


def count_rejects(path: Path) -> int:
    """Count the rows in a file of rejects; 0 if there is no such file."""
    if not path.is_file():
        return 0
    return int(pc.sum(pq.read_table(path, columns=["rows"])["rows"]).as_py() or 0)


def first_rejects(paths: Sequence[Path]) -> list[Reject]:
    """Return a few rejects, the first ones of the first files."""
    found: list[Reject] = []
    for path in paths:
        if len(found) >= _EXAMPLES:
            break
        with pq.ParquetFile(path) as file:
            batch = next(file.iter_batches(_EXAMPLES - len(found)))
        found += [Reject(**row) for row in batch.to_pylist()]
    return found


def _encodable(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode("utf-8")
