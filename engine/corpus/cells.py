"""Check the cells of a corpus's file; every fault names file, line, column and value."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Set
from datetime import date

from engine.corpus.columns import OCCUPATIONS_FILE, OTHER_FILE, OUTLOOK_COLUMNS
from engine.errors import CorpusError, InputError, abbreviate
from engine.records import isco, rubric
from engine.records.inputs import MAX_TITLE
from engine.utils.inert_text import inert_line

MAX_FAULTS = 10_000
"""Number of faults in a file after which its check stops: it is another kind of file."""

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_FIRST_DAY = "0000-01-01"
"""Completes a date that lacks a month or a day."""


class CellChecker:
    """Checks the cells of one file and collects the faults.

    Args:
        file: name of the file, for messages.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[str] = []

    def fault(self, line: int, column: str, message: str) -> None:
        """Add a fault.

        Raises:
            CorpusError: if there are too many to go on.
        """
        self.faults.append(f"{self.file} line {line}, column {column}: {message}")
        if len(self.faults) >= MAX_FAULTS:
            raise CorpusError(f"{self.file}, which was not read to its end,", self.faults)

    def text(self, line: int, column: str, text: str, most: int) -> str:
        """The text in a cell, on one line; "" if it is too long."""
        if len(text) <= most:
            return inert_line(text)
        self.fault(line, column, f"{len(text):,} characters, more than {most:,}; shorten it")
        return ""

    def code(
        self, line: int, text: str, parse: Callable[[str], str], column: str = "soc_code"
    ) -> str:
        """The normalized code of an occupation; "" if it is invalid.

        Args:
            parse: a function of ``engine.corpus.codes``, or another that normalizes a code.
            column: where it stands.
        """
        try:
            return parse(text)
        except InputError as error:
            self.fault(line, column, str(error))
            return ""

    def known_code(
        self,
        line: int,
        text: str,
        known: Set[str],
        parse: Callable[[str], str],
        column: str = "soc_code",
    ) -> str:
        """The normalized code of an occupation of the corpus; "" if it is invalid."""
        code = self.code(line, text, parse, column)
        if code and code not in known:
            file = OTHER_FILE if isco.is_isco(code) else OCCUPATIONS_FILE
            message = f"unknown occupation {code}; add it to {file} or correct the code"
            self.fault(line, column, message)
        return code

    def count(self, line: int, column: str, text: str, most: float) -> float:
        """The number of people or moves in a cell, above 0; NaN if it is empty or invalid."""
        value = self.number(line, column, text, 0.0, most)
        if not value > 0 and (not text or value == 0):
            self.fault(line, column, f"invalid value {abbreviate(text)}; give a number above 0")
        return value

    def number(self, line: int, column: str, text: str, low: float, high: float) -> float:
        """The number in a cell; NaN if it is empty or invalid."""
        if not text:
            return math.nan
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            levels = sorted(rubric.levels_of(column))
            or_level = f", one of {', '.join(levels)}," if levels else ""
            self.fault(
                line,
                column,
                f"invalid value {abbreviate(text)}; give a number from {low:g} to {high:g}"
                f"{or_level} or leave it empty",
            )
            return math.nan
        return value

    def measure(self, line: int, column: str, text: str) -> float:
        """The outcome in a cell, written as a level or a number; NaN if empty or invalid."""
        levels = rubric.levels_of(column)
        return levels[text] if text in levels else self.number(line, column, text, 0.0, 1.0)

    def date(self, line: int, column: str, text: str) -> str:
        """The ISO date in a cell, of any precision; "" if it is empty or invalid."""
        if not text or (_DATE.fullmatch(text) and _exists(text + _FIRST_DAY[len(text) :])):
            return text
        message = f"invalid date {abbreviate(text)}; write it as in 2026, 2026-03 or 2026-03-24"
        self.fault(line, column, message)
        return ""

    def boolean(self, line: int, column: str, text: str, *, if_blank: bool) -> bool:
        """The truth value in a cell; ``if_blank`` if it is empty or invalid."""
        value = {"true": True, "false": False, "": if_blank}.get(text.lower())
        if value is None:
            self.fault(line, column, f"invalid value {abbreviate(text)}; write true or false")
            return if_blank
        return value

    def outlook(self, line: int, row: Mapping[str, str]) -> dict[str, object]:
        """The optional columns of an occupation that its file has."""
        values: dict[str, object] = {}
        for name, limits in OUTLOOK_COLUMNS.items():
            if name not in row:
                continue
            if limits is not None:
                values[name] = self.number(line, name, row[name], *limits)
            elif name == "wage_is_minimum":
                values[name] = self.boolean(line, name, row[name], if_blank=False)
            else:
                values[name] = self.text(line, name, row[name], MAX_TITLE)
        return values


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
