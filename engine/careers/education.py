"""Years of school that typical education for entry takes, by the names that BLS gives it."""

from __future__ import annotations

import math
from collections.abc import Mapping

YEARS_AFTER_SCHOOL: Mapping[str, float] = {
    "No formal educational credential": 0,
    "High school diploma or equivalent": 0,
    "Some college, no degree": 1,
    "Postsecondary nondegree award": 1,
    "Associate's degree": 2,
    "Bachelor's degree": 4,
    "Master's degree": 6,
    "Doctoral or professional degree": 9,
}
"""Usual years of full-time study after high school. Few of a master's count for a doctorate."""


def years_after_school(education: str) -> float:
    """Return the years of study that an education takes; NaN if it is unknown."""
    return YEARS_AFTER_SCHOOL.get(education, math.nan)
