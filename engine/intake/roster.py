"""Read a staff list: one row per person or per job, from a file, its bytes, a frame or mappings."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import InputError, abbreviate
from engine.intake import roster_columns as columns
from engine.intake.roster_cells import Cell
from engine.intake.roster_columns import ROLE_NAMES, Columns, find_columns
from engine.intake.roster_rows import RowReader, StaffRow
from engine.intake.roster_table import (
    StaffTable,
    check_cells,
    check_size,
    parse_table,
    read_table,
)
from engine.utils.bounded_read import fits_in_memory

if TYPE_CHECKING:
    import pandas as pd

_LINES_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Roster:
    """A staff list that has been read.

    Attributes:
        rows: one per row of the list, except headers that are repeated, totals, and second copies
            of a person; ``decisions`` says how many these are.
        decisions: how the list was read, one sentence each, for people.
        columns: role, such as ``title``, -> header of the column.
        source: name of the list, for errors.
        currencies: of pay, as written; empty if unknown.
    """

    rows: tuple[StaffRow, ...]
    decisions: tuple[str, ...]
    columns: Mapping[str, str]
    source: str
    currencies: tuple[str, ...] = ()

    @property
    def has_departments(self) -> bool:
        """Whether the list has a column of departments."""
        return columns.DEPARTMENT in self.columns


def read_roster(staff: Any) -> Roster:
    """Read a staff list.

    Args:
        staff: the path of a CSV file (comma, semicolon, tab) or an Excel workbook; or a
            ``pandas.DataFrame``; or a sequence of mappings from header to value, or of job titles.
            The bytes of a file and a list that has been read are fine too.

    Raises:
        InputError: if it cannot be read, is empty, or has no column of job titles.
    """
    if isinstance(staff, Roster):
        return staff
    if isinstance(staff, (str, os.PathLike)):
        with fits_in_memory(str(staff)):
            return _understand(read_table(Path(staff)))
    if isinstance(staff, (bytes, bytearray)):
        return parse_roster(bytes(staff), "staff list")
    if hasattr(staff, "itertuples") and hasattr(staff, "columns"):
        return _understand(_of_frame(staff))
    if isinstance(staff, Sequence):
        return _understand(_of_rows(staff))
    raise InputError(
        f"{abbreviate(staff)} is not a staff list; give the path of a file, a DataFrame, or a "
        "list of mappings with 'job title'"
    )


def parse_roster(content: bytes, where: str) -> Roster:
    """Read the content of a file with a staff list; see ``read_roster``.

    Args:
        content: bytes of the file.
        where: name of the source, for errors.
    """
    with fits_in_memory(where):
        return _understand(parse_table(content, where))


def _of_frame(frame: pd.DataFrame) -> StaffTable:
    where = "the frame"
    header: list[Cell] = [str(name) for name in frame.columns]
    check_size(where, len(frame), header)
    rows: list[tuple[int, list[Cell]]] = [(1, header)]
    for number, values in enumerate(frame.itertuples(index=False, name=None), start=2):
        cells = [_plain(value) for value in values]
        check_cells(where, number, cells)
        rows.append((number, cells))
    return StaffTable(rows=rows, where=where)


def _of_rows(given: Sequence[Any]) -> StaffTable:
    where = "the staff list"
    if not given:
        raise InputError("the staff list is empty; add one row per job or person")
    header: dict[str, int] = {}
    for number, row in enumerate(given, start=1):
        if isinstance(row, str):
            header.setdefault("job title", len(header))
        elif isinstance(row, Mapping):
            for name in row:
                header.setdefault(str(name), len(header))
        else:
            raise InputError(
                f"row {number} is {abbreviate(row)}; give a job title or a mapping of header to "
                "value"
            )
        check_size(where, number, header)
    rows: list[tuple[int, list[Cell]]] = [(0, list(header))]
    for number, row in enumerate(given, start=1):
        named = {"job title": row} if isinstance(row, str) else row
        cells: list[Cell] = [""] * len(header)
        for name, value in named.items():
            cells[header[str(name)]] = _plain(value)
        check_cells(where, number, cells)
        rows.append((number, cells))
    return StaffTable(rows=rows, where=where)


def _plain(value: Any) -> Cell:
    """Return a Python value as a cell; missing values are blank, lists are one item a line."""
    if value is None or value is False or value is True:
        return "" if value is None else str(value)
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return "\n".join(str(item) for item in value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return "" if number != number else number


def _understand(table: StaffTable) -> Roster:
    found = find_columns(table)
    body = table.rows[found.first :]
    if not body:
        raise InputError(f"{table.where} has a header but no rows; add one row per job or person")
    reader = RowReader(table, found)
    decisions = [*table.decisions, *_column_decisions(table, found)]
    rows: list[StaffRow] = []
    left_out: dict[str, list[int]] = {}
    copies: Counter[tuple[Any, ...]] = Counter()
    persons = bool(found.personal)
    for line, cells in body:
        if reason := reader.not_a_job(line, cells):
            left_out.setdefault(reason, []).append(line)
            continue
        whole = tuple(cells)
        copies[whole] += 1
        if persons and copies[whole] > 1:
            left_out.setdefault("repeats a person", []).append(line)
            continue
        rows.append(reader.read(line, cells))
    decisions += [_LEFT_OUT[reason].format(_lines(lines)) for reason, lines in left_out.items()]
    repeated = sum(count - 1 for count in copies.values())
    if repeated and not persons and columns.HEADCOUNT in found.index:
        decisions.append(
            f"{_rows_words(repeated)} the same as an earlier one; all of them count. Remove them "
            "if they are copies."
        )
    elif repeated and not persons:
        decisions.append(
            f"{_rows_words(repeated)} the same as an earlier one; each counts as another person."
        )
    if not rows:
        raise InputError(f"{table.where} has no rows with jobs; add one row per job or person")
    return Roster(
        rows=tuple(rows),
        decisions=(*decisions, *reader.decisions()),
        columns=dict(found.headers),
        source=table.where,
        currencies=reader.currencies,
    )


_LEFT_OUT = {
    "blank": "Left out as blank: {}.",
    "total": "Left out as a total: {}.",
    "header": "Left out as a repeated header: {}.",
    "units": "Left out as a line of units below the header: {}.",
    "repeats a person": "Left out as a second copy of the same person: {}.",
}
"""Reason why a row is no job -> the decision that names its lines."""


def _column_decisions(table: StaffTable, found: Columns) -> list[str]:
    said = []
    if columns.TITLE in found.index and not found.headers[columns.TITLE]:
        said.append("The list has no header; every line was read as a job title.")
    else:
        used = "; ".join(f"{ROLE_NAMES[role]}: {name!r}" for role, name in found.headers.items())
        said.append(f"Columns that were read: {used}.")
    if found.first > 1:
        line = table.rows[found.first - 1][0]
        said.append(f"The header is in row {line}; what stands above it was not read as jobs.")
    if found.personal:
        names = ", ".join(map(repr, found.personal))[:300]
        said.append(f"Ignored because they are about persons: {names}.")
    if found.unused:
        said.append(f"Not used: {', '.join(map(repr, found.unused))[:300]}.")
    if columns.HEADCOUNT not in found.index:
        said.append("The list has no headcount; every row counts as one person.")
    return said


def _rows_words(count: int) -> str:
    return "1 row is" if count == 1 else f"{count:,} rows are"


def _lines(lines: Sequence[int]) -> str:
    named = ", ".join(map(str, lines[:_LINES_NAMED]))
    more = f" and {len(lines) - _LINES_NAMED:,} more" if len(lines) > _LINES_NAMED else ""
    return f"row{'s' if len(lines) > 1 else ''} {named}{more}"
