"""Read text and delimited files from users, and report errors by file and line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from engine.errors import InputError
from engine.utils.inert_text import inert

MAX_FILE_BYTES = 256 * 1024 * 1024

MAX_COLUMNS = 500
"""Maximum number of columns of a table; every row has a cell for each."""

Row = tuple[int, dict[str, str]]
"""First line number of a row, and column -> stripped text."""

# The reader of a cell checks its length, with a better message than that of csv.
csv.field_size_limit(MAX_FILE_BYTES)


def read_bytes(path: Path) -> bytes:
    """Read the content of a file.

    Raises:
        InputError: if the file is missing, unreadable or too large.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file in it")
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(f"{path} is larger than {MAX_FILE_BYTES // 2**20} MB; split it")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; check the path") from None
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); check its permissions"
        ) from None


def read_text(path: Path) -> str:
    r"""Read a UTF-8 file, with or without a byte-order mark; every line ends in ``\n``.

    Raises:
        InputError: if the file is missing, unreadable, too large, empty or not UTF-8 text.
    """
    return decode(read_bytes(path), str(path))


def decode(content: bytes, where: str) -> str:
    """Decode UTF-8 bytes as ``read_text`` does.

    Args:
        content: bytes of a file or stream.
        where: name of the source, for errors.

    Raises:
        InputError: if the content is empty or not UTF-8 text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{where} line {line}: byte 0x{content[error.start]:02x} is not UTF-8; save the file "
            "with encoding UTF-8"
        ) from None
    if "\0" in text:
        raise InputError(f"{where} contains NUL characters; save it as UTF-8 text")
    if not text.strip():
        raise InputError(f"{where} is empty; add content or name another file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_table(
    path: Path, required: Iterable[str], delimiter: str = ",", quoted: bool = True
) -> list[Row]:
    """Read the rows of a delimited file; see ``parse_table``.

    Raises:
        InputError: as ``read_text`` and ``parse_table``.
    """
    return parse_table(read_text(path), str(path), required, delimiter, quoted)


def parse_table(
    text: str, where: str, required: Iterable[str], delimiter: str = ",", quoted: bool = True
) -> list[Row]:
    """Parse all rows of delimited text; see ``iter_table``."""
    return list(iter_table(text, where, required, delimiter, quoted))


def iter_table(
    text: str, where: str, required: Iterable[str], delimiter: str = ",", quoted: bool = True
) -> Iterator[Row]:
    """Parse delimited text with a header, one row at a time; blank lines are skipped.

    Characters that a terminal would obey are removed, see ``engine.utils.inert_text``.

    Args:
        text: the table.
        where: name of the source, for errors.
        required: columns that the header must have.
        delimiter: one character.
        quoted: False for files, such as O*NET's, that use a double quote as a plain character.

    Returns:
        for each row, its first line number and a mapping of column to stripped text; missing cells
        at the end of a row are "".

    Raises:
        InputError: at once, if a column is missing or duplicate, or there are too many; later, if a
            row has more cells than the header, or a quoted cell does not end.
    """
    rows = _cells(inert(text), where, delimiter, quoted)
    first = next(rows, None)
    if first is None:
        return iter(())
    header = [cell.strip() for cell in first[1]]
    _check_header(where, header, list(required))
    return _named(rows, header, where)


def _named(rows: Iterator[tuple[int, list[str]]], header: list[str], where: str) -> Iterator[Row]:
    for line, cells in rows:
        if len(cells) > len(header):
            raise InputError(
                f"{where} line {line}: {len(cells)} cells, but the header has {len(header)}; "
                "put text that contains the delimiter in double quotes"
            )
        cells += [""] * (len(header) - len(cells))
        named = zip(header, cells, strict=True)
        yield line, {name: cell.strip() for name, cell in named}


def _cells(text: str, where: str, delimiter: str, quoted: bool) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line number and the cells of each row that is not blank."""
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, quoting=quoting, strict=True)
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                yield start, cells
    except csv.Error as error:
        raise InputError(
            f"{where} line {reader.line_num}: {error}; check the double quotes on this line"
        ) from None


def _check_header(where: str, header: list[str], required: list[str]) -> None:
    if len(header) > MAX_COLUMNS:
        raise InputError(
            f"{where} line 1: {len(header):,} columns, more than {MAX_COLUMNS}; remove unused ones"
        )
    missing = [column for column in required if column not in header]
    if missing:
        raise InputError(
            f"{where} line 1: missing column {', '.join(missing)}; add it or rename one of: "
            f"{', '.join(header)[:200]}"
        )
    duplicates = sorted(name for name, count in Counter(header).items() if name and count > 1)
    if duplicates:
        names = ", ".join(map(repr, duplicates))[:200]
        raise InputError(f"{where} line 1: duplicate column {names}; remove one")
