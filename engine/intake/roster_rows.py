"""Read the rows of a staff list: clean their cells, and name every fault."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.errors import InputError, abbreviate
from engine.intake import roster_columns as columns
from engine.intake.roster_cells import (
    Cell,
    Decimal,
    Pay,
    decimal_sign,
    header_period,
    is_formula,
    parse_headcount,
    parse_pay,
    text_of,
)
from engine.intake.roster_columns import Columns
from engine.intake.roster_table import StaffTable
from engine.records.codes import parse_code
from engine.utils.text import BULLET, clean, text_key

MAX_TITLE_CHARACTERS = 200

_BLANK = {"", "-", "–", "—", "n/a", "na", "n.a.", "none", "null", "nan", "tbd", "tba", "k.a.", "?"}
_TOTALS = {
    *("total", "totals", "grand total", "subtotal", "sub total", "sum", "summe", "gesamt"),
    *("gesamtsumme", "zwischensumme", "insgesamt", "suma", "total general", "total generale"),
    *("totale", "totaal", "sous total", "gesamtergebnis"),
}
_TASK_END = re.compile(r"[\n\r|;•]+")
_SMALL_PAY = 1_000.0
"""A year's pay below this is a number whose unit is missing, such as 52 for 52k or for an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """A row of a staff list.

    Attributes:
        line: number of its row or line in the list.
        title: job title; "" if it has none.
        department: "" if it has none.
        headcount: number of people; 0 if the row counts nobody.
        pay: pay of one person a year, in the list's currency; None if unknown.
        location: "" if it has none.
        soc_code: SOC code that the list gives; None if it gives none, or an invalid one.
        tasks: sentences of work that the list gives.
        faults: what could not be read, one sentence each.
    """

    line: int
    title: str
    department: str = ""
    headcount: float = 1.0
    pay: float | None = None
    location: str = ""
    soc_code: str | None = None
    tasks: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


class RowReader:
    """Read the rows below a header, and keep count of what was decided.

    Args:
        table: the list; its columns of numbers show its decimal sign.
        found: the columns of the list.
    """

    def __init__(self, table: StaffTable, found: Columns) -> None:
        self._index = found.index
        self._width = max(*found.index.values(), len(found.header) - 1, 0) + 1
        self._header = found.header
        self._no_value = table.no_value
        self._counts: Counter[str] = Counter()
        self._currencies: set[str] = set()
        self._spellings: dict[str, set[str]] = {}
        body = table.rows[found.first :]
        self._first_line = body[0][0] if body else 0
        default: Decimal = "," if table.european else "."
        self._signs = {
            role: decimal_sign((row[place] for _, row in body if len(row) > place), default)
            for role in (columns.HEADCOUNT, columns.PAY)
            if (place := found.index.get(role)) is not None
        }
        self._period = header_period(found.headers.get(columns.PAY, ""))
        # Lists repeat their cells, so each distinct one is understood once.
        self._clean = lru_cache(maxsize=None)(clean)
        self._parse_headcount = lru_cache(maxsize=None)(self._read_headcount)
        self._parse_pay = lru_cache(maxsize=None)(self._read_pay)
        self._parse_soc = lru_cache(maxsize=None)(_read_soc)

    def not_a_job(self, line: int, cells: Sequence[Cell]) -> str:
        """Return why a row is no job: "blank", "total", "header" or "units"; "" for a job."""
        texts = [text for cell in cells if (text := text_of(cell))]
        if not texts:
            return "blank"
        if text_key(self._text(cells, columns.TITLE) or texts[0]) in _TOTALS:
            return "total"
        if len(texts) > 1 and texts == [text for text in self._header if text]:
            return "header"
        is_below_header = line == self._first_line and len(self._index) > 1
        if is_below_header and not self._text(cells, columns.TITLE):
            return "" if any(any(map(str.isdigit, text)) for text in texts) else "units"
        return ""

    def read(self, line: int, cells: Sequence[Cell]) -> StaffRow:
        """Return a row; faulty cells are named, and a row without a headcount counts nobody."""
        faults: list[str] = []
        if any(text_of(cell) for cell in cells[self._width :]) and self._header:
            faults.append(
                f"has {len(cells)} cells, but the header has {self._width}; put text that "
                "contains the delimiter in double quotes"
            )
        faults += [
            f"{columns.ROLE_NAMES[role]} is a formula without a saved value; open the workbook in "
            "a spreadsheet and save it"
            for role, place in self._index.items()
            if self._no_value and (line, place) in self._no_value
        ]
        department = self._text(cells, columns.DEPARTMENT)
        self._spellings.setdefault(text_key(department), set()).add(department)
        return StaffRow(
            line=line,
            title=self._title(cells, faults),
            department=department,
            headcount=self._headcount(cells, faults),
            pay=self._pay(cells, faults),
            location=self._text(cells, columns.LOCATION),
            soc_code=self._soc_code(cells, faults),
            tasks=self._tasks(cells),
            faults=tuple(faults),
        )

    @property
    def currencies(self) -> tuple[str, ...]:
        """Currencies of pay, as written."""
        return tuple(sorted(self._currencies))

    def decisions(self) -> list[str]:
        """Return what was decided for many rows, one sentence each."""
        said = [
            words.format(f"{count:,} row{'s' if count > 1 else ''}")
            for name, words in _COUNTED.items()
            if (count := self._counts[name])
        ]
        several = [sorted(forms) for forms in self._spellings.values() if len(forms) > 1]
        if several:
            said.append(
                "Departments that differ only in capitals or punctuation are one department, such "
                f"as {several[0][0]!r} and {several[0][1]!r}."
            )
        if len(self._currencies) > 1:
            said.append(
                f"Pay is in several currencies ({', '.join(self.currencies)}); nothing "
                "was converted."
            )
        return said

    # Cells --------------------------------------------------------------------------------------

    def _cell(self, cells: Sequence[Cell], role: str) -> Cell:
        place = self._index.get(role)
        return "" if place is None or place >= len(cells) else cells[place]

    def _text(self, cells: Sequence[Cell], role: str) -> str:
        text = text_of(self._cell(cells, role))
        return "" if text.casefold() in _BLANK else self._clean(text)

    def _title(self, cells: Sequence[Cell], faults: list[str]) -> str:
        title = self._text(cells, columns.TITLE)
        if not title:
            faults.append("has no job title; add one")
        elif is_formula(title):
            faults.append(f"job title {abbreviate(title)} is a formula; write its value")
        elif len(title) > MAX_TITLE_CHARACTERS:
            faults.append(
                f"job title has {len(title):,} characters; write at most {MAX_TITLE_CHARACTERS}"
            )
        elif not any(map(str.isalpha, title)):
            faults.append(f"job title {abbreviate(title)} has no letters; write it in words")
        else:
            return title
        return ""

    def _headcount(self, cells: Sequence[Cell], faults: list[str]) -> float:
        if columns.HEADCOUNT not in self._index:
            return 1.0
        cell = self._cell(cells, columns.HEADCOUNT)
        if text_of(cell).casefold() in _BLANK:
            faults.append("has no headcount and is not counted; write the number of people")
            return 0.0
        found = self._parse_headcount(cell)
        if isinstance(found, str):
            faults.append(found)
            return 0.0
        if found == 0:
            self._counts["vacant"] += 1
        return found

    def _read_headcount(self, cell: Cell) -> float | str:
        try:
            return parse_headcount(cell, self._signs[columns.HEADCOUNT])
        except InputError as error:
            return f"{error}; the row is not counted"

    def _pay(self, cells: Sequence[Cell], faults: list[str]) -> float | None:
        if columns.PAY not in self._index:
            return None
        cell = self._cell(cells, columns.PAY)
        if text_of(cell).casefold() in _BLANK:
            self._counts["no pay"] += 1
            return None
        found = self._parse_pay(cell)
        if isinstance(found, str):
            faults.append(found)
            return None
        self._counts["range"] += found.is_range
        self._counts[found.period or self._period] += 1
        if found.currency:
            self._currencies.add(found.currency)
        return found.annual

    def _read_pay(self, cell: Cell) -> Pay | str:
        try:
            found = parse_pay(cell, self._signs[columns.PAY], self._period)
        except InputError as error:
            return str(error)
        if not found.period and self._period == "year" and found.annual < _SMALL_PAY:
            return (
                f"pay {abbreviate(text_of(cell))} is too small for a year; write its unit, such as "
                "52k or 25/hr"
            )
        return found

    def _soc_code(self, cells: Sequence[Cell], faults: list[str]) -> str | None:
        text = text_of(self._cell(cells, columns.SOC_CODE))
        if text.casefold() in _BLANK:
            return None
        code, fault = self._parse_soc(text)
        if fault:
            faults.append(fault)
        return code

    def _tasks(self, cells: Sequence[Cell]) -> tuple[str, ...]:
        if columns.TASKS not in self._index:
            return ()
        parts = _TASK_END.split(text_of(self._cell(cells, columns.TASKS)))
        tasks = (BULLET.sub("", part).strip() for part in parts)
        return tuple(dict.fromkeys(task for task in tasks if task.casefold() not in _BLANK))


def _read_soc(text: str) -> tuple[str | None, str]:
    """Return a SOC or ISCO-08 code in its usual form, or what is wrong with it."""
    try:
        return parse_code(text), ""
    except InputError as error:
        return None, f"{error}; the title was used instead"


_COUNTED = {
    "vacant": "{} with headcount 0 (vacancies): not counted.",
    "no pay": "{} without pay.",
    "range": "{} with a range of pay: read as its middle.",
    "hour": "{} with pay by the hour: read as pay for 2,080 hours a year.",
    "day": "{} with pay by the day: read as pay for 260 days a year.",
    "week": "{} with pay by the week: read as pay for 52 weeks a year.",
    "month": "{} with pay by the month: read as pay for 12 months a year.",
}
"""What is counted -> the decision that it leads to."""
