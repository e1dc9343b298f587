"""Score one part of a batch run: read its rows, score them, and write them with their scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.batch.output_folder import OutputFolder
from engine.batch.plan import Part, Settings, open_parquet
from engine.batch.rejects import Reject, write_rejects
from engine.risk_engine import RiskEngine
from engine.scoring.table import ScoreTable
from engine.utils.atomic_write import atomic_file

_BLOCK_ROWS = 4_096
"""Rows scored at a time."""

_GROUP_BYTES = 64 << 20
"""Scored rows are written as a row group when they reach this size in memory."""


@dataclass(frozen=True)
class PartResult:
    """Numbers of scored and rejected rows of a part.

    Attributes:
        part: number of the part.
        scored: number of scored rows.
        rejected: number of rejected rows.
    """

    part: int
    scored: int
    rejected: int


class PartScorer:
    """Scores parts with one engine.

    Args:
        settings: settings of the run.
        output: output folder of the run.
    """

    def __init__(self, settings: Settings, output: Path) -> None:
        self._settings = settings
        self._output = OutputFolder(output)
        self._engine = RiskEngine.load(
            settings.engine,
            allow_encoder=settings.allow_encoder,
            confidence=settings.confidence,
        )

    def __call__(self, part: Part) -> PartResult:
        """Score a part and write its file atomically; scoring it again writes the same.

        Raises:
            OSError: if a file cannot be written.
        """
        rejects: list[Reject] = []
        with atomic_file(self._output.scores(part)) as path:
            with open_parquet(part.path) as file:
                schema = self._scored(file.schema_arrow.empty_table(), part, 0, rejects).schema
                tables = (
                    self._scored(block, part, first, rejects)
                    for first, block in _read_blocks(file, part, rejects)
                )
                scored = _write_tables(path, schema, tables)
            # Written before the scores, which mark the part as complete.
            write_rejects(self._output.rejects(part.file_name), rejects)
        return PartResult(part.number, scored, sum(reject.rows for reject in rejects))

    def _scored(self, block: pa.Table, part: Part, first: int, rejects: list[Reject]) -> pa.Table:
        """Return the valid rows of a block with their scores; add the others to ``rejects``.

        Args:
            first: row of the file at which the block begins, from 0.
        """
        texts = _values(block[self._settings.text_column])
        codes = None
        if self._settings.soc_column is not None:
            codes = [str(code or "") for code in _values(block[self._settings.soc_column])]
        scores = self._engine.score_table(texts, codes)
        rejects += [
            Reject(
                file=part.source,
                row=first + position + 1,
                rows=1,
                reason=reason,
                text=None if texts[position] is None else str(texts[position]),
            )
            for position, reason in scores.faults.items()
        ]
        return _with_scores(block, scores)


def _with_scores(block: pa.Table, scores: ScoreTable) -> pa.Table:
    kept = block.replace_schema_metadata(None)
    if len(scores.rows) < block.num_rows:
        kept = kept.take(pa.array(scores.rows))
    for name, values in scores.columns.items():
        kind = pa.string() if values.dtype == object else None
        kept = kept.append_column(name, pa.array(values, kind))
    return kept


def _write_tables(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    """Write tables as one Parquet file, in large row groups; return the number of rows."""
    rows = 0
    pending: list[pa.Table] = []
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            rows += table.num_rows
            pending.append(table)
            if sum(table.nbytes for table in pending) >= _GROUP_BYTES:
                writer.write_table(pa.concat_tables(pending))
                pending = []
        if pending:
            writer.write_table(pa.concat_tables(pending))
    return rows


def _read_blocks(
    file: pq.ParquetFile, part: Part, rejects: list[Reject]
) -> Iterator[tuple[int, pa.Table]]:
    """Yield (first row in the file, rows) of a part; add unreadable rows to ``rejects``."""
    end, start = part.first + part.rows, 0
    for group in range(file.num_row_groups):
        count = file.metadata.row_group(group).num_rows
        at, stop = start, min(start + count, end)
        start += count
        if stop <= max(at, part.first):
            continue
        try:
            for batch in file.iter_batches(_BLOCK_ROWS, row_groups=[group]):
                skip, room = max(part.first - at, 0), min(stop - at, batch.num_rows)
                if skip < room:
                    yield at + skip, pa.Table.from_batches([batch.slice(skip, room - skip)])
                at += batch.num_rows
                if at >= stop:
                    break
        except (OSError, pa.ArrowException) as error:
            at = max(at, part.first)
            reason = f"the Parquet data is damaged ({str(error)[:200]})"
            rejects.append(
                Reject(file=part.source, row=at + 1, rows=stop - at, reason=reason, text=None)
            )


def _values(column: pa.ChunkedArray) -> list[object]:
    """Values of a text column; cells that are not UTF-8 stay bytes, which the engine rejects."""
    try:
        return column.to_pylist()
    except UnicodeDecodeError:
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        return [_decoded(value) for value in column.cast(pa.large_binary()).to_pylist()]


def _decoded(value: bytes | None) -> object:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return value
