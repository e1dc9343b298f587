"""The file in which a user gives titles their occupations, for a second run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import InputError, abbreviate
from engine.intake.roster_cells import text_of
from engine.intake.roster_table import StaffTable, parse_table, read_table
from engine.records.workforce import ScoredStaff
from engine.utils.text import text_key

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    *("title", "department", "headcount", "status", "matched_code", "matched_title"),
    *("probability", "suggestions", "soc_code"),
)
"""Columns of the file; the user fills in the last one. ``title``, ``department`` and ``soc_code``
are read back."""

_SUGGESTIONS = 5


def confirmation_table(rows: Sequence[ScoredStaff], sure: float) -> pd.DataFrame:
    """Return the titles that need a user: unresolved and unsure ones, those of most people first.

    Args:
        rows: of a scored staff list.
        sure: lowest probability of a matched title that needs no confirmation.
    """
    import pandas as pd

    people: dict[tuple[str, str], float] = {}
    first: dict[tuple[str, str], ScoredStaff] = {}
    for row in rows:
        if row.title and (row.source is None or (row.source == "title" and row.probability < sure)):
            key = (text_key(row.title), text_key(row.department))
            first.setdefault(key, row)
            people[key] = people.get(key, 0.0) + row.headcount
    order = sorted(first, key=lambda key: (-people[key], key))
    found = [
        (
            first[key].title,
            first[key].department,
            people[key],
            "unresolved" if first[key].source is None else "unsure",
            first[key].soc_code or "",
            first[key].occupation or "",
            round(first[key].probability, 3),
            "; ".join(
                f"{other.soc_code} {other.title} ({other.probability:.0%})"
                for other in first[key].alternatives[:_SUGGESTIONS]
            ),
            "",
        )
        for key in order
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def read_confirmed(confirmed: Any) -> dict[tuple[str, str], tuple[str, str]]:
    """Read what a user confirmed.

    Args:
        confirmed: the path of a filled-in file, its bytes, or a mapping from a title, or from a
            pair of title and department, to a SOC code; None for nothing.

    Returns:
        (text key of the title, text key of the department) -> code as written, and where it is.
        The department is "" for any department.

    Raises:
        InputError: if the file cannot be read, or gives a title two codes.
    """
    if confirmed is None:
        return {}
    if isinstance(confirmed, Mapping):
        return _of_mapping(confirmed)
    if isinstance(confirmed, (bytes, bytearray)):
        return _of_table(parse_table(bytes(confirmed), "the confirmations"))
    if isinstance(confirmed, (str, os.PathLike)):
        return _of_table(read_table(Path(confirmed)))
    raise InputError(
        f"confirmed is {abbreviate(confirmed)}; give the path of the file, or a mapping of title "
        "to SOC code"
    )


def _of_mapping(confirmed: Mapping[Any, Any]) -> dict[tuple[str, str], tuple[str, str]]:
    found = {}
    for key, code in confirmed.items():
        title, department = (key, "") if isinstance(key, str) else tuple(key)
        where = f"confirmed title {abbreviate(title)}"
        found[text_key(title), text_key(department or "")] = (str(code), where)
    return found


def _of_table(table: StaffTable) -> dict[tuple[str, str], tuple[str, str]]:
    if not table.rows:
        raise InputError(f"{table.where} is empty; add columns title and soc_code")
    header = [text_of(cell).casefold() for cell in table.rows[0][1]]
    missing = [name for name in ("title", "soc_code") if name not in header]
    if missing:
        raise InputError(
            f"{table.where}: missing column {', '.join(missing)}; use the file that "
            "'occupation-risk workforce' writes with --unresolved"
        )
    places = {name: header.index(name) for name in ("title", "soc_code")}
    if "department" in header:
        places["department"] = header.index("department")
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for line, cells in table.rows[1:]:
        texts = {
            name: text_of(cells[place]) if place < len(cells) else ""
            for name, place in places.items()
        }
        if not texts["soc_code"]:
            continue
        key = (text_key(texts["title"]), text_key(texts.get("department", "")))
        if found.get(key, (texts["soc_code"],))[0] != texts["soc_code"]:
            raise InputError(
                f"{table.where} row {line}: title {abbreviate(texts['title'])} has another code "
                f"in an earlier row; keep one"
            )
        found[key] = (texts["soc_code"], f"{table.where} row {line}")
    return found
