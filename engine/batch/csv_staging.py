"""Convert CSV files to Parquet, so that any range of rows can be read independently.

All columns stay text: a type guessed from the first rows could drop leading zeros later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from engine.batch.rejects import Reject, write_rejects
from engine.errors import InputError
from engine.utils.atomic_write import atomic_file

_BLOCK_BYTES = 16 << 20
"""Bytes read at a time; no row may be longer."""


def stage_csv(source: Path, target: Path, rejects: Path) -> None:
    """Convert a CSV file to Parquet atomically, and write its invalid rows to ``rejects``.

    A row is invalid if it is not UTF-8, or if its number of cells differs from that of the header.

    Raises:
        InputError: if the file has no header or cannot be read to its end.
        OSError: if a file cannot be written.
    """
    invalid: list[Reject] = []

    def reject(row: csv.InvalidRow) -> str:
        invalid.append(
            Reject(
                file=str(source),
                row=row.number,
                rows=1,
                reason=f"{row.actual_columns} cells, but the header has {row.expected_columns}",
                text=row.text,
            )
        )
        return "skip"

    try:
        names = _open(source, None, lambda row: "skip").schema.names
        reader = _open(source, names, reject)
        with (
            atomic_file(target) as path,
            pq.ParquetWriter(path, reader.schema, compression="zstd") as writer,
        ):
            count = 0
            for batch in reader:
                valid = pa.array(list(_check_utf8(batch, source, count, invalid)), pa.bool_())
                writer.write_batch(batch.filter(valid))
                count += batch.num_rows
            write_rejects(rejects, invalid)  # before the target, which marks the file as converted
    except pa.ArrowInvalid as error:
        raise InputError(
            f"{source} is not a readable CSV file ({str(error)[:200]}); save it as UTF-8 with a "
            "header, or remove it from the input"
        ) from None


def _open(
    source: Path, names: list[str] | None, handler: Callable[[csv.InvalidRow], str]
) -> csv.CSVStreamingReader:
    types = None if names is None else dict.fromkeys(names, pa.string())
    return csv.open_csv(
        source,
        read_options=csv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True, invalid_row_handler=handler),
        convert_options=csv.ConvertOptions(
            column_types=types, strings_can_be_null=False, check_utf8=False
        ),
    )


def _check_utf8(
    batch: pa.RecordBatch, source: Path, count: int, invalid: list[Reject]
) -> Iterator[bool]:
    """Yield for each row whether all its cells are UTF-8; add the others to ``invalid``."""
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        cells = [column.cast(pa.binary()).to_pylist() for column in batch.columns]
        for number, row in enumerate(zip(*cells, strict=True), start=count + 1):
            joined = b",".join(row)
            try:
                joined.decode()
            except UnicodeDecodeError as error:
                reason = f"byte 0x{joined[error.start]:02x} is not UTF-8"
                invalid.append(
                    Reject(file=str(source), row=number, rows=1, reason=reason, text=repr(joined))
                )
                yield False
            else:
                yield True
    else:
        yield from (True for _ in range(batch.num_rows))
