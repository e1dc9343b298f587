"""Convert CSV files to Parquet, so that any range of rows can be read independently.

All columns stay text: a type guessed from the first rows could drop leading zeros later.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from engine.batch.columns import check_columns
from engine.batch.csv_rows import Block, CsvRows, open_csv, unreadable
from engine.batch.plan import FileState, check_unchanged
from engine.batch.rejects import Reject, RejectFile
from engine.errors import InputError
from engine.utils.atomic_write import atomic_file

_ROWS_KEY = b"rows of the CSV file"
"""Key in the metadata of a staged file: rows that Python's reader counted in the source."""


def stage_csv(source: Path, target: Path, rejects: Path, state: FileState) -> int:
    """Convert a CSV file to Parquet atomically, and write its invalid rows to ``rejects``.

    A row is invalid if it is not UTF-8, or if its number of cells differs from that of the header.
    Blank lines are not rows.

    Args:
        state: state of the source at the start of the run.

    Returns:
        The number of rows of the source, which the metadata of the target hold too.

    Raises:
        EngineError: if the source was changed.
        InputError: if the file is not UTF-8 text with a header, or its quotes are not closed.
        ReadError: if the source cannot be read.
        OSError: if a file cannot be written.
    """
    with open_csv(source) as given, atomic_file(target) as path:
        check_columns(given.names, str(source))
        schema = pa.schema([(name, pa.string()) for name in given.names])
        rows = 0
        with (
            RejectFile(rejects) as rejected,  # complete before the target, which marks it complete
            pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as writer,
        ):
            for block in given.blocks():
                rows += block.rows
                table = _read_block(block, given, source)
                for reject in _wrong_rows(block, given, source):
                    rejected.add(reject)
                valid = pa.array(list(_check_utf8(table, block, source, rejected)), pa.bool_())
                writer.write_table(table.filter(valid).cast(schema))
            writer.add_key_value_metadata({_ROWS_KEY: str(rows).encode()})
            check_unchanged(source, state, source)
    return rows


def staged_rows(path: Path) -> int | None:
    """Return the rows that the source of a staged file has; None if it must be staged again."""
    try:
        return int(pq.read_metadata(path).metadata[_ROWS_KEY])
    except (pa.ArrowInvalid, KeyError, TypeError, ValueError):
        return None


def _read_block(block: Block, given: CsvRows, source: Path) -> pa.Table:
    """Return the rows with the right number of cells; compare the two readers' numbers of rows."""
    # Numbers as names: a header with line breaks, quotes or a mark would be read differently.
    header = ",".join(map(str, range(len(given.names)))).encode() + b"\n"
    skipped: list[int | None] = []

    def skip(row: csv.InvalidRow) -> str:
        skipped.append(row.actual_columns)
        return "skip"

    content = header + block.content
    try:
        table = csv.read_csv(
            pa.BufferReader(content),
            read_options=csv.ReadOptions(block_size=len(content) + 1, use_threads=False),
            parse_options=csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
            convert_options=csv.ConvertOptions(
                column_types={str(number): pa.string() for number in range(len(given.names))},
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        raise unreadable(source, f"line {block.line} or later: {str(error)[:200]}") from None
    if table.num_rows + len(skipped) != block.rows or len(skipped) != len(block.wrong):
        raise InputError(
            f"{source}: of the {block.rows:,} rows from line {block.line} on, two readers of CSV "
            f"find {table.num_rows + len(skipped):,} and {block.rows:,}; write every cell with a "
            "quote or a line break in quotes, and quotes within it twice"
        )
    return table.rename_columns(given.names)


def _wrong_rows(block: Block, given: CsvRows, source: Path) -> Iterator[Reject]:
    for row in block.wrong:
        yield Reject(
            file=str(source),
            row=row.number,
            rows=1,
            reason=f"line {row.line} has {row.cells} cells, but the header has {len(given.names)}",
            text=row.text,
        )


def _check_utf8(
    table: pa.Table, block: Block, source: Path, rejected: RejectFile
) -> Iterator[bool]:
    """Yield for each row whether all its cells are UTF-8; reject the others."""
    try:
        table.validate(full=True)
    except pa.ArrowInvalid:
        cells = [column.cast(pa.binary()).to_pylist() for column in table.columns]
        wrong = {row.number for row in block.wrong}
        numbers = (
            number for number in range(block.first, block.first + block.rows) if number not in wrong
        )
        for number, row in zip(numbers, zip(*cells, strict=True), strict=True):
            joined = b",".join(row)
            try:
                joined.decode()
            except UnicodeDecodeError as error:
                reason = f"byte 0x{joined[error.start]:02x} is not UTF-8"
                rejected.add(
                    Reject(file=str(source), row=number, rows=1, reason=reason, text=repr(joined))
                )
                yield False
            else:
                yield True
    else:
        yield from (True for _ in range(table.num_rows))
