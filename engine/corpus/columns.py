"""The columns of a reference corpus's files.

``tasks.csv`` and ``occupations.csv`` are required; ``alternate_titles.csv``,
``other_occupations.csv``, ``crosswalk.csv`` and ``moves.csv`` are optional. In ``tasks.csv``, every
column that is not listed here is a measure.
"""

from __future__ import annotations

from collections.abc import Container, Mapping

from engine.records import rubric

TASKS_FILE, OCCUPATIONS_FILE = "tasks.csv", "occupations.csv"
TITLES_FILE, OTHER_FILE = "alternate_titles.csv", "other_occupations.csv"
CROSSWALK_FILE = "crosswalk.csv"
MOVES_FILE = "moves.csv"

TASK_COLUMNS = ("task_id", "soc_code", "task", "category", "time_share", "exposure", "automation")
"""Required columns of ``tasks.csv``."""

OCCUPATION_COLUMNS = ("soc_code", "title", "job_zone", "description")
"""Required columns of ``occupations.csv``."""

TITLE_COLUMNS = ("soc_code", "title")
"""Required columns of ``alternate_titles.csv`` and ``other_occupations.csv``."""

CROSSWALK_COLUMNS = ("esco", "isco", "title", "soc_code", "match")
"""Required columns of ``crosswalk.csv``; see ``engine.corpus.crosswalk``."""

MOVE_COLUMNS = ("from_soc", "to_soc", "count")
"""Required columns of ``moves.csv``; ``source`` is optional."""

OUTLOOK_COLUMNS: Mapping[str, tuple[float, float] | None] = {
    "median_wage": (1, 1e9),
    "wage_is_minimum": None,
    "employment": (0, 1e10),
    "employment_change": (-1, 100),
    "annual_openings": (0, 1e10),
    "outlook_code": None,
    "outlook_group": None,
    "education": None,
}
"""Optional columns of ``occupations.csv``: name -> range of its numbers, None if not a number.

``outlook_code`` has the figures; ``outlook_group`` is its title if it is wider than the occupation.
"""

RATING_COLUMNS = ("frequency", "importance")
"""Optional columns of ``tasks.csv``: times a year, and importance from 1 to 5."""

ACTIVITIES = "activities"
"""Optional column of ``tasks.csv``: IDs of detailed work activities, such as 4.A.1.a.1.I01.D01."""

DESCRIPTIVE_COLUMNS = (*RATING_COLUMNS, "core", ACTIVITIES, "physical")
"""Optional columns of ``tasks.csv`` that describe a task; they are not measures."""

DATE = "as_of"

DESCRIPTIVE_PREFIXES = ("annotation_", DATE)
"""Columns with these prefixes describe outcomes; they are not measures.

``annotation_…`` records single annotations. ``as_of`` is the date of exposure and automation, and
``as_of_MEASURE`` that of a further measure.
"""

CATEGORY_SEPARATOR = " | "
"""Separates the categories, or the activities, of a task that has several."""


def is_further_measure(column: str) -> bool:
    """Return whether a column of ``tasks.csv`` is a measure besides exposure and automation."""
    return (
        column not in TASK_COLUMNS
        and column not in DESCRIPTIVE_COLUMNS
        and not column.startswith(DESCRIPTIVE_PREFIXES)
    )


MAX_MEASURE_NAME = 60


def is_measure_name(column: str) -> bool:
    """Return whether a measure may have this name, which tables and charts show."""
    return 0 < len(column) <= MAX_MEASURE_NAME and column.isprintable()


def date_column(measure: str, header: Container[str]) -> str | None:
    """Return the column of ``tasks.csv`` that dates the outcomes of a measure; None without one."""
    own = f"{DATE}_{measure}"
    if own in header:
        return own
    is_core = measure in (rubric.CAPABILITY_MEASURE, rubric.RISK_MEASURE)
    return DATE if is_core and DATE in header else None
