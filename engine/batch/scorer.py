"""One part of a run: read, scored, written. The same for every engine that runs parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.batch.output_folder import Output
from engine.batch.plan import Part, Settings, open_parquet
from engine.batch.rejects import Reject, write_rejects
from engine.risk_engine import RiskEngine
from engine.scoring.table import ScoreTable
from engine.utils.atomic_write import whole_file

_BLOCK_ROWS = 4_096
"""Rows scored at a time."""

_GROUP_BYTES = 64 << 20
"""Bytes after which scored rows are written out as a row group."""


@dataclass(frozen=True)
class Outcome:
    """Rows of a part that were scored and set aside."""

    part: int
    scored: int
    rejected: int


class PartScorer:
    """Scores parts with one engine.

    Args:
        settings: of the run.
        output: folder of the run.
    """

    def __init__(self, settings: Settings, output: Path) -> None:
        self._settings = settings
        self._output = Output(output)
        self._engine = RiskEngine.load(settings.model, confidence=settings.confidence)

    def __call__(self, part: Part) -> Outcome:
        """Score a part and write it, whole or not at all; done again, it gives the same.

        Raises:
            OSError: if it cannot be written.
        """
        rejects: list[Reject] = []
        scored = 0
        with whole_file(self._output.scores(part)) as path:
            pending: list[pa.Table] = []
            with open_parquet(part.path) as file:
                empty = self._scored(file.schema_arrow.empty_table())
                with pq.ParquetWriter(path, empty.schema, compression="zstd") as writer:
                    for row, block in _blocks(file, part, rejects):
                        table, faults = self._split(block)
                        rejects += [
                            Reject(
                                file=part.source,
                                row=row + position + 1,
                                rows=1,
                                reason=reason,
                                text=text,
                            )
                            for position, (reason, text) in faults
                        ]
                        pending.append(table)
                        scored += table.num_rows
                        if sum(table.nbytes for table in pending) >= _GROUP_BYTES:
                            writer.write_table(pa.concat_tables(pending))
                            pending = []
                    if pending:
                        writer.write_table(pa.concat_tables(pending))
            # Before the scores appear, which says that the part is done.
            write_rejects(self._output.rejects(part.file_name), rejects)
        return Outcome(part.number, scored, sum(reject.rows for reject in rejects))

    def _split(self, block: pa.Table) -> tuple[pa.Table, list[tuple[int, tuple[str, str | None]]]]:
        """The rows that could be scored, with their scores; and the others with reason and text."""
        texts = _values(block[self._settings.text_column])
        codes = None
        if self._settings.soc_column is not None:
            codes = [str(code or "") for code in _values(block[self._settings.soc_column])]
        scores = self._engine.score_table(texts, codes)
        faults = [
            (position, (reason, None if texts[position] is None else str(texts[position])))
            for position, reason in scores.faults.items()
        ]
        return _joined(block, scores), faults

    def _scored(self, block: pa.Table) -> pa.Table:
        return self._split(block)[0]


def _joined(block: pa.Table, scores: ScoreTable) -> pa.Table:
    kept = block.replace_schema_metadata(None)
    if len(scores.rows) < block.num_rows:
        kept = kept.take(pa.array(scores.rows))
    for name, values in scores.columns.items():
        kind = pa.string() if values.dtype == object else None
        kept = kept.append_column(name, pa.array(values, kind))
    return kept


def _blocks(
    file: pq.ParquetFile, part: Part, rejects: list[Reject]
) -> Iterator[tuple[int, pa.Table]]:
    """(first row in the file, rows) of a part; what cannot be read is set aside."""
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
            reason = f"cannot be read ({str(error)[:200]}): expected whole Parquet pages"
            rejects.append(
                Reject(file=part.source, row=at + 1, rows=stop - at, reason=reason, text=None)
            )


def _values(column: pa.ChunkedArray) -> list[object]:
    try:
        return column.to_pylist()
    except UnicodeDecodeError:  # some cell is not UTF-8; bytes are told as what they are
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        return [_decoded(value) for value in column.cast(pa.large_binary()).to_pylist()]


def _decoded(value: bytes | None) -> object:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return value
