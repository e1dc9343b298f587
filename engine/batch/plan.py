"""Plan a batch run: find the input files, check their columns, and split their rows into parts.

A part is a range of rows of one file. The same files always give the same parts, so an interrupted
run can resume: a part whose scores exist is complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.errors import InputError, first_line
from engine.scoring.table import column_names

SUFFIXES = (".parquet", ".csv")
MAX_PART_ROWS = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of a batch run.

    Attributes:
        engine: engine folder.
        allow_encoder: name of an encoder that the engine may load besides those that ship.
        text_column: column of the tasks, one task per row.
        soc_column: column of SOC codes; the reference tasks of a row's occupation are left out of
            its evidence. None if there is no such column.
        part_rows: maximum number of rows of a part, 1 to 10,000,000.
        confidence: probability of the intervals, between 0 and 1; the engine's own if None.

    Raises:
        InputError: if ``part_rows`` is out of range.
    """

    engine: str
    text_column: str = "task"
    soc_column: str | None = None
    part_rows: int = 100_000
    confidence: float | None = None
    allow_encoder: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.part_rows <= MAX_PART_ROWS:
            raise InputError(
                f"part_rows is {self.part_rows:,}; give a number from 1 to {MAX_PART_ROWS:,}"
            )


@dataclass(frozen=True, kw_only=True)
class Part:
    """A range of rows of one file.

    Attributes:
        number: number of the part in the run, from 0.
        path: Parquet file to read.
        source: input file that the rows come from; differs from ``path`` for a CSV file.
        first: first row in the file, from 0.
        rows: number of rows.
    """

    number: int
    path: str
    source: str
    first: int
    rows: int

    @property
    def file_name(self) -> str:
        """Name of the files that hold the part's scores and rejects."""
        return f"part-{self.number:06d}.parquet"


def find_inputs(source: str) -> list[Path]:
    """Find the files that a path, a folder or a pattern names, sorted by name.

    Raises:
        InputError: if there are none, or one is neither Parquet nor CSV.
    """
    path = Path(source)
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES)
    elif path.is_file():
        found = [path]
    else:
        anchor = Path(path.anchor or ".")
        pattern = str(path.relative_to(anchor)) if path.anchor else source
        found = sorted(file for file in anchor.glob(pattern) if file.is_file())
    if not found:
        raise InputError(
            f"{source}: no such file; give a .parquet or .csv file, a folder of them, or a quoted "
            "pattern such as 'jobs/*.parquet'"
        )
    for file in found:
        if file.suffix.lower() not in SUFFIXES:
            raise InputError(f"{file} is neither .parquet nor .csv; convert it")
    return found


def open_parquet(path: str | Path) -> pq.ParquetFile:
    """Open a Parquet file for reading in bounded memory, and verify the checksums of its pages.

    Raises:
        InputError: if it is not a Parquet file.
    """
    try:
        return pq.ParquetFile(path, buffer_size=1 << 20, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"{path} is not a readable Parquet file ({first_line(error)}); replace it or remove it "
            "from the input"
        ) from None


def plan_parts(files: Sequence[tuple[Path, Path]], settings: Settings) -> list[Part]:
    """Split the rows of all files into parts.

    Args:
        files: (Parquet file to read, input file that its rows come from).

    Raises:
        InputError: if a file cannot be read, or its columns are not those of the first file.
    """
    parts: list[Part] = []
    schema: pa.Schema | None = None
    for path, source in files:
        with open_parquet(path) as file:
            found, rows = file.schema_arrow.remove_metadata(), file.metadata.num_rows
        if schema is None:
            schema = found
        if not found.equals(schema):
            raise InputError(
                f"{source} and {files[0][1]} have different columns: {_described(found)}; "
                f"{_described(schema)}. Score them in separate runs"
            )
        for first in range(0, rows, settings.part_rows):
            count = min(settings.part_rows, rows - first)
            parts.append(
                Part(number=len(parts), path=str(path), source=str(source), first=first, rows=count)
            )
    return parts


def check_schema(
    schema: pa.Schema, source: str, settings: Settings, measures: Sequence[str]
) -> None:
    """Check that a file has the columns that the settings name, and none that scores would replace.

    Args:
        schema: columns of the file.
        source: the file, as error messages name it.
        measures: measures that the engine estimates.

    Raises:
        InputError: naming the file, the column and what to do.
    """
    duplicates = sorted({name for name in schema.names if schema.names.count(name) > 1})
    if duplicates:
        raise InputError(f"{source}: duplicate column {duplicates[0]!r}; rename one")
    _check_text_column(schema, source, settings.text_column, "--text-column")
    if settings.soc_column is not None:
        _check_text_column(schema, source, settings.soc_column, "--soc-column")
    taken = sorted(set(schema.names) & set(column_names(measures)))
    if taken:
        raise InputError(
            f"{source}: the scores would replace column {', '.join(taken)}; rename it in the input"
        )


def _check_text_column(schema: pa.Schema, source: str, name: str, option: str) -> None:
    if name not in schema.names:
        raise InputError(
            f"{source} has no column {name!r}, only {', '.join(schema.names)[:200]}; "
            f"name one with {option}"
        )
    kind = schema.field(name).type
    values = kind.value_type if pa.types.is_dictionary(kind) else kind
    is_text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    if not any(check(values) for check in is_text):
        raise InputError(f"{source}: column {name!r} holds {kind}; convert it to text")


def _described(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} ({field.type})" for field in schema)[:300]
