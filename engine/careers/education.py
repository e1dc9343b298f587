"""Years of study that a move takes: typical education for entry, and study for a license."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from engine.careers.licenses import study_years

YEARS_AFTER_SCHOOL: Mapping[str, float] = {
    "No formal educational credential": 0,
    "High school diploma or equivalent": 0,
    "Some college, no degree": 1,
    "Postsecondary nondegree award": 1,
    "Associate's degree": 2,
    "Bachelor's degree": 4,
    "Master's degree": 6,
    "Doctoral or professional degree": 8,
}
"""Usual years of full-time study after high school, by the names that BLS gives the education."""


def years_after_school(education: str) -> float:
    """Return the years of study that an education takes; NaN if it is unknown."""
    return YEARS_AFTER_SCHOOL.get(education, math.nan)


def study_step(years: np.ndarray, licenses: Sequence[str], held: Sequence[str]) -> np.ndarray:
    """Return the years of study that moves take, shape (n,); negative if there is less to study.

    That is the difference in education or the study for a new license, whichever is longer. For a
    license that is not held, another degree of the same level is not enough.

    Args:
        years: those of the typical education there minus those here, shape (n,); NaN if unknown.
        licenses, held: names of the licenses there and here; "" for none.
    """
    pairs = zip(licenses, held, strict=True)
    new = np.array([study_years(there, here) for there, here in pairs])
    return np.where(new > 0, np.fmax(years, new), years)
