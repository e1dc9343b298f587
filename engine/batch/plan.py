"""What a run over files will do: which files, which rows make a part, and whether it fits what an
output folder already holds.

A part is a range of rows of one file. The plan is the same whenever the same files are given, so a
run that was cut off goes on: parts that are there are done, the others are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from engine.errors import InputError
from engine.scoring.table import column_names

ENDINGS = (".parquet", ".csv")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is asked of a run.

    Attributes:
        model: engine folder.
        text_column: column of the tasks.
        soc_column: column of SOC codes, or None.
        part_rows: rows of a part at most.
        confidence: probability of the intervals; None as the engine was built.
    """

    model: str
    text_column: str = "task"
    soc_column: str | None = None
    part_rows: int = 100_000
    confidence: float | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.part_rows <= 10_000_000:
            raise InputError(f"part_rows is {self.part_rows}: expected from 1 to 10,000,000")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A range of rows of one file.

    Attributes:
        number: of the part in the run, from 0.
        path: Parquet file to read.
        source: file it came from, as it was given.
        first: its first row in that file, from 0.
        rows: number of its rows.
    """

    number: int
    path: str
    source: str
    first: int
    rows: int

    @property
    def file_name(self) -> str:
        """Name of what is written of it."""
        return f"part-{self.number:06d}.parquet"


def find_inputs(given: str) -> list[Path]:
    """Files that a path, a folder or a pattern names, in order of name.

    Raises:
        InputError: if there are none, or one is neither Parquet nor CSV.
    """
    path = Path(given)
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.suffix.lower() in ENDINGS)
    elif path.is_file():
        found = [path]
    else:
        anchor = Path(path.anchor or ".")
        pattern = str(path.relative_to(anchor)) if path.anchor else given
        found = sorted(file for file in anchor.glob(pattern) if file.is_file())
    if not found:
        raise InputError(
            f"{given}: no file is there: expected a .parquet or .csv file, a folder of them, or a "
            "pattern in quotes such as 'jobs/*.parquet'"
        )
    for file in found:
        if file.suffix.lower() not in ENDINGS:
            raise InputError(f"{file}: expected a name ending in .parquet or .csv; convert it")
    return found


def open_parquet(path: str | Path) -> pq.ParquetFile:
    """A Parquet file, to be read in bounded memory, checksums of its pages checked.

    Raises:
        InputError: if it is none.
    """
    try:
        return pq.ParquetFile(path, buffer_size=1 << 20, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise InputError(
            f"{path} cannot be read ({_first_line(error)}): expected a Parquet file; write it "
            "again, or take it out of the input"
        ) from None


def make_parts(files: Sequence[tuple[Path, Path]], settings: Settings) -> list[Part]:
    """Parts of all files.

    Args:
        files: (Parquet file to read, file it came from).

    Raises:
        InputError: if a file cannot be read, or its columns are not those of the first.
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
                f"{source} has other columns than {files[0][1]}: expected {_shown(schema)}; found "
                f"{_shown(found)}; score them in runs of their own"
            )
        for first in range(0, rows, settings.part_rows):
            count = min(settings.part_rows, rows - first)
            parts.append(
                Part(number=len(parts), path=str(path), source=str(source), first=first, rows=count)
            )
    return parts


def check_schema(schema: pa.Schema, where: str, settings: Settings, measures: list[str]) -> None:
    """Raise ``InputError`` if what is asked for is not in a file, or would be overwritten."""
    wanted = [name for name in (settings.text_column, settings.soc_column) if name is not None]
    for name in wanted:
        if schema.names.count(name) != 1:
            raise InputError(
                f"{where} has no column {name!r}: expected one of {', '.join(schema.names)[:200]}; "
                "name it with --text-column or --soc-column"
            )
        kind = schema.field(name).type
        inner = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not (
            pa.types.is_string(inner)
            or pa.types.is_large_string(inner)
            or pa.types.is_string_view(inner)
        ):
            raise InputError(f"{where}, column {name!r} holds {kind}: expected text")
    doubled = {name for name in schema.names if schema.names.count(name) > 1}
    taken = sorted(doubled | (set(schema.names) & set(column_names(measures))))
    if taken:
        raise InputError(
            f"{where} has column {', '.join(taken)}, twice or by a name that the scores have: "
            "expected names of its own; rename it"
        )


def _shown(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} ({field.type})" for field in schema)[:300]


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
