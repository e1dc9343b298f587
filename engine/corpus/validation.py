"""Checks of a reference corpus, row by row: every fault with file, line, column and expectation."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

import pandas as pd

from engine.errors import InputError
from engine.records import rubric, soc
from engine.records.inputs import Task, check_time_shares
from engine.utils.text import text_key

TASK_COLUMNS = ("task_id", "soc_code", "task", "category", "time_share", "exposure", "automation")
OCCUPATION_COLUMNS = ("soc_code", "title", "job_zone", "description")
TITLE_COLUMNS = ("soc_code", "title")

# Optional columns of occupations.csv: a number's range, or None for what is not a number.
OUTLOOK_COLUMNS: Mapping[str, tuple[float, float] | None] = {
    "median_wage": (0, 1e9),
    "wage_is_minimum": None,
    "employment": (0, 1e10),
    "employment_change": (-1, 100),
    "annual_openings": (0, 1e10),
    "outlook_code": None,
}

# Columns of tasks.csv that describe a task; any other column beyond TASK_COLUMNS is a measure.
RATING_COLUMNS = ("frequency", "importance")
ACTIVITIES = "activities"
"""Optional column of tasks.csv: ids of detailed work activities, such as 4.A.1.a.1.I01.D01."""
DESCRIPTIVE_COLUMNS = (*RATING_COLUMNS, "core", ACTIVITIES, "physical", "as_of")
ANNOTATION_PREFIX = "annotation_"
"""Columns that begin so keep single annotations for the record; they are not measures."""

CATEGORY_SEPARATOR = " | "
"""Between the groups of a task that belongs to several."""

NEAR_DUPLICATE = 0.8
"""Tasks of one occupation with a greater share of common characters are near-duplicates."""

_TRUTH = {"true": True, "false": False, "": True}


class _Checker:
    """Collects faults of one file, each with line, column, value and expectation."""

    def __init__(self, file: str, faults: list[str]) -> None:
        self.file = file
        self.faults = faults

    def fault(self, line: int, column: str, value: object, expected: str) -> None:
        shown = repr(value if len(str(value)) <= 60 else str(value)[:57] + "…")
        place = f"{self.file} line {line}, column {column}"
        self.faults.append(f"{place}: {shown}: expected {expected}")

    def soc_code(self, line: int, text: str) -> str:
        try:
            return soc.parse_soc(text)
        except InputError:
            self.fault(line, "soc_code", text, "a SOC code such as '29-1141.00'")
            return ""

    def number(self, line: int, column: str, text: str, low: float, high: float) -> float:
        """The number in a cell; NaN if it is empty or a fault."""
        if not text:
            return math.nan
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            levels = rubric.levels_of(column)
            named = f", or one of {', '.join(sorted(levels))}" if levels else ""
            expected = f"a number from {low:g} to {high:g}{named}, or nothing"
            self.fault(line, column, text, expected)
            return math.nan
        return value

    def measure(self, line: int, column: str, text: str) -> float:
        levels = rubric.levels_of(column)
        return levels[text] if text in levels else self.number(line, column, text, 0.0, 1.0)

    def unlike(self, line: int, text: str, others: dict[str, int], *, strict: bool) -> None:
        """Hold a task against those before it in its occupation: text key -> line."""
        key = text_key(text)
        if text and key in others:
            self.fault(line, "task", text, f"another task; line {others[key]} has the same")
        elif text and strict:
            for other, near in others.items():
                if _alike(key, other):
                    self.fault(line, "task", text, f"another task; line {near} is nearly the same")
        others.setdefault(key, line)


def check_occupations(
    rows: Iterable[tuple[int, Mapping[str, str]]], file: str, faults: list[str]
) -> pd.DataFrame:
    check = _Checker(file, faults)
    seen: dict[str, int] = {}
    table = []
    for line, row in rows:
        code = check.soc_code(line, row["soc_code"])
        if code and code in seen:
            check.fault(line, "soc_code", code, f"each occupation once; it is on line {seen[code]}")
        seen.setdefault(code, line)
        if not row["title"]:
            check.fault(line, "title", "", "the name of the occupation")
        zone = check.number(line, "job_zone", row["job_zone"], 1, 5)
        table.append(
            {
                "soc_code": code,
                "title": row["title"],
                "job_zone": 0 if math.isnan(zone) else int(zone),
                "description": row["description"],
                **_outlook(check, line, row),
            }
        )
    if not table:
        faults.append(f"{file}: no occupations: expected at least two")
    given = [name for name in OUTLOOK_COLUMNS if table and name in table[0]]
    return pd.DataFrame(table, columns=[*OCCUPATION_COLUMNS, *given])


def _outlook(check: _Checker, line: int, row: Mapping[str, str]) -> dict[str, object]:
    """The optional columns of an occupation that its file has."""
    values: dict[str, object] = {}
    for name, limits in OUTLOOK_COLUMNS.items():
        if name in row and limits is not None:
            values[name] = check.number(line, name, row[name], *limits)
        elif name in row:
            values[name] = row[name]
    if "wage_is_minimum" in values:
        truth = _TRUTH.get(row["wage_is_minimum"].lower())
        if truth is None:
            check.fault(line, "wage_is_minimum", row["wage_is_minimum"], "true or false")
        values["wage_is_minimum"] = bool(truth) if row["wage_is_minimum"] else False
    return values


def check_titles(
    rows: Iterable[tuple[int, Mapping[str, str]]], known: set[str], file: str, faults: list[str]
) -> pd.DataFrame:
    check = _Checker(file, faults)
    table = []
    for line, row in rows:
        code = check.soc_code(line, row["soc_code"])
        if code and code not in known:
            check.fault(line, "soc_code", code, "a code that occupations.csv has")
        if not row["title"]:
            check.fault(line, "title", "", "a name of the occupation")
        table.append((code, row["title"]))
    return pd.DataFrame(table, columns=list(TITLE_COLUMNS))


def check_tasks(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    known: set[str],
    file: str,
    faults: list[str],
    *,
    strict: bool = False,
) -> pd.DataFrame:
    """Check tasks; ``strict`` finds near-duplicates within an occupation too."""
    check = _Checker(file, faults)
    given = list(rows)
    if not given:
        faults.append(f"{file}: no tasks: expected one row a task")
    header = list(given[0][1]) if given else list(TASK_COLUMNS)
    further = [
        column
        for column in header
        if column not in TASK_COLUMNS
        and column not in DESCRIPTIVE_COLUMNS
        and not column.startswith(ANNOTATION_PREFIX)
    ]
    measures = ["exposure", "automation", *further]
    ids: dict[str, int] = {}
    texts: dict[str, dict[str, int]] = {}
    shares: dict[str, list[float | None]] = {}
    lines: dict[str, int] = {}
    table: list[dict[str, object]] = []
    for line, row in given:
        if not row["task_id"] or row["task_id"] in ids:
            first = ids.get(row["task_id"])
            check.fault(
                line,
                "task_id",
                row["task_id"],
                f"an id of its own; line {first} has this one" if first else "an id",
            )
        ids.setdefault(row["task_id"], line)
        code = check.soc_code(line, row["soc_code"])
        if code and code not in known:
            check.fault(line, "soc_code", code, "a code that occupations.csv has")
        try:
            text = Task(row["task"]).text
        except InputError as error:
            check.fault(line, "task", row["task"], f"one sentence ({error})")
            text = ""
        check.unlike(line, text, texts.setdefault(code, {}), strict=strict)
        for name in filter(None, row["category"].split(CATEGORY_SEPARATOR)):
            if name not in rubric.CATEGORIES:
                names = "; ".join(rubric.CATEGORIES)
                check.fault(line, "category", name, f"one of: {names}")
        share = check.number(line, "time_share", row["time_share"], 0.0, 1.0)
        shares.setdefault(code, []).append(None if math.isnan(share) else share)
        lines.setdefault(code, line)
        core = _TRUTH.get(row.get("core", "").lower())
        if core is None:
            check.fault(line, "core", row["core"], "true or false")
        table.append(
            {
                "task_id": row["task_id"],
                "soc_code": code,
                "task": text,
                "category": row["category"],
                "time_share": share,
                "frequency": check.number(line, "frequency", row.get("frequency", ""), 0, 1e6),
                "importance": check.number(line, "importance", row.get("importance", ""), 1, 5),
                "core": bool(core),
                **({ACTIVITIES: row[ACTIVITIES]} if ACTIVITIES in row else {}),
                **{name: check.measure(line, name, row[name]) for name in measures},
            }
        )
    faults.extend(_share_faults(shares, lines, file))
    columns = ["task_id", "soc_code", "task", "category", "time_share", *RATING_COLUMNS, "core"]
    columns += [ACTIVITIES] if ACTIVITIES in header else []
    return pd.DataFrame(table, columns=[*columns, *measures])


def _alike(first: str, second: str) -> bool:
    """True if two text keys have most of their characters in common, in the same order."""
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.real_quick_ratio() > NEAR_DUPLICATE < matcher.quick_ratio() and (
        matcher.ratio() > NEAR_DUPLICATE
    )


def _share_faults(
    shares: Mapping[str, list[float | None]], lines: Mapping[str, int], file: str
) -> Iterator[str]:
    for code, values in shares.items():
        try:
            check_time_shares(values, f"{file} from line {lines[code]}, occupation {code}")
        except InputError as error:
            yield str(error)
