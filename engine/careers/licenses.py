"""Which occupations need a license or certificate in most states of the US."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache

from engine.utils import resources

FILE = "licenses.csv"
"""Columns ``soc_code``, a SOC code or the beginning of several, and ``license``."""


def license_of(soc_code: str) -> str:
    """Return the license that most states require for an occupation; "" if none is known."""
    known = _licenses()
    found = (soc_code[:length] for length in range(len(soc_code), 1, -1))
    return next((known[beginning] for beginning in found if beginning in known), "")


@lru_cache(maxsize=1)
def _licenses() -> Mapping[str, str]:
    path = resources.shipped("reference_tasks") / FILE
    with path.open(encoding="utf-8", newline="") as stream:
        return {row["soc_code"]: row["license"] for row in csv.DictReader(stream)}
