"""Score one part of a batch run: read its rows, score them, and write them with their scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.batch.columns import plain
from engine.batch.faults import DATA_ERRORS, reading, retried
from engine.batch.output_folder import OutputFolder
from engine.batch.plan import Part, Settings, check_unchanged, open_parquet
from engine.batch.rejects import Reject, RejectFile
from engine.batch.run_record import check_engine
from engine.errors import EngineError
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


@dataclass(frozen=True, kw_only=True)
class Job:
    """What every process of a run works on.

    Attributes:
        settings: settings of the run.
        output: output folder of the run, an absolute path.
        engine_sha256: checksum of the manifest of the engine that the run began with.
    """

    settings: Settings
    output: Path
    engine_sha256: str


class PartScorer:
    """Scores parts with one engine.

    Args:
        job: of the run.

    Raises:
        EngineError: if the engine is not the one that the run began with.
    """

    def __init__(self, job: Job) -> None:
        self._settings = job.settings
        self._output = OutputFolder(job.output)
        self._engine = RiskEngine.load(job.settings.engine, confidence=job.settings.confidence)
        # After the engine is in memory: a replacement before, during or after loading is seen.
        check_engine(job.settings.engine, job.engine_sha256)

    def __call__(self, part: Part) -> PartResult:
        """Score a part and write its file atomically; scoring it again writes the same.

        Raises:
            EngineError: if the input cannot be read or was changed, or there is too little memory.
            OSError: if a file cannot be written.
        """
        try:
            return retried(lambda: self._score(part))
        except MemoryError:
            raise EngineError(
                f"not enough memory for {part.described}; completed parts are kept. Lower "
                "--workers and run the same command again to resume, or remove rows that are too "
                "large"
            ) from None

    def _score(self, part: Part) -> PartResult:
        with atomic_file(self._output.scores(part)) as path:
            # Complete before the scores, which mark the part as complete.
            with (
                RejectFile(self._output.rejects(part.file_name)) as rejected,
                open_parquet(part.path) as file,
            ):
                schema = self._scored(file.schema_arrow.empty_table(), part, 0, rejected).schema
                tables = (
                    self._scored(block, part, first, rejected)
                    for first, block in _read_blocks(file, part, rejected)
                )
                scored = _write_tables(path, schema, tables)
                check_unchanged(part.path, part.state, part.source)
            if scored + rejected.rows != part.rows:
                raise EngineError(
                    f"{part.described} has {scored:,} scored and {rejected.rows:,} rejected rows; "
                    "its file is damaged. Replace it and name a new output folder"
                )
        return PartResult(part.number, scored, rejected.rows)

    def _scored(self, block: pa.Table, part: Part, first: int, rejected: RejectFile) -> pa.Table:
        """Return the valid rows of a block with their scores; reject the others.

        Args:
            first: row of the file at which the block begins, from 0.
        """
        block = plain(block)
        texts = _values(block[self._settings.text_column])
        codes = None
        if self._settings.soc_column is not None:
            codes = [str(code or "") for code in _values(block[self._settings.soc_column])]
        scores = self._engine.score_table(texts, codes)
        for position, reason in scores.faults.items():
            text = None if texts[position] is None else str(texts[position])
            rejected.add(
                Reject(file=part.source, row=first + position + 1, rows=1, reason=reason, text=text)
            )
        return _with_scores(block, scores)


def _with_scores(block: pa.Table, scores: ScoreTable) -> pa.Table:
    kept = block if len(scores.rows) == block.num_rows else block.take(pa.array(scores.rows))
    for name, values in scores.columns.items():
        kind = pa.string() if values.dtype == object else None
        kept = kept.append_column(name, pa.array(values, kind))
    return kept


def _write_tables(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> int:
    """Write tables as one Parquet file, in large row groups; return the number of rows."""
    rows = size = 0
    pending: list[pa.Table] = []
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for table in tables:
            rows += table.num_rows
            size += table.nbytes
            pending.append(table)
            if size >= _GROUP_BYTES:
                writer.write_table(pa.concat_tables(pending))
                pending, size = [], 0
        if pending:
            writer.write_table(pa.concat_tables(pending))
    return rows


def _read_blocks(
    file: pq.ParquetFile, part: Part, rejected: RejectFile
) -> Iterator[tuple[int, pa.Table]]:
    """Yield (first row in the file, rows) of a part; reject rows whose data are damaged.

    Raises:
        ReadError: if the system cannot read the file, whatever its content.
    """
    end, start = part.first + part.rows, 0
    for group in range(file.num_row_groups):
        count = file.metadata.row_group(group).num_rows
        at, stop = start, min(start + count, end)
        start += count
        if stop <= max(at, part.first):
            continue
        reason = "there are fewer rows than the file says"
        try:
            for batch in _batches(file, group, part):
                skip, room = max(part.first - at, 0), min(stop - at, batch.num_rows)
                if skip < room:
                    yield at + skip, pa.Table.from_batches([batch.slice(skip, room - skip)])
                at += batch.num_rows
                if at >= stop:
                    break
        except _DamagedError as error:
            reason = str(error)
        at = max(at, part.first)
        if at < stop:
            if part.is_staged:  # the rows of the input are sound
                raise EngineError(
                    f"{part.path}, the copy of {part.source}, is damaged ({reason}); remove the "
                    "copy and run the same command again to resume"
                )
            reason = f"the Parquet data is damaged ({reason})"
            rejected.add(
                Reject(file=part.source, row=at + 1, rows=stop - at, reason=reason, text=None)
            )


class _DamagedError(Exception):
    """The data of a row group are damaged."""


def _batches(file: pq.ParquetFile, group: int, part: Part) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a row group; errors of whoever takes them are not taken for damage."""
    batches = file.iter_batches(_BLOCK_ROWS, row_groups=[group])
    while True:
        try:
            with reading(part.source):
                batch = next(batches, None)
        except DATA_ERRORS as error:
            raise _DamagedError(str(error)[:200]) from None
        if batch is None:
            return
        yield batch


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
