"""How career matches and paths are shown: as tables, and in a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from engine.careers.match_parts import MoveFrequency, NewTask, Outlook, SharedTask
from engine.careers.reasons import MoveReasons
from engine.careers.similarity_levels import similarity_level
from engine.display.html import card
from engine.display.numbers import chance, interval, ordinal, percent, risk_difference, wage
from engine.display.short_repr import short_repr
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


class MatchViews:
    """The table row and the ``repr`` of a match; see ``CareerMatch``."""

    __slots__ = ()

    soc_code: str
    title: str
    job_zone: int | None
    similarity: float
    risk: float
    risk_interval: tuple[float, float]
    ai_capability: float
    risk_difference: float
    shared_tasks: tuple[SharedTask, ...]
    carries_over: float
    new_tasks: tuple[NewTask, ...]
    job_zone_step: int | None
    probability_safer: float
    outlook: Outlook
    wage_ratio: float | None
    score: float
    effort: float
    frequency: MoveFrequency | None
    rank: int | None
    of: int | None
    reasons: MoveReasons

    @property
    def similarity_level(self) -> str:
        """The similarity in words, such as "very similar"; "" if the match is not ranked."""
        if self.rank is None or self.of is None:
            return ""
        return similarity_level(self.rank, self.of, self.carries_over)

    def _cells(self) -> tuple[object, ...]:
        """Return the values of ``_COLUMNS``."""
        return (
            self.soc_code,
            self.title,
            self.job_zone,
            self.similarity,
            self.risk,
            *self.risk_interval,
            self.risk_difference,
            self.ai_capability,
            " | ".join(f"{pair.task} ~ {pair.matches}" for pair in self.shared_tasks),
            self.carries_over,
            " | ".join(task.task for task in self.new_tasks),
            self.job_zone_step,
            self.probability_safer,
            self.outlook.median_wage,
            self.outlook.wage_is_minimum,
            self.wage_ratio,
            self.outlook.employment_change,
            self.outlook.annual_openings,
            self.outlook.code,
            self.score,
            self.effort,
            None if self.frequency is None else self.frequency.ratio,
            self.rank,
            self.of,
            self.similarity_level,
            " ".join(self.reasons.sentences),
        )

    def _words(self) -> tuple[str, ...]:
        """Return the cells of ``_HEADER``, for people."""
        pay = self.outlook.median_wage
        return (
            self.title,
            percent(self.risk),
            interval(self.risk_interval),
            risk_difference(self.risk_difference),
            chance(self.probability_safer),
            "" if self.rank is None else ordinal(self.rank),
            percent(self.carries_over),
            "" if pay is None else wage(pay, is_minimum=self.outlook.wage_is_minimum),
        )

    def __repr__(self) -> str:
        return short_repr(
            self,
            self.title,
            soc_code=self.soc_code,
            similarity=self.similarity,
            risk=self.risk,
            risk_interval=self.risk_interval,
            risk_difference=self.risk_difference,
        )


class _Path(Protocol):
    @property
    def steps(self) -> Sequence[MatchViews]: ...
    @property
    def cost(self) -> float: ...


_HEADER = ("Career", "Risk", "Interval", "Difference", "Safer", "Similar", "Carries over", "Pay")


def match_frame(matches: Sequence[MatchViews]) -> pd.DataFrame:
    """Return similar careers, one row per match; shares, risks and probabilities in [0, 1]."""
    import pandas as pd

    return pd.DataFrame([match._cells() for match in matches], columns=_COLUMNS)


def path_frame(paths: Sequence[_Path]) -> pd.DataFrame:
    """Return career paths, one row per move.

    Columns: ``path`` and ``step``, numbers from 1; ``path_cost``; then those of ``match_frame``.
    """
    import pandas as pd

    rows = [
        (number, place, path.cost, *step._cells())
        for number, path in enumerate(paths, start=1)
        for place, step in enumerate(path.steps, start=1)
    ]
    return pd.DataFrame(rows, columns=["path", "step", "path_cost", *_COLUMNS])


def match_card(heading: str, reason: str, matches: Sequence[MatchViews]) -> str:
    """Return similar careers as HTML for a notebook."""
    return card(
        heading,
        (reason,),
        header=_HEADER,
        rows=[match._words() for match in matches],
        numbers=len(_HEADER) - 1,
        more="to_frame() has all",
        note=WHAT_RISK_IS,
    )


def path_card(heading: str, reason: str, paths: Sequence[_Path]) -> str:
    """Return career paths as HTML for a notebook, one row per move."""
    return card(
        heading,
        (reason,),
        header=("Path", "Step", *_HEADER),
        rows=[
            (str(number) if place == 1 else "", str(place), *step._words())
            for number, path in enumerate(paths, start=1)
            for place, step in enumerate(path.steps, start=1)
        ],
        numbers=len(_HEADER) - 1,
        more="to_frame() has all",
        note=WHAT_RISK_IS,
    )
