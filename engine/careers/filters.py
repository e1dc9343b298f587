"""Filters for career moves, and the weights that rank them.

``MoveFilters`` alone defines the filters. The engine applies it to arrays of moves, and the web
pages apply it to single stored moves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from engine.display.wording import marked
from engine.errors import InputError
from engine.utils.arguments import check_count, check_number

LEAST_REDUCTION, LEAST_PROBABILITY = 0.03, 0.8
"""By how much the risk must be lower, and how probable it must be that it is."""

LEAST_WAGE_RATIO = 0.8
"""Median wage relative to the origin's below which a move is a loss of pay."""

NEAREST = 100
"""Number of occupations that are similar enough to be suggested."""

LEAST_CARRIED_OVER = 0.06
"""Share of time that carries over between occupations of middling similarity: with less, a move is
a new start. Near occupations share .12 to .23."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFilters:
    """Conditions that a move to another occupation must meet; by default, better prospects.

    The conditions compare the other occupation with the origin. What is not known is not held
    against a move: it passes, and whoever shows the move says what is not known.

    Attributes:
        safer_only: the risk must be lower.
        max_job_zone_gap: job zones may differ by at most this, 0 to 4; None for no limit.
        max_education_gap: years of study for the typical education at entry may differ by at most
            this, and a new license may take at most this, from 0 to 10; None for no limit.
        min_risk_reduction: the risk must be lower by at least this, in [0, 1]; 0 for no condition.
            None is ``LEAST_REDUCTION`` if ``safer_only``, or else 0.
        min_probability_safer: the probability that the true risk is lower must be at least this,
            in [0, 1]; 0 for no condition. None is ``LEAST_PROBABILITY`` if ``safer_only``, or else
            0.
        min_wage_ratio: the median wage must be at least this multiple of the origin's, such as .9,
            from 0 to 10; None for no condition.
        no_worse_outlook: employment must not be projected to fall where the origin's is not, and
            must not grow more slowly unless the median wage is higher.
        growing_only: employment must be projected to grow.
        min_carries_over: at least this share of working time must carry over, in [0, 1]; 0 for no
            condition.
        max_rank: it must be among this many most similar occupations, at least 1; None for no
            limit. On a path, every move is to one of the most similar, so it has no effect.

    Raises:
        InputError: naming the condition that is out of range.
    """

    safer_only: bool = True
    max_job_zone_gap: int | None = 1
    max_education_gap: float | None = 2.0
    min_risk_reduction: float | None = None
    min_probability_safer: float | None = None
    min_wage_ratio: float | None = LEAST_WAGE_RATIO
    no_worse_outlook: bool = True
    growing_only: bool = False
    min_carries_over: float = LEAST_CARRIED_OVER
    max_rank: int | None = NEAREST

    def __post_init__(self) -> None:
        gap = self.max_job_zone_gap
        if gap is not None and (
            isinstance(gap, bool) or not isinstance(gap, int) or not 0 <= gap <= 4
        ):
            raise InputError(
                f"max_job_zone_gap is {gap!r}; give a whole number from 0 to 4, or None for "
                "no limit"
            )
        if self.max_rank is not None:
            check_count("max_rank", self.max_rank)
        for name in ("min_risk_reduction", "min_probability_safer", "min_carries_over"):
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), 0.0, 1.0)
        for name in ("min_wage_ratio", "max_education_gap"):
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), 0.0, 10.0)

    def failed(
        self,
        *,
        risk_difference: float | None,
        probability_safer: float | None,
        wage_ratio: float | None,
        employment_change: float | None,
        growth_difference: float | None,
        job_zone_step: float | None,
        education_step: float | None,
        carries_over: float | None,
        rank: float | None,
    ) -> tuple[str, ...]:
        """Return the names of the filters that a single move does not pass; () if it passes all.

        None stands for an unknown value.

        Args:
            risk_difference: risk of the other occupation minus that of the origin, in [-1, 1].
            probability_safer: as ``CareerMatch``, in [0, 1].
            wage_ratio: as ``CareerMatch``.
            employment_change: projected change in the other occupation; .05 means 5% more.
            growth_difference: that minus the projected change in the origin.
            job_zone_step: as ``CareerMatch``.
            education_step: as ``CareerMatch``.
            carries_over: as ``CareerMatch``, in [0, 1].
            rank: as ``CareerMatch``.
        """
        checks = self.destination_checks(
            risk_difference=_or_nan(risk_difference),
            probability_safer=_or_nan(probability_safer),
            wage_ratio=_or_nan(wage_ratio),
            employment_change=_or_nan(employment_change),
            growth_difference=_or_nan(growth_difference),
        ) | self.step_checks(
            job_zone_step=_or_nan(job_zone_step),
            education_step=_or_nan(education_step),
            carries_over=_or_nan(carries_over),
            rank=rank,
        )
        return tuple(name for name, passed in checks.items() if not passed)

    def destination_checks(
        self,
        *,
        risk_difference: Any,
        probability_safer: Any,
        wage_ratio: Any,
        employment_change: Any,
        growth_difference: Any,
    ) -> dict[str, Any]:
        """Return filter -> whether moves pass it, for the filters of risk, wage and growth.

        Only filters that are set are included. The arguments are those of ``failed``: numbers, or
        arrays of the same shape; NaN is unknown. The values are of the same kind.
        """
        checks: dict[str, Any] = {}
        if self.safer_only:
            checks["safer_only"] = risk_difference < 0
        if reduction := self._or_default(self.min_risk_reduction, LEAST_REDUCTION):
            checks["min_risk_reduction"] = -risk_difference >= reduction
        if probability := self._or_default(self.min_probability_safer, LEAST_PROBABILITY):
            checks["min_probability_safer"] = probability_safer >= probability
        # Comparisons with NaN, which is unknown, are false, so these ask for what must not be.
        if self.min_wage_ratio is not None:
            checks["min_wage_ratio"] = _not(wage_ratio < self.min_wage_ratio)
        if self.no_worse_outlook:
            falls = (employment_change < 0) & (employment_change - growth_difference >= 0)
            slower = (growth_difference < 0) & (wage_ratio <= 1)
            checks["no_worse_outlook"] = _not(falls | slower)
        if self.growing_only:
            checks["growing_only"] = _not(employment_change <= 0)
        return checks

    def _or_default(self, value: float | None, default: float) -> float:
        if value is not None:
            return value
        return default if self.safer_only else 0.0

    def step_checks(
        self, *, job_zone_step: Any, education_step: Any, carries_over: Any, rank: Any = None
    ) -> dict[str, Any]:
        """Return filter -> whether moves pass it, for the filters of preparation and similarity.

        On a path, these filters apply to each move, which has no rank. Those of
        ``destination_checks`` compare the destination with the origin. Arguments and values are as
        for ``destination_checks``; ``rank`` is None if moves are not ranked.
        """
        checks: dict[str, Any] = {}
        if self.max_job_zone_gap is not None:
            checks["max_job_zone_gap"] = _not(abs(job_zone_step) > self.max_job_zone_gap)
        if self.max_education_gap is not None:
            checks["max_education_gap"] = _not(abs(education_step) > self.max_education_gap)
        if self.min_carries_over:
            checks["min_carries_over"] = carries_over >= self.min_carries_over
        if self.max_rank is not None and rank is not None:
            checks["max_rank"] = _not(rank > self.max_rank)
        return checks


def _not(value: Any) -> Any:
    """Negate a truth value, or each of an array."""
    return True ^ value


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else float(value)


class MoveOptions(TypedDict, total=False):
    """Types of the fields of ``MoveFilters`` as keyword arguments."""

    safer_only: bool
    max_job_zone_gap: int | None
    max_education_gap: float | None
    min_risk_reduction: float | None
    min_probability_safer: float | None
    min_wage_ratio: float | None
    no_worse_outlook: bool
    growing_only: bool
    min_carries_over: float
    max_rank: int | None


DEFAULT_MATCHES = 10
"""Number of matches wherever none is given."""

MAX_EFFORT = 4.5
"""Highest effort of a path to a destination that nobody asked for: the odds of its moves together
are one in ninety of those of a move to a job that is all but the same."""

DEFAULT_FILTERS = MoveFilters()
"""The default filters in Python, on the command line, on the pages and in the API."""

UNFILTERED: MoveOptions = {
    "safer_only": False,
    "max_job_zone_gap": None,
    "max_education_gap": None,
    "min_wage_ratio": None,
    "no_worse_outlook": False,
    "min_carries_over": 0.0,
    "max_rank": None,
}
"""Options that every move passes."""

FAILED_WORDS: Mapping[str, str] = {
    "safer_only": marked("the risk is not lower"),
    "min_risk_reduction": marked("the risk is hardly lower"),
    "min_probability_safer": marked("it is not certain enough that the risk is lower"),
    "min_wage_ratio": marked("it pays too little"),
    "no_worse_outlook": marked("its outlook is worse"),
    "growing_only": marked("no growth is projected"),
    "max_job_zone_gap": marked("it needs much more or less preparation"),
    "max_education_gap": marked("it needs much more or less education"),
    "min_carries_over": marked("too little of the work carries over"),
    "max_rank": marked("others are more similar"),
}
"""Filter -> what is said of a move that it does not pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingWeights:
    """Weights of the parts whose weighted mean ranks the matches; each part is in [0, 1].

    Attributes:
        similarity: similarity of the occupations.
        carries_over: share of working time that carries over.
        safety: probability that the true risk is lower.
        wage: median wage relative to the origin's: .5 if equal or unknown, 1 if at least twice as
            high.
        ease: exp(-``CareerMatch.effort``): the odds that people make the move, relative to those of
            a move to a job that is all but the same.
        growth: projected employment: 0 at 20% less, .5 at no change or if unknown, 1 at 20% more.

    Raises:
        InputError: if a weight is negative, or all weights are 0.
    """

    similarity: float = 1.0
    carries_over: float = 0.0
    safety: float = 0.0
    wage: float = 0.0
    growth: float = 0.0
    ease: float = 0.0

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            check_number(f"weight of {name}", getattr(self, name), 0.0, 1e6)
        if self.total == 0:
            raise InputError("all ranking weights are 0; make at least one positive")

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return sum(getattr(self, name) for name in self.__dataclass_fields__)
