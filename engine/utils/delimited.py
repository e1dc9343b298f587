"""Read text and delimited files from users, and report errors by file and line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from engine.errors import InputError, abbreviate
from engine.utils.bounded_read import MAX_FILE_BYTES, fits_in_memory, read_file

MAX_ROWS = 5_000_000
MAX_COLUMNS = 500
MAX_HEADER_CHARACTERS = 200
MAX_CELLS = 20_000_000
"""Limits of a table; a row counts with all columns of the header."""

# The reader of a cell checks its length, with a better message than that of csv.
csv.field_size_limit(MAX_FILE_BYTES)

_COMPRESSED = (
    (b"\x1f\x8b", "gzip", "unpack it with 'gunzip'"),
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook", "unpack it, or save the sheet as CSV"),
    (b"BZh", "bzip2", "unpack it with 'bunzip2'"),
    (b"\xfd7zXZ\x00", "xz", "unpack it with 'unxz'"),
    (b"\x28\xb5\x2f\xfd", "Zstandard", "unpack it with 'unzstd'"),
    (b"PAR1", "Parquet", "save it as CSV"),
)
"""Start of a file -> its format, and what to do."""

_BYTE_ORDER_MARKS = (
    (b"\xff\xfe\0\0", "UTF-32LE"),
    (b"\0\0\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
)


def read_text(path: Path, *, most: int = MAX_FILE_BYTES) -> str:
    r"""Read a UTF-8 file, with or without a byte-order mark; every line ends in ``\n``.

    Args:
        path: the file.
        most: limit in bytes.

    Raises:
        InputError: if the file is missing, unreadable, too large, empty or not UTF-8 text.
    """
    return decode(read_file(path, most=most), str(path))


def decode(content: bytes, where: str) -> str:
    """Decode UTF-8 bytes as ``read_text`` does.

    Args:
        content: bytes of a file or stream.
        where: name of the source, for errors.

    Raises:
        InputError: if the content is empty or not UTF-8 text; it names the encoding or the format.
    """
    check_is_text(content, where)
    with fits_in_memory(where):
        return _decode(content, where)


def _decode(content: bytes, where: str) -> str:
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
) -> list[tuple[int, dict[str, str]]]:
    """Read the rows of a delimited file; see ``parse_table``.

    Raises:
        InputError: as ``read_text`` and ``parse_table``.
    """
    return parse_table(read_text(path), str(path), required, delimiter, quoted)


def parse_table(
    text: str, where: str, required: Iterable[str], delimiter: str = ",", quoted: bool = True
) -> list[tuple[int, dict[str, str]]]:
    """Parse delimited text with a header; blank lines are skipped.

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
        InputError: if a column is missing or duplicate, a row has more cells than the header, a
            quoted cell does not end, or the table exceeds a limit.
    """
    with fits_in_memory(where):
        return _parse(text, where, list(required), delimiter, quoted)


def _parse(
    text: str, where: str, required: list[str], delimiter: str, quoted: bool
) -> list[tuple[int, dict[str, str]]]:
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, quoting=quoting, strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    header: list[str] | None = None
    line = 1
    try:
        for number, cells in enumerate(reader):
            start, line = line, reader.line_num + 1
            if number > MAX_ROWS:
                raise InputError(f"{where} has more than {MAX_ROWS:,} rows; split it")
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
                _check_header(where, header, required)
                continue
            if (len(rows) + 1) * len(header) > MAX_CELLS:
                raise InputError(f"{where} has more than {MAX_CELLS:,} cells; split it")
            if len(cells) > len(header):
                raise InputError(
                    f"{where} line {start}: {len(cells)} cells, but the header has {len(header)}; "
                    "put text that contains the delimiter in double quotes"
                )
            cells += [""] * (len(header) - len(cells))
            named = zip(header, cells, strict=True)
            rows.append((start, {name: cell.strip() for name, cell in named}))
    except csv.Error as error:
        raise InputError(
            f"{where} line {reader.line_num}: {error}; check the double quotes on this line"
        ) from None
    return rows


def check_columns(where: str, header: Sequence[str], most: int = MAX_COLUMNS) -> None:
    """Check the number of columns and the length of their names, before anything compares them.

    Args:
        where: name of the source, for errors.
        header: names of the columns.
        most: limit of their number.

    Raises:
        InputError: if one of them exceeds its limit.
    """
    if len(header) > most:
        raise InputError(
            f"{where} has {len(header):,} columns, more than {most}; remove unused ones"
        )
    for name in header:
        if len(name) > MAX_HEADER_CHARACTERS:
            raise InputError(
                f"{where}: column name {abbreviate(name)} has {len(name):,} characters, more than "
                f"{MAX_HEADER_CHARACTERS}; shorten it"
            )


def check_is_text(content: bytes, where: str) -> None:
    """Reject what is not UTF-8 by its first bytes.

    Args:
        content: the file, or its first thousand bytes.
        where: name of the source, for errors.

    Raises:
        InputError: if they are those of another encoding or format; it says what to do.
    """
    for magic, kind, fix in _COMPRESSED:
        if content.startswith(magic):
            raise InputError(f"{where} is not text but {kind}; {fix}")
    start = content[:1_000]
    marked = (name for mark, name in _BYTE_ORDER_MARKS if start.startswith(mark))
    if found := next(marked, None) or _unmarked(start):
        raise InputError(
            f"{where} has the encoding {found}, not UTF-8; save it with encoding UTF-8, or convert "
            f"it: iconv -f {found} -t UTF-8 OLD > NEW"
        )


def _unmarked(start: bytes) -> str | None:
    """Recognize UTF-16 without a mark: of mostly Latin letters, every second byte is zero."""
    even, odd = start[::2], start[1::2]
    if odd and odd.count(0) > 0.8 * len(odd) and even.count(0) < 0.2 * len(even):
        return "UTF-16LE"
    if odd and even.count(0) > 0.8 * len(even) and odd.count(0) < 0.2 * len(odd):
        return "UTF-16BE"
    return None


def _check_header(where: str, header: list[str], required: list[str]) -> None:
    check_columns(where, header)
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
