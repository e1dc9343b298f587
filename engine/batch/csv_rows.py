"""Read a CSV file as blocks of whole rows, and count its rows.

Python's reader finds where rows end. Arrow's reader of whole files does not serve here: where a row
crosses from one block to the next, it may lose a character or split the row. It is exact for blocks
of whole rows, and several times faster at their cells.
"""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from engine.batch.faults import reading
from engine.errors import InputError
from engine.utils.bounded_read import MAX_FILE_BYTES
from engine.utils.delimited import check_is_text  # the module also raises csv's limit on a cell

_BLOCK_BYTES, _BLOCK_ROWS = 16 << 20, 200_000
"""A block ends with the row that reaches one of these."""

_MAX_ROW_BYTES, _MAX_ROW_LINES = min(16 << 20, MAX_FILE_BYTES), 100_000
"""An open quote would otherwise read the rest of a file of any size into memory."""

_BOM, _START_BYTES = b"\xef\xbb\xbf", 1_000


@dataclass(frozen=True, kw_only=True)
class WrongRow:
    """A row whose number of cells is not that of the header.

    Attributes:
        number: number of the row, from 1, without the header and blank lines.
        line: line of the file where it begins, from 1.
        cells: number of its cells.
        text: the row.
    """

    number: int
    line: int
    cells: int
    text: str


@dataclass(kw_only=True)
class Block:
    """Consecutive whole rows.

    Attributes:
        first: number of the first row, from 1.
        line: line where it begins, from 1.
        rows: number of rows, blank lines not counted.
        wrong: rows among them with another number of cells than the header.
        content: the bytes of the rows.
    """

    first: int
    line: int
    rows: int = 0
    wrong: list[WrongRow] = field(default_factory=list)
    content: bytes = b""


class CsvRows:
    """The header and the rows of a CSV file. ``open_csv`` makes one.

    Attributes:
        names: the cells of the header.
    """

    def __init__(self, source: Path, stream: BinaryIO) -> None:
        self._source = source
        # One character for each byte: a separator is the same byte in every encoding like UTF-8.
        text = io.TextIOWrapper(stream, encoding="latin-1", newline="")
        self._lines = _Lines(source, text)
        self._reader = csv.reader(self._lines)
        self.names = self._header()

    def blocks(self) -> Iterator[Block]:
        """Yield all rows, once.

        Raises:
            InputError: if the file ends in a quoted cell, or a quote seems to be missing.
            ReadError: if the file cannot be read.
        """
        block, taken, size, row = Block(first=1, line=self._lines.next), list[str](), 0, 0
        while (found := self._next_row()) is not None:
            cells, line, lines = found
            row += 1
            block.rows += 1
            taken += lines
            size += sum(map(len, lines))
            if cells != len(self.names):
                text = "".join(lines).encode("latin-1").decode(errors="replace").rstrip("\r\n")
                block.wrong.append(WrongRow(number=row, line=line, cells=cells, text=text))
            if size >= _BLOCK_BYTES or block.rows >= _BLOCK_ROWS:
                block.content = "".join(taken).encode("latin-1")
                yield block
                block, taken, size = Block(first=row + 1, line=self._lines.next), [], 0
        block.content = "".join(taken).encode("latin-1")
        yield block

    def _header(self) -> list[str]:
        for cells in self._reader:
            line, lines = self._lines.take()
            if not cells:
                continue
            self._check_quotes(line, lines)
            try:
                names = [cell.encode("latin-1").decode() for cell in cells]
            except UnicodeDecodeError:
                raise unreadable(self._source, f"line {line} is not UTF-8") from None
            if any("\0" in name for name in names):
                raise unreadable(self._source, "it has NUL bytes")
            return names
        raise unreadable(self._source, "it has no rows")

    def _next_row(self) -> tuple[int, int, list[str]] | None:
        """Return number of cells, line and lines of the next row; None at the end."""
        for cells in self._reader:
            line, lines = self._lines.take()
            if cells:
                self._check_quotes(line, lines)
                return len(cells), line, lines
        return None

    def _check_quotes(self, line: int, lines: list[str]) -> None:
        """Refuse a row in which an unclosed quote has probably merged several rows."""
        if self._lines.ended:  # the reader asked for more lines to complete the row
            raise InputError(
                f"{self._source} ends inside quotes; the row that begins on line {line} opens a "
                "quote and does not close it. Close it, and write a quote within a cell twice"
            )
        if len(lines) == 1:
            return
        try:
            for _ in csv.reader(lines, strict=True):
                pass
        except csv.Error:
            raise InputError(
                f"{self._source} lines {line} to {line + len(lines) - 1}: a cell in quotes runs "
                "over several lines, and text follows its closing quote, so rows may be merged. "
                f"Close the quote that line {line} opens, or write a quote within a cell twice"
            ) from None


class _Lines:
    """The lines of a file, for a reader that takes as many as a row needs.

    Attributes:
        next: number of the line after the last row, from 1.
        ended: whether the reader asked for a line after the last one.
    """

    def __init__(self, source: Path, stream: io.TextIOWrapper) -> None:
        self._source = source
        self._stream = stream
        self._taken: list[str] = []
        self._size = 0
        self.next = 1
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        with reading(self._source):
            line = self._stream.readline(_MAX_ROW_BYTES + 1)
        if not line:
            self.ended = True
            raise StopIteration
        self._size += len(line)
        if self._size > _MAX_ROW_BYTES or len(self._taken) >= _MAX_ROW_LINES:
            raise InputError(
                f"{self._source}: the row that begins on line {self.next} has more than "
                f"{_MAX_ROW_BYTES >> 20} MB or {_MAX_ROW_LINES:,} lines; close its quotes, or "
                "remove it"
            )
        self._taken.append(line)
        return line

    def take(self) -> tuple[int, list[str]]:
        """Return the lines since the last call, and the number of the first one."""
        line, lines = self.next, self._taken
        self.next += len(lines)
        self._taken, self._size = [], 0
        return line, lines


@contextlib.contextmanager
def open_csv(source: Path) -> Iterator[CsvRows]:
    """Open a CSV file.

    Raises:
        InputError: if it has no header, or is no UTF-8 text.
        ReadError: if it cannot be read.
    """
    with reading(source):
        stream = source.open("rb")
    with stream:
        with reading(source):
            start = stream.read(_START_BYTES)
        check_is_text(start, str(source))
        stream.seek(len(_BOM) if start.startswith(_BOM) else 0)
        yield CsvRows(source, stream)


def unreadable(source: Path, reason: str) -> InputError:
    """Return the error for a file that is not CSV."""
    return InputError(
        f"{source} is not a readable CSV file ({reason}); save it as UTF-8 with a header, or "
        "remove it from the input"
    )
