"""Career matches and paths as tables, and as cards in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.careers.match_parts import CareerMatch, CareerPath, Outlook
from engine.display.html import card
from engine.display.numbers import chance, interval, ordinal, percent, risk_difference, wage
from engine.records.measures import WHAT_RISK_IS

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = [
    *("soc_code", "title", "job_zone", "similarity", "risk", "risk_low", "risk_high"),
    *("risk_difference", "ai_capability", "shared_tasks", "carries_over", "new_tasks"),
    *("job_zone_step", "probability_safer", "median_wage", "wage_is_minimum", "wage_ratio"),
    *("employment_change", "annual_openings", "outlook_code", "score"),
    *("effort", "move_ratio", "rank", "of", "similarity_level", "reasons"),
]


_HEADER = ("Career", "Risk", "Interval", "Difference", "Safer", "Similar", "Carries over", "Pay")


def pay(outlook: Outlook, unknown: str = "") -> str:
    """Write the median wage of an outlook, or ``unknown``."""
    if outlook.median_wage is None:
        return unknown
    return wage(outlook.median_wage, is_minimum=outlook.wage_is_minimum)


def _cells(match: CareerMatch) -> tuple[object, ...]:
    """Return the values of ``_COLUMNS``."""
    return (
        match.soc_code,
        match.title,
        match.job_zone,
        match.similarity,
        match.risk,
        *match.risk_interval,
        match.risk_difference,
        match.ai_capability,
        " | ".join(f"{pair.task} ~ {pair.matches}" for pair in match.shared_tasks),
        match.carries_over,
        " | ".join(task.task for task in match.new_tasks),
        match.job_zone_step,
        match.probability_safer,
        match.outlook.median_wage,
        match.outlook.wage_is_minimum,
        match.wage_ratio,
        match.outlook.employment_change,
        match.outlook.annual_openings,
        match.outlook.code,
        match.score,
        match.effort,
        None if match.frequency is None else match.frequency.ratio,
        match.rank,
        match.of,
        match.similarity_level,
        " ".join(match.reasons.sentences),
    )


def _words(match: CareerMatch) -> tuple[str, ...]:
    """Return the cells of ``_HEADER``, for people."""
    return (
        match.title,
        percent(match.risk),
        interval(match.risk_interval),
        risk_difference(match.risk_difference),
        chance(match.probability_safer),
        "" if match.rank is None else ordinal(match.rank),
        percent(match.carries_over),
        pay(match.outlook),
    )


def match_frame(matches: Sequence[CareerMatch]) -> pd.DataFrame:
    """Return similar careers, one row per match; shares, risks and probabilities in [0, 1]."""
    import pandas as pd

    return pd.DataFrame([_cells(match) for match in matches], columns=_COLUMNS)


def path_frame(paths: Sequence[CareerPath]) -> pd.DataFrame:
    """Return career paths, one row per move.

    Columns: ``path`` and ``step``, numbers from 1; ``path_cost``; then those of ``match_frame``.
    """
    import pandas as pd

    rows = [
        (number, place, path.cost, *_cells(step))
        for number, path in enumerate(paths, start=1)
        for place, step in enumerate(path.steps, start=1)
    ]
    return pd.DataFrame(rows, columns=["path", "step", "path_cost", *_COLUMNS])


def match_card(heading: str, reason: str, matches: Sequence[CareerMatch]) -> str:
    """Return similar careers as HTML for a notebook."""
    return card(
        heading,
        (reason,),
        header=_HEADER,
        rows=[_words(match) for match in matches],
        numbers=len(_HEADER) - 1,
        more="to_frame() has all",
        note=WHAT_RISK_IS,
    )


def path_card(heading: str, reason: str, paths: Sequence[CareerPath]) -> str:
    """Return career paths as HTML for a notebook, one row per move."""
    return card(
        heading,
        (reason,),
        header=("Path", "Step", *_HEADER),
        rows=[
            (str(number) if place == 1 else "", str(place), *_words(step))
            for number, path in enumerate(paths, start=1)
            for place, step in enumerate(path.steps, start=1)
        ],
        numbers=len(_HEADER) - 1,
        more="to_frame() has all",
        note=WHAT_RISK_IS,
    )
