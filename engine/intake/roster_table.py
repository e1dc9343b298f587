"""Read the cells of a staff list: delimited text of any common kind, or an Excel workbook."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Sequence, Sized
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from engine.errors import InputError
from engine.intake.roster_cells import Cell
from engine.utils.bounded_read import MAX_FILE_BYTES, read_file
from engine.utils.delimited import MAX_COLUMNS

MAX_ROWS = 1_000_000
MAX_CELLS = 20_000_000
"""Most cells of a sheet, with the empty ones before its last row and column."""

MAX_CELL_CHARACTERS = 32_767
"""Most characters of a cell, as in Excel."""

_SAMPLE_LINES = 60
"""Lines that the delimiter is chosen by."""

_MERGED = re.compile(rb'mergeCell\s[^>]{0,80}?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_DELIMITERS = (",", ";", "\t", "|")
_NO_DELIMITER = "\x1f"
_OTHER_FORMATS = (
    (b"%pdf", "a PDF document; open the list in a spreadsheet and save it as .xlsx or CSV"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Office file; save it as .xlsx without a password"),
    (b"{\\rtf", "a text document (RTF); save the list as .xlsx or CSV"),
    (b"<", "a web page or XML; open it in a spreadsheet and save it as .xlsx or CSV"),
    (b"\x89png", "a picture; type the list into a spreadsheet and save it as .xlsx or CSV"),
    (b"\xff\xd8\xff", "a picture; type the list into a spreadsheet and save it as .xlsx or CSV"),
    (b"\x1f\x8b", "a compressed file (gzip); unpack it first"),
)
"""Start of a file, in lower case -> what it is and what to do."""

_EXCEL_FAULTS = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, EOFError, OSError),
    *(zipfile.BadZipFile, zlib.error, SyntaxError, ArithmeticError, AssertionError, RuntimeError),
)
"""What openpyxl and its readers of ZIP and XML raise for a broken workbook."""

Row = tuple[int, list[Cell]]
"""Number of a line or row, from 1, and its cells."""


@dataclass(frozen=True, kw_only=True)
class StaffTable:
    """The rows of a staff list before any of it is understood.

    Attributes:
        rows: rows with any content.
        where: name of the source, for errors.
        european: cells are separated by semicolons, as programs do where the comma is the decimal
            sign.
        decisions: how the file was read, for people.
        no_value: (row number, column index) of formulas that have no stored value.
    """

    rows: Sequence[Row]
    where: str
    european: bool = False
    decisions: tuple[str, ...] = ()
    no_value: frozenset[tuple[int, int]] = frozenset()


def read_table(path: Path) -> StaffTable:
    """Read the cells of a file.

    Raises:
        InputError: if the file is missing, too large, empty, or not a table.
    """
    return parse_table(read_file(path), str(path))


def parse_table(content: bytes, where: str) -> StaffTable:
    """Read the cells of a file's content; see ``read_table``.

    Args:
        content: bytes of the file.
        where: name of the source, for errors.
    """
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, kind in _OTHER_FORMATS:
        if start.startswith(magic):
            raise InputError(f"{where} is {kind}")
    if start.startswith(b"pk\x03\x04"):
        return _parse_workbook(content, where)
    if start[:1] in (b"{", b"["):
        raise InputError(f"{where} is JSON; save the list as .xlsx or CSV, one row per job")
    return _parse_text(content, where)


# Delimited text ---------------------------------------------------------------------------------


def _parse_text(content: bytes, where: str) -> StaffTable:
    text, decisions = _decode(content, where)
    if not text.strip():
        raise InputError(f"{where} is empty; add a header and one row per job")
    skipped = 0
    named = re.match(r"\s*sep=(.)[^\n]*\n", text)
    if named:  # how Excel names the delimiter
        delimiter, skipped = named[1], text[: named.end()].count("\n")
        text = text[named.end() :]
    else:
        delimiter = _choose_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    line = 1 + skipped
    try:
        for cells in reader:
            number, line = line, reader.line_num + 1 + skipped
            if any(cell.strip() for cell in cells):
                check_size(where, len(rows) + 1, cells)
                check_cells(where, number, cells)
                rows.append((number, list(cells)))
    except csv.Error as error:
        raise InputError(
            f"{where} line {reader.line_num + skipped}: {error}; check the double quotes on this "
            "line"
        ) from None
    return StaffTable(rows=rows, where=where, european=delimiter == ";", decisions=tuple(decisions))


def _decode(content: bytes, where: str) -> tuple[str, list[str]]:
    """Return the text of a file, and how it was read if it is not UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), []
        except UnicodeDecodeError:
            raise _binary(where) from None
    try:
        text, decisions = content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        decisions = ["The file is not UTF-8; it was read as Windows-1252 (Western European)."]
    sample = text[:20_000]
    strange = sum(ord(sign) < 32 and sign not in "\t\r\n\f\v" for sign in sample)
    strange += sample.count("\ufffd")
    if "\0" in text or strange > len(sample) // 100:
        raise _binary(where)
    return text, decisions


def _binary(where: str) -> InputError:
    return InputError(f"{where} is not text and not an Excel workbook; save it as .xlsx or CSV")


def _choose_delimiter(text: str) -> str:
    """Return the delimiter that divides most lines into the same number of cells, at least two."""
    sample = "\n".join(text.splitlines()[:_SAMPLE_LINES])
    best, best_score = _NO_DELIMITER, 0.0
    for delimiter in _DELIMITERS:
        try:
            rows = list(csv.reader(io.StringIO(sample), delimiter=delimiter))
        except csv.Error:
            continue
        counts = [len(row) for row in rows if any(cell.strip() for cell in row)]
        usual = max(set(counts), key=counts.count, default=1)
        if usual < 2:
            continue
        score = counts.count(usual) / len(counts) + min(usual, 20) / 100
        if score > best_score:
            best, best_score = delimiter, score
    return best


def check_size(where: str, rows: int, columns: Sized) -> None:
    """Check a number of rows and their columns against the limits of a staff list.

    Raises:
        InputError: naming the limit that is exceeded.
    """
    if rows > MAX_ROWS:
        raise InputError(f"{where} has more than {MAX_ROWS:,} rows; split it")
    if len(columns) > MAX_COLUMNS:
        raise InputError(f"{where} has more than {MAX_COLUMNS} columns; remove unused ones")
    if rows * len(columns) > MAX_CELLS:
        raise InputError(f"{where} has more than {MAX_CELLS:,} cells; remove unused columns")


def check_cells(where: str, row: int, cells: Sequence[object]) -> None:
    """Check the length of the cells of a row.

    Raises:
        InputError: naming the row, if one has more than ``MAX_CELL_CHARACTERS``.
    """
    longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
    if longest > MAX_CELL_CHARACTERS:
        raise InputError(
            f"{where}: a cell of row {row:,} has {longest:,} characters, more than "
            f"{MAX_CELL_CHARACTERS:,}; check the double quotes, or shorten it"
        )


# Workbooks --------------------------------------------------------------------------------------


def _parse_workbook(content: bytes, where: str) -> StaffTable:
    """Read the first visible sheet with content; cells of a merged range repeat its text."""
    try:
        has_formulas = _check_archive(content, where)
        book = _load(content, values=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        read = ((sheet, *_rows(sheet, where)) for sheet in sheets)
        found = next(((sheet, rows, dates) for sheet, rows, dates in read if rows), None)
        if found is None:
            raise InputError(f"{where} is empty; add a header and one row per job")
        sheet, rows, dates = found
        formulas = _formulas(_load(content, values=False)[sheet.title]) if has_formulas else set()
    except InputError:
        raise
    except _EXCEL_FAULTS:
        raise InputError(
            f"{where} is not a readable Excel workbook; save it again as .xlsx or CSV"
        ) from None
    no_value = {cell for cell in formulas if sheet.cell(cell[0], cell[1] + 1).value is None}
    decisions = []
    if others := [other.title for other in sheets if other is not sheet]:
        named = ", ".join(map(repr, others))[:200]
        decisions.append(f"Only the sheet {sheet.title!r} was read; not {named}.")
    if with_value := len(formulas - no_value):
        decisions.append(
            f"{with_value:,} cells are formulas; they were read with the value that the "
            "spreadsheet saved."
        )
    if dates:
        decisions.append(f"{dates:,} cells are dates in the spreadsheet; they were read as dates.")
    return StaffTable(
        rows=rows, where=where, decisions=tuple(decisions), no_value=frozenset(no_value)
    )


def _check_archive(content: bytes, where: str) -> bool:
    """Check the parts of a workbook before they are parsed; return whether it has formulas."""
    has_formulas = False
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "[Content_Types].xml" not in archive.namelist():
            raise InputError(f"{where} is a ZIP archive; unpack it and name the list in it")
        if sum(info.file_size for info in archive.infolist()) > MAX_FILE_BYTES:
            raise InputError(f"{where} unpacks to more than {MAX_FILE_BYTES // 2**20} MB; split it")
        for name in archive.namelist():
            xml = archive.read(name) if name.endswith(".xml") else b""
            if b"<!DOCTYPE" in xml[:4096]:
                raise InputError(f"{where} has a document type in {name}; save it again as .xlsx")
            if _merged_cells(xml) > MAX_CELLS // 10:
                raise InputError(f"{where} merges too many cells; undo the merging in {name}")
            if name.startswith("xl/worksheets/"):
                has_formulas = has_formulas or b"<f>" in xml or b"<f " in xml
    return has_formulas


def _merged_cells(xml: bytes) -> int:
    """Return how many cells a sheet merges, without visiting each of them, as openpyxl does."""
    count = 0
    for left, top, right, bottom in _MERGED.findall(xml):
        columns = _column_number(right) - _column_number(left) + 1
        count += columns * (int(bottom) - int(top) + 1)
    return count


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _load(content: bytes, *, values: bool) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and checks that it leaves out
        return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


def _rows(sheet: Any, where: str) -> tuple[list[Row], int]:
    """Return the rows of a sheet that have content, and how many of their cells are dates."""
    if sheet.max_row * sheet.max_column > MAX_CELLS:
        raise InputError(
            f"{where}: sheet {sheet.title!r} reaches to row {sheet.max_row:,} and column "
            f"{sheet.max_column:,}; delete what is far outside the list"
        )
    repeated = _repeated(sheet)
    rows: list[Row] = []
    dates = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
        own = list(values)
        if repeated:
            own = [repeated.get((number, place), value) for place, value in enumerate(own, 1)]
        while own and own[-1] is None:
            own.pop()
        cells = [_cell(value) for value in own]
        if not any(isinstance(cell, float) or cell.strip() for cell in cells):
            continue
        check_size(where, len(rows) + 1, own)
        check_cells(where, number, cells)
        dates += sum(isinstance(value, (date, time)) for value in own)
        rows.append((number, cells))
    return rows, dates


def _repeated(sheet: Any) -> dict[tuple[int, int], str]:
    """Map the cells of merged ranges, as (row, column) from 1, to the text of their first cell.

    A number is not repeated: that of all merged rows is not that of each of them.
    """
    found = {}
    for merged in sheet.merged_cells.ranges:
        value = sheet.cell(merged.min_row, merged.min_col).value
        if isinstance(value, str) and merged.max_col - merged.min_col < MAX_COLUMNS:
            for row in range(merged.min_row, min(merged.max_row, sheet.max_row) + 1):
                for column in range(merged.min_col, merged.max_col + 1):
                    found[row, column] = value
    return found


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value)


def _formulas(sheet: Any) -> set[tuple[int, int]]:
    """Return (row number, column index from 0) of the cells that are formulas."""
    return {
        (cell.row, cell.column - 1)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
