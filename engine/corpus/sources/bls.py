"""BLS, optional: wages (OEWS, May 2025) and outlook (Employment Projections 2024–34) by SOC code.

O*NET-SOC divides some occupations of SOC 2018, and BLS publishes some occupations only together. An
occupation then has the figures of the wider one: ``outlook_code`` is the code of the latter, and
``outlook_group`` its title. Typical education for entry is part of the outlook.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from engine.errors import InputError
from engine.utils.delimited import read_table

FOLDER = "bls_2025"
WAGES = Path(FOLDER, "oews_national_2025.csv")
PROJECTIONS = Path(FOLDER, "emp_projections.csv")

_CODE = "2024 National Employment Matrix code"
_EMPLOYMENT = "Employment, 2024"
_CHANGE = "Employment change, percent, 2024–34"
_OPENINGS = "Occupational openings, 2024–34 annual average"
_EDUCATION = "Typical education needed for entry"
_TITLE = "2024 National Employment Matrix title"

_NOT_AVAILABLE = frozenset({"", "*", "**", "—", "-", "N/A"})
_TOP_CODED = "#"
TOP_CODE = 239_200
"""Dollars a year; OEWS publishes a median wage of this much or more as "#"."""

_Table = Mapping[str, Mapping[str, str]]
"""Code -> the row of the publisher's table."""

_BLS_CODES = {
    "21-1011": "21-1018",
    "21-1014": "21-1018",
    "25-2055": "25-2052",
    "25-2056": "25-2052",
    "25-9042": "25-9045",
    "25-9043": "25-9045",
    "51-2022": "51-2028",
    "51-2023": "51-2028",
    "53-1042": "53-1047",
    "53-1043": "53-1047",
    "53-1044": "53-1047",
}
"""SOC code -> the code under which BLS publishes the occupation together with others."""


def read(data_dir: Path, soc_codes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Read the wage and outlook of occupations.

    Returns:
        SOC code -> values of the columns ``columns.OUTLOOK_COLUMNS`` as text, "" where not
        published; an empty mapping if there are no files of BLS.

    Raises:
        InputError: if a file does not have the publisher's format, or only one of the two exists.
    """
    paths = [data_dir / WAGES, data_dir / PROJECTIONS]
    missing = [path for path in paths if not path.is_file()]
    if len(missing) == len(paths):
        return {}
    if missing:
        raise InputError(
            f"{missing[0]} does not exist, but the other file of {FOLDER} does; download it from "
            "https://www.bls.gov and save it as CSV, or delete the folder"
        )
    wages = {
        row["OCC_CODE"]: row
        for _, row in read_table(paths[0], ("OCC_CODE", "OCC_TITLE", "O_GROUP", "A_MEDIAN"))
        if row["O_GROUP"] in ("broad", "detailed")  # in this order in the file, so detailed wins
    }
    columns = (_CODE, _TITLE, _EMPLOYMENT, _CHANGE, _OPENINGS, _EDUCATION)
    outlook = {row[_CODE]: row for _, row in read_table(paths[1], columns)}
    return {code: _facts(code, wages, outlook, paths) for code in soc_codes}


def _facts(
    soc_code: str,
    wages: _Table,
    outlook: _Table,
    paths: list[Path],
) -> dict[str, str]:
    published = _published(soc_code, wages, outlook)
    wage = wages.get(published, {}).get("A_MEDIAN", "")
    row = outlook.get(published, {})
    change = _number(row.get(_CHANGE, ""), paths[1], published, _CHANGE)
    return {
        "median_wage": str(TOP_CODE)
        if wage == _TOP_CODED
        else _number(wage, paths[0], published, "A_MEDIAN"),
        "wage_is_minimum": "true" if wage == _TOP_CODED else "",
        "employment": _number(row.get(_EMPLOYMENT, ""), paths[1], published, _EMPLOYMENT),
        "employment_change": repr(round(float(change) / 100, 6)) if change else "",
        "annual_openings": _number(row.get(_OPENINGS, ""), paths[1], published, _OPENINGS),
        "outlook_code": published,
        "outlook_group": "" if f"{published}.00" == soc_code else _title(published, wages, outlook),
        "education": "" if (text := row.get(_EDUCATION, "")) in _NOT_AVAILABLE else text,
    }


def _title(code: str, wages: _Table, outlook: _Table) -> str:
    """The title of an occupation as BLS publishes it; "" if it does not."""
    return wages.get(code, {}).get("OCC_TITLE", "") or outlook.get(code, {}).get(_TITLE, "").strip()


def _published(soc_code: str, *tables: Mapping[str, object]) -> str:
    """The code under which BLS publishes an occupation: its SOC code, or that of a wider group."""
    own = soc_code[:7]
    for code in (own, _BLS_CODES.get(own, own), f"{own[:6]}0"):
        if any(code in table for table in tables):
            return code
    return ""


def _number(text: str, path: Path, code: str, column: str) -> str:
    if text in _NOT_AVAILABLE:
        return ""
    plain = text.replace(",", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
        raise InputError(
            f"{path}, occupation {code}, column {column}: {text!r} is not a number; save the "
            "publisher's table as CSV again"
        )
    return plain
