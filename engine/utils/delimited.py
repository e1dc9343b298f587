"""Reading text files that people give us, and saying exactly what is wrong with them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from engine.errors import InputError

MAX_FILE_BYTES = 256 * 1024 * 1024

csv.field_size_limit(MAX_FILE_BYTES)  # what is too long in a cell is said by what reads the cell


def read_text(path: Path) -> str:
    """Content of a UTF-8 file, with or without a byte-order mark, line ends as ``\\n``.

    Raises:
        InputError: if it is missing, a folder, empty, too large or not UTF-8.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder: expected a file; name the file inside it")
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise InputError(
                f"{path} has more than {MAX_FILE_BYTES // 2**20} MB: expected a smaller file; "
                "split it"
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path} does not exist: expected a file; check the path") from None
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}): expected a readable file; check its "
            "permissions"
        ) from None
    return decode(content, str(path))


def decode(content: bytes, where: str) -> str:
    """UTF-8 bytes as text, as ``read_text`` does with those of a file.

    Raises:
        InputError: naming ``where``, if they are empty or not UTF-8.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{where} line {line}: byte 0x{content[error.start]:02x} is not UTF-8: expected UTF-8 "
            "text; save it again with encoding UTF-8"
        ) from None
    if "\0" in text:
        raise InputError(f"{where} has NUL characters: expected text; save it again as UTF-8 text")
    if not text.strip():
        raise InputError(f"{where} is empty: expected content")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_table(
    path: Path, required: Iterable[str], delimiter: str = ",", quoted: bool = True
) -> list[tuple[int, dict[str, str]]]:
    """Rows of a delimited file; see ``parse_table`` for what is returned, and for the rest.

    Raises:
        InputError: as ``read_text`` and ``parse_table``.
    """
    return parse_table(read_text(path), str(path), required, delimiter, quoted)


def parse_table(
    text: str, where: str, required: Iterable[str], delimiter: str = ",", quoted: bool = True
) -> list[tuple[int, dict[str, str]]]:
    """Rows of delimited text as (line number, column -> stripped text); blank lines left out.

    ``quoted=False`` is for files, such as O*NET's, in which a double quote is only a character.

    Raises:
        InputError: naming ``where``, if a required column is missing, a column is named twice, or
            a row has more cells than the header.
    """
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, quoting=quoting, strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    header: list[str] | None = None
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = [cell.strip() for cell in cells]
                _check_header(where, header, list(required))
                continue
            if len(cells) > len(header):
                raise InputError(
                    f"{where} line {start}: {len(cells)} cells: expected {len(header)} as in the "
                    "header; put text with a delimiter in it into double quotes"
                )
            cells += [""] * (len(header) - len(cells))
            named = zip(header, cells, strict=True)
            rows.append((start, {name: cell.strip() for name, cell in named}))
    except csv.Error as error:
        raise InputError(
            f"{where} line {reader.line_num}: {error}: expected delimited text; check the double "
            "quotes on this line"
        ) from None
    return rows


def _check_header(where: str, header: list[str], required: list[str]) -> None:
    missing = [column for column in required if column not in header]
    if missing:
        raise InputError(
            f"{where} line 1: missing column {', '.join(missing)}: expected {', '.join(required)}; "
            f"found {', '.join(header)[:200]}"
        )
    doubled = sorted(name for name, count in Counter(header).items() if name and count > 1)
    if doubled:
        raise InputError(
            f"{where} line 1: column {', '.join(doubled)} is there twice: expected once; remove one"
        )
