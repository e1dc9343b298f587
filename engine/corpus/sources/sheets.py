"""Convert a sheet of an Excel workbook to CSV."""

from __future__ import annotations

import csv
from pathlib import Path

from engine.errors import InputError


def save_as_csv(workbook: Path, sheet: str, target: Path) -> None:
    """Write the values of a sheet as UTF-8 CSV, without the columns that have no name.

    Whole numbers are written without a decimal point, so that codes and IDs stay as they are.

    Args:
        workbook: an XLSX file, with any ending.
        sheet: name of the sheet; its first row is the header.
        target: the file to write.

    Raises:
        InputError: if the file is not a workbook or does not have the sheet.
    """
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    with workbook.open("rb") as stream:
        try:
            book = load_workbook(stream, read_only=True, data_only=True)
        except (BadZipFile, InvalidFileException, KeyError) as error:
            raise InputError(f"it is not an Excel workbook ({error})") from None
        if sheet not in book.sheetnames:
            raise InputError(f"it has no sheet {sheet!r}, only {', '.join(book.sheetnames)}")
        rows = book[sheet].iter_rows(values_only=True)
        header = next(rows, ())
        named = [position for position, name in enumerate(header) if name is not None]
        with target.open("w", encoding="utf-8", newline="") as output:
            writer = csv.writer(output, lineterminator="\n")
            writer.writerow([header[position] for position in named])
            for row in rows:
                cells = dict(enumerate(row))  # a row ends with its last value
                writer.writerow([_text(cells.get(position)) for position in named])


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
