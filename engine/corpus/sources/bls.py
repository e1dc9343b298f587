"""BLS, optional: wages (OEWS, May 2025) and outlook (Employment Projections 2024–34) by SOC code.

O*NET-SOC codes name occupations finer than SOC 2018 does, and BLS publishes some SOC occupations
only together: figures are then those of the wider occupation, and its code says so.
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

_NOT_AVAILABLE = frozenset({"", "*", "**", "—", "-", "N/A"})
_TOP_CODED = "#"
TOP_CODE = 239_200
"""Annual wage that OEWS writes as "#": this much or more."""

# SOC occupations that BLS publishes only together, under codes of its own.
_TOGETHER = {
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


def read(data_dir: Path, soc_codes: Iterable[str]) -> dict[str, dict[str, str]]:
    """Wage and outlook of occupations, as columns of ``occupations.csv``; {} without the files.

    Columns (see ``engine.corpus``): ``median_wage``, ``wage_is_minimum``, ``employment``,
    ``employment_change``, ``annual_openings``, ``outlook_code``. Not available is "".

    Raises:
        InputError: if a file is not in the publisher's form, or only one of them is there.
    """
    paths = [data_dir / WAGES, data_dir / PROJECTIONS]
    missing = [path for path in paths if not path.is_file()]
    if len(missing) == len(paths):
        return {}
    if missing:
        raise InputError(
            f"{missing[0]} does not exist: expected both files of {FOLDER}, or neither; fetch the "
            "missing one from https://www.bls.gov"
        )
    wages = {
        row["OCC_CODE"]: row
        for _, row in read_table(paths[0], ("OCC_CODE", "O_GROUP", "A_MEDIAN"))
        if row["O_GROUP"] in ("broad", "detailed")  # in this order in the file: detailed stays
    }
    needed = (_CODE, _EMPLOYMENT, _CHANGE, _OPENINGS)
    outlook = {row[_CODE]: row for _, row in read_table(paths[1], needed)}
    return {code: _facts(code, wages, outlook, paths) for code in soc_codes}


def _facts(
    soc_code: str,
    wages: Mapping[str, Mapping[str, str]],
    outlook: Mapping[str, Mapping[str, str]],
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
    }


def _published(soc_code: str, *tables: Mapping[str, object]) -> str:
    """Code under which BLS publishes an occupation: its SOC code, or that of a wider group."""
    soc = soc_code[:7]
    for code in (soc, _TOGETHER.get(soc, soc), f"{soc[:6]}0"):
        if any(code in table for table in tables):
            return code
    return ""


def _number(text: str, path: Path, code: str, column: str) -> str:
    if text in _NOT_AVAILABLE:
        return ""
    plain = text.replace(",", "")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
        raise InputError(
            f"{path}, occupation {code}, column {column}: {text!r}: expected a number, '*' or "
            "nothing; save the publisher's table as CSV again"
        )
    return plain
