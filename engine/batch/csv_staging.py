"""CSV files as Parquet: so that any range of rows can be read alone, and every cell stays as it is.

All columns stay text, as a type guessed from the first rows would cost leading zeros later.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from engine.batch.rejects import Reject, write_rejects
from engine.errors import InputError
from engine.utils.atomic_write import whole_file

_BLOCK_BYTES = 16 << 20
"""Bytes read at a time; no row may be longer."""


def stage(source: Path, target: Path, rejects: Path) -> None:
    """Write a CSV file as Parquet, whole or not at all; rows that are none are set aside.

    Raises:
        InputError: if it has no header or cannot be read to its end.
    """
    faulty: list[Reject] = []

    def set_aside(row: csv.InvalidRow) -> str:
        reason = f"{row.actual_columns} cells: expected {row.expected_columns}, as in the header"
        faulty.append(
            Reject(file=str(source), row=row.number, rows=1, reason=reason, text=row.text)
        )
        return "skip"

    try:
        names = _open(source, None, lambda row: "skip").schema.names
        reader = _open(source, names, set_aside)
        with (
            whole_file(target) as path,
            pq.ParquetWriter(path, reader.schema, compression="zstd") as writer,
        ):
            count = 0
            for batch in reader:
                sound = pa.array(list(_sound(batch, source, count, faulty)), pa.bool_())
                writer.write_batch(batch.filter(sound))
                count += batch.num_rows
            write_rejects(rejects, faulty)  # before the file appears, which says that it is done
    except pa.ArrowInvalid as error:
        raise InputError(
            f"{source} cannot be read ({str(error)[:200]}): expected a CSV file in UTF-8 with a "
            "header; mend the file or take it out of the input"
        ) from None


def _open(source: Path, names: list[str] | None, handler: object) -> csv.CSVStreamingReader:
    types = None if names is None else dict.fromkeys(names, pa.string())
    return csv.open_csv(
        source,
        read_options=csv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False),
        parse_options=csv.ParseOptions(newlines_in_values=True, invalid_row_handler=handler),
        convert_options=csv.ConvertOptions(
            column_types=types, strings_can_be_null=False, check_utf8=False
        ),
    )


def _sound(batch: pa.RecordBatch, source: Path, count: int, faulty: list[Reject]) -> Iterator[bool]:
    """For each row, whether all its cells are UTF-8."""
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        cells = [column.cast(pa.binary()).to_pylist() for column in batch.columns]
        for number, row in enumerate(zip(*cells, strict=True), start=count + 1):
            joined = b",".join(row)
            try:
                joined.decode()
            except UnicodeDecodeError as error:
                reason = f"byte 0x{joined[error.start]:02x} is not UTF-8: expected UTF-8 text"
                faulty.append(
                    Reject(file=str(source), row=number, rows=1, reason=reason, text=repr(joined))
                )
                yield False
            else:
                yield True
    else:
        for _ in range(batch.num_rows):
            yield True
