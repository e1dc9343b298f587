"""Which occupations need a license or certificate in most states of the US, and its study."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from engine.utils import resources

FILE = "licenses.csv"
"""Columns: ``soc_code``, a SOC code or the beginning of several; ``license``; ``study_years``, the
full-time study and residency that it takes even with another degree of the same level; and
``after``, a license whose own study counts toward it."""


@dataclass(frozen=True, kw_only=True)
class _License:
    study_years: float = 0.0
    after: str = ""


_NONE = _License()


def license_of(soc_code: str) -> str:
    """Return the license that most states require for an occupation; "" if none is known."""
    known = _names()
    found = (soc_code[:length] for length in range(len(soc_code), 1, -1))
    return next((known[beginning] for beginning in found if beginning in known), "")


@cache  # paths ask for tens of thousands of moves
def study_years(license_: str, held: str) -> float:
    """Return the years of study for a license; 0 if it is held, or takes less than a year.

    Args:
        license_: name of the license, "" for none.
        held: name of the license that a person has already, "" for none.
    """
    licenses = _licenses()
    if license_ not in licenses or license_ == held:
        return 0.0
    wanted, own = licenses[license_], licenses.get(held, _NONE)
    if own.after == license_:
        return 0.0
    return wanted.study_years - (own.study_years if wanted.after == held else 0.0)


@lru_cache(maxsize=1)
def _rows() -> tuple[Mapping[str, str], ...]:
    path = resources.shipped("reference_tasks") / FILE
    with path.open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    return {row["soc_code"]: row["license"] for row in _rows()}


@lru_cache(maxsize=1)
def _licenses() -> Mapping[str, _License]:
    return {
        row["license"]: _License(study_years=float(row["study_years"] or 0), after=row["after"])
        for row in _rows()
    }
