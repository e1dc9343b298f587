"""Occupations side by side, with the paths between them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.careers.filters import DEFAULT_FILTERS, UNFILTERED, MoveFilters
from engine.records import serialize
from engine.records.results import OccupationRisk, time_by_category
from engine.risk_engine import RiskEngine
from engine.web.store.store import Record

PATH_FILTERS = MoveFilters(**UNFILTERED | {"max_job_zone_gap": DEFAULT_FILTERS.max_job_zone_gap})
"""Paths between compared occupations are shown whatever the prospects."""


def compared_record(
    engine: RiskEngine, first: OccupationRisk, others: Sequence[OccupationRisk]
) -> Record:
    """Return a comparison as ``RiskEngine.compare``, with further figures and ``paths``.

    Each occupation also has its ``ai_capability_interval`` and its ``barriers``.
    ``paths`` has an entry for each other occupation: the path that leads there from the first, or
    None. Each move of a path changes the job zone by at most one. ``out_of_reach`` says why no path
    leads there, or None.

    Args:
        engine: has scored them.
        first: any job.
        others: occupations of the catalog.

    Raises:
        InputError: if there are too few or too many.
    """
    record: Record = serialize.as_plain(engine.compare([first, *others]))
    for one, result in zip(record["occupations"], (first, *others), strict=True):
        one["ai_capability_interval"] = list(result.ai_capability_interval)
        one["barriers"] = serialize.as_plain(result.barriers)
    codes = [other.soc_code for other in others if other.soc_code is not None]
    found = [engine.career_paths(first, code, 1, filters=PATH_FILTERS) for code in codes]
    return record | {
        "paths": [serialize.as_plain(paths[0]) if paths else None for paths in found],
        "out_of_reach": [
            paths.out_of_reach.describe() if paths.out_of_reach else None for paths in found
        ],
    }


def all_categories(occupations: Sequence[Record]) -> list[str]:
    """Return the categories of all the occupations, those with the most time in total first."""
    shares = (item for one in occupations for item in one["categories"].items())
    return list(time_by_category(shares))
