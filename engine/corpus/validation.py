"""Check the files of a reference corpus; every fault names file, line, column and value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Set
from difflib import SequenceMatcher

import pandas as pd

from engine.corpus import codes
from engine.corpus.cells import CellChecker
from engine.corpus.columns import (
    ACTIVITIES,
    CATEGORY_SEPARATOR,
    CROSSWALK_COLUMNS,
    MAX_MEASURE_NAME,
    OCCUPATION_COLUMNS,
    OCCUPATIONS_FILE,
    OUTLOOK_COLUMNS,
    RATING_COLUMNS,
    TASK_COLUMNS,
    TITLE_COLUMNS,
    date_column,
    is_further_measure,
    is_measure_name,
)
from engine.corpus.crosswalk import KINDS
from engine.errors import InputError, abbreviate
from engine.records import esco, isco, rubric
from engine.records.inputs import MAX_DESCRIPTION, MAX_TITLE, check_time_shares, task_text
from engine.utils.text import text_key

Rows = Iterable[tuple[int, Mapping[str, str]]]
"""Rows of a file: line number, and column -> stripped text."""

_MAX_LIST = 2_000
"""Maximum length of a cell with several categories or activities, in characters."""

NEAR_DUPLICATE = 0.8
"""Two tasks are near-duplicates above this ratio (``difflib``, 0 to 1) of matching characters."""


def check_occupations(rows: Rows, file: str) -> tuple[pd.DataFrame, list[str]]:
    """Check the rows of ``occupations.csv``.

    Returns:
        the table, with the optional columns that the file has, and the faults.
    """
    check = CellChecker(file)
    first_line: dict[str, int] = {}
    table = []
    for line, row in rows:
        code = check.code(line, row["soc_code"], codes.parse)
        _check_occupation(check, line, code, row["title"], first_line)
        zone = check.number(line, "job_zone", row["job_zone"], 1, 5)
        table.append(
            {
                "soc_code": code,
                "title": check.text(line, "title", row["title"], MAX_TITLE),
                "job_zone": 0 if math.isnan(zone) else int(zone),
                "description": check.text(line, "description", row["description"], MAX_DESCRIPTION),
                **check.outlook(line, row),
            }
        )
    if not table:
        check.faults.append(f"{file}: no occupations; add at least two")
    given = [name for name in OUTLOOK_COLUMNS if table and name in table[0]]
    return pd.DataFrame(table, columns=[*OCCUPATION_COLUMNS, *given]), check.faults


def check_other_occupations(
    rows: Rows, catalog: Set[str], file: str
) -> tuple[pd.DataFrame, list[str]]:
    """Check the rows of ``other_occupations.csv``, occupations of another taxonomy.

    Args:
        catalog: codes of ``occupations.csv``, which are not repeated here.

    Returns:
        the table and the faults.
    """
    check = CellChecker(file)
    first_line: dict[str, int] = {}
    table = []
    for line, row in rows:
        code = check.code(line, row["soc_code"], codes.parse)
        _check_occupation(check, line, code, row["title"], first_line)
        if code in catalog:
            check.fault(
                line, "soc_code", f"{code} is in {OCCUPATIONS_FILE} too; remove one of them"
            )
        table.append((code, check.text(line, "title", row["title"], MAX_TITLE)))
    return pd.DataFrame(table, columns=list(TITLE_COLUMNS)), check.faults


def _check_occupation(
    check: CellChecker, line: int, code: str, title: str, first_line: dict[str, int]
) -> None:
    """Check that an occupation is listed once and has a title."""
    if code in first_line:
        message = f"duplicate occupation {code} (first on line {first_line[code]}); remove one"
        check.fault(line, "soc_code", message)
    elif code:
        first_line[code] = line
    if not title:
        check.fault(line, "title", "blank title; give the occupation a name")


def check_titles(rows: Rows, known_codes: Set[str], file: str) -> tuple[pd.DataFrame, list[str]]:
    """Check the rows of ``alternate_titles.csv``.

    Args:
        known_codes: codes of ``occupations.csv``.

    Returns:
        the table and the faults.
    """
    check = CellChecker(file)
    table = []
    for line, row in rows:
        code = check.known_code(line, row["soc_code"], known_codes, codes.parse)
        if not row["title"]:
            check.fault(line, "title", "blank title; fill it in or remove the row")
        table.append((code, check.text(line, "title", row["title"], MAX_TITLE)))
    return pd.DataFrame(table, columns=list(TITLE_COLUMNS)), check.faults


def check_crosswalk(rows: Rows, file: str) -> tuple[pd.DataFrame, list[str]]:
    """Check the rows of ``crosswalk.csv``.

    Returns:
        the table and the faults.
    """
    check = CellChecker(file)
    table = []
    for line, row in rows:
        parsed = {
            "esco": check.code(line, row["esco"], esco.parse_esco, "esco") if row["esco"] else "",
            "isco": check.code(line, row["isco"], isco.parse_isco, "isco") if row["isco"] else "",
            "title": check.text(line, "title", row["title"], MAX_TITLE),
            "soc_code": check.code(line, row["soc_code"], codes.parse) if row["soc_code"] else "",
            "match": row["match"],
        }
        if not row["esco"] and not row["isco"]:
            check.fault(line, "esco", "blank; give an ESCO occupation, an ISCO-08 group, or both")
        if row["match"] not in (KINDS if row["soc_code"] else ("",)):
            kinds = ", ".join(KINDS)
            message = f"invalid value {abbreviate(row['match'])}; give one of {kinds} with a "
            check.fault(line, "match", f"{message}soc_code, and nothing without one")
        table.append(parsed)
    return pd.DataFrame(table, columns=list(CROSSWALK_COLUMNS)), check.faults


def check_tasks(
    rows: Rows, known_codes: Set[str], file: str, *, strict: bool = False
) -> tuple[pd.DataFrame, dict[str, str], list[str]]:
    """Check the rows of ``tasks.csv``.

    Args:
        known_codes: codes of ``occupations.csv`` and ``other_occupations.csv``.
        strict: also report near-duplicates within an occupation.

    Returns:
        the table, as ``Corpus.tasks``; measure -> latest date of its outcomes; and the faults.
    """
    given = iter(rows)
    first = next(given, None)
    header = list(TASK_COLUMNS) if first is None else list(first[1])
    measures = ("exposure", "automation", *filter(is_further_measure, header))
    dated = {name: column for name in measures if (column := date_column(name, header))}
    check = _TaskChecker(file, known_codes, measures, dated, strict=strict)
    for name in filter(is_further_measure, header):
        if not is_measure_name(name):
            message = f"invalid name {abbreviate(name)}; use 1 to {MAX_MEASURE_NAME} characters"
            check.fault(1, "of a measure", message)
    table = [] if first is None else [check.row(*first), *(check.row(*row) for row in given)]
    if not table:
        check.faults.append(f"{file}: no tasks; add one row for each task")
    check.faults.extend(check.time_share_faults())
    columns = ["task_id", "soc_code", "task", "category", "time_share", *RATING_COLUMNS, "core"]
    columns += [ACTIVITIES] if ACTIVITIES in header else []
    return pd.DataFrame(table, columns=[*columns, *measures]), check.dates(), check.faults


class _TaskChecker(CellChecker):
    """Checks the rows of ``tasks.csv``, each also against the rows above it."""

    def __init__(
        self,
        file: str,
        known_codes: Set[str],
        measures: Iterable[str],
        dated: Mapping[str, str],
        *,
        strict: bool,
    ) -> None:
        super().__init__(file)
        self._known_codes = known_codes
        self._measures = tuple(measures)
        self._dated = dated  # measure -> column of its dates
        self._latest = dict.fromkeys(dated.values(), "")  # column -> its latest date
        self._strict = strict
        self._line_of_id: dict[str, int] = {}
        self._line_of_text: dict[str, dict[str, int]] = {}  # SOC code -> text key -> line
        self._shares: dict[str, list[float | None]] = {}  # SOC code -> its time shares
        self._first_line: dict[str, int] = {}  # SOC code -> line of its first task

    def row(self, line: int, row: Mapping[str, str]) -> dict[str, object]:
        """Check a row and return it with its values converted."""
        self._check_id(line, row["task_id"])
        code = self.known_code(line, row["soc_code"], self._known_codes, codes.parse)
        text = self._text(line, row["task"])
        self._check_duplicate(line, code, text)
        for name in filter(None, row["category"].split(CATEGORY_SEPARATOR)):
            if name not in rubric.CATEGORIES:
                choices = "; ".join(rubric.CATEGORIES)
                message = f"unknown category {abbreviate(name)}; choose from: {choices}"
                self.fault(line, "category", message)
        for name, latest in self._latest.items():
            self._latest[name] = max(latest, self.date(line, name, row[name]))
        share = self.number(line, "time_share", row["time_share"], 0.0, 1.0)
        if code:
            self._shares.setdefault(code, []).append(None if math.isnan(share) else share)
            self._first_line.setdefault(code, line)
        return {
            "task_id": self.text(line, "task_id", row["task_id"], MAX_TITLE),
            "soc_code": code,
            "task": text,
            "category": self.text(line, "category", row["category"], _MAX_LIST),
            "time_share": share,
            "frequency": self.number(line, "frequency", row.get("frequency", ""), 0, 1e6),
            "importance": self.number(line, "importance", row.get("importance", ""), 1, 5),
            "core": self.boolean(line, "core", row.get("core", ""), if_blank=True),
            **self._activities(line, row),
            **{name: self.measure(line, name, row[name]) for name in self._measures},
        }

    def _activities(self, line: int, row: Mapping[str, str]) -> dict[str, str]:
        """The column of activities, if the file has it."""
        if ACTIVITIES not in row:
            return {}
        return {ACTIVITIES: self.text(line, ACTIVITIES, row[ACTIVITIES], _MAX_LIST)}

    def dates(self) -> dict[str, str]:
        """Measure -> latest date of its outcomes, if any is given; for use after all rows."""
        return {name: date for name, at in self._dated.items() if (date := self._latest[at])}

    def time_share_faults(self) -> Iterator[str]:
        """Faults of the sums of time shares, one for each occupation; for use after all rows."""
        for code, shares in self._shares.items():
            where = f"{self.file} from line {self._first_line[code]}, occupation {code}"
            try:
                check_time_shares(shares, where)
            except InputError as error:
                yield str(error)

    def _check_id(self, line: int, task_id: str) -> None:
        if not task_id:
            self.fault(line, "task_id", "blank ID; give each task its own ID")
        elif task_id in self._line_of_id:
            self.fault(
                line,
                "task_id",
                f"duplicate ID {abbreviate(task_id)} (first on line {self._line_of_id[task_id]}); "
                "give each task its own ID",
            )
        else:
            self._line_of_id[task_id] = line

    def _text(self, line: int, text: str) -> str:
        """The normalized sentence; "" if it is invalid."""
        try:
            return task_text(text)
        except InputError as error:
            self.fault(line, "task", str(error))
            return ""

    def _check_duplicate(self, line: int, code: str, text: str) -> None:
        if not text:
            return
        key = text_key(text)
        above = self._line_of_text.setdefault(code, {})
        if key in above:
            message = f"duplicate task {abbreviate(text)} (first on line {above[key]}); remove one"
            self.fault(line, "task", message)
            return
        if self._strict:
            for other, other_line in above.items():
                if _are_near_duplicates(key, other):
                    message = (
                        f"task {abbreviate(text)} is nearly the same as the one on line "
                        f"{other_line}; reword or remove one"
                    )
                    self.fault(line, "task", message)
        above[key] = line


def _are_near_duplicates(first: str, second: str) -> bool:
    from rapidfuzz.distance import Indel

    # The longest common subsequence bounds the ratio from above, and is much faster to compute.
    if Indel.normalized_similarity(first, second) <= NEAR_DUPLICATE:
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() > NEAR_DUPLICATE
