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

from engine.batch.faults import DATA_ERRORS, reading
from engine.errors import EngineError, InputError, first_line

SUFFIXES = (".parquet", ".csv")
MAX_PART_ROWS = 10_000_000

_MAX_FOOTER_ITEMS = 100_000
"""Maximum number of columns and of row groups of a Parquet file: each takes kilobytes of memory to
read."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of a batch run.

    Attributes:
        engine: engine folder.
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

    def __post_init__(self) -> None:
        if not 1 <= self.part_rows <= MAX_PART_ROWS:
            raise InputError(
                f"part_rows is {self.part_rows:,}; give a number from 1 to {MAX_PART_ROWS:,}"
            )


@dataclass(frozen=True, kw_only=True)
class FileState:
    """What changes when a file is replaced or modified.

    Attributes:
        bytes: size.
        modified: time of the last change, in nanoseconds since 1970.
    """

    bytes: int
    modified: int

    @classmethod
    def of(cls, path: str | Path) -> FileState:
        """Return the state of a file now.

        Raises:
            ReadError: if the system does not tell.
        """
        with reading(path):
            found = Path(path).stat()
        return cls(bytes=found.st_size, modified=found.st_mtime_ns)


@dataclass(frozen=True, kw_only=True)
class InputFile:
    """A file of a run.

    Attributes:
        path: Parquet file to read.
        source: input file that the rows come from; differs from ``path`` for a CSV file.
        state: state of ``path`` at the start of the run.
        rows: number of rows of the source, from its own count.
    """

    path: Path
    source: Path
    state: FileState
    rows: int


def check_unchanged(path: str | Path, state: FileState, source: str | Path) -> None:
    """Check that a file is still in the state that it had at the start of the run.

    Args:
        source: the file, as error messages name it.

    Raises:
        EngineError: if it was changed or replaced.
    """
    if FileState.of(path) != state:
        raise EngineError(
            f"{source} was changed during the run; completed parts are of the file as it was. "
            "Put that file back and run the same command again to resume, or name a new output "
            "folder"
        )


@dataclass(frozen=True, kw_only=True)
class Part:
    """A range of rows of one file.

    Attributes:
        number: number of the part in the run, from 0.
        path: Parquet file to read.
        source: input file that the rows come from; differs from ``path`` for a CSV file.
        state: state of ``path`` at the start of the run.
        first: first row in the file, from 0.
        rows: number of rows.
    """

    number: int
    path: str
    source: str
    state: FileState
    first: int
    rows: int

    @property
    def file_name(self) -> str:
        """Name of the files that hold the part's scores and rejects."""
        return f"part-{self.number:06d}.parquet"

    @property
    def is_staged(self) -> bool:
        """Whether ``path`` is a copy that the run made of a CSV file."""
        return Path(self.source).suffix.lower() == ".csv"

    @property
    def described(self) -> str:
        """The part and its rows, for error messages."""
        last = self.first + self.rows
        return f"part {self.number} (rows {self.first + 1:,} to {last:,} of {self.source})"


def find_inputs(source: str) -> list[Path]:
    """Find the files that a path, a folder or a pattern names, sorted by name.

    Raises:
        InputError: if there are none, or one is neither Parquet nor CSV.
    """
    path = Path(source)
    if path.is_dir():
        found = sorted(
            file
            for file in path.rglob("*")
            if file.suffix.lower() in SUFFIXES and file.is_file()  # neither a folder nor a pipe
        )
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
        ReadError: if it cannot be read.
    """
    try:
        with reading(path):
            file = pq.ParquetFile(
                path,
                buffer_size=1 << 20,
                page_checksum_verification=True,
                thrift_container_size_limit=_MAX_FOOTER_ITEMS,
            )
            _ = file.schema_arrow.names  # which may not be UTF-8
            return file
    except DATA_ERRORS as error:
        raise InputError(
            f"{path} is not a readable Parquet file of at most {_MAX_FOOTER_ITEMS:,} columns and "
            f"row groups ({first_line(error)}); replace it or remove it from the input"
        ) from None


def count_rows(file: pq.ParquetFile, source: str | Path) -> int:
    """Count the rows of a Parquet file.

    Raises:
        InputError: if its footer contradicts itself.
    """
    rows = file.metadata.num_rows
    groups = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    if sum(groups) != rows or min(groups, default=0) < 0:
        raise InputError(
            f"{source} is damaged: its footer says that it has {rows:,} rows, and its row groups "
            f"{sum(groups):,}; replace it or remove it from the input"
        )
    return rows


def plan_parts(files: Sequence[InputFile], settings: Settings) -> list[Part]:
    """Split the rows of all files into parts.

    Raises:
        InputError: if a file cannot be read, or its columns are not those of the first file.
    """
    parts: list[Part] = []
    schema: pa.Schema | None = None
    for given in files:
        with open_parquet(given.path) as file:
            found, rows = file.schema_arrow.remove_metadata(), file.metadata.num_rows
        if schema is None:
            schema = found
        if not found.equals(schema):
            raise InputError(
                f"{given.source} and {files[0].source} have different columns: "
                f"{_described(found)}; {_described(schema)}. Score them in separate runs"
            )
        for first in range(0, rows, settings.part_rows):
            parts.append(
                Part(
                    number=len(parts),
                    path=str(given.path),
                    source=str(given.source),
                    state=given.state,
                    first=first,
                    rows=min(settings.part_rows, rows - first),
                )
            )
    return parts


def _described(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} ({field.type})" for field in schema)[:300]
