"""What comes out when careers are compared: matches, paths, outlook. Frozen records without I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict, TypeVar

from engine.errors import InputError
from engine.utils.arguments import check_number

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Wage and employment of an occupation, as far as they are published.

    Attributes:
        median_wage: dollars a year; None where it is not published.
        wage_is_minimum: the wage is top-coded: this much or more.
        employment: people employed; None where not published.
        employment_change: projected over ten years: .05 for a twentieth more; None likewise.
        annual_openings: projected openings a year; None likewise.
        code: of the occupation, or wider group of occupations, that the figures are of.
    """

    median_wage: float | None = None
    wage_is_minimum: bool = False
    employment: float | None = None
    employment_change: float | None = None
    annual_openings: float | None = None
    code: str = ""


NO_OUTLOOK = Outlook()
"""Where nothing is published."""


@dataclass(frozen=True, slots=True)
class SharedTask:
    """A task of one's own and the task of another occupation that it is most like."""

    task: str
    matches: str
    similarity: float


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task of another occupation that nothing of one's own work is like, and its time there."""

    task: str
    time_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CareerMatch:
    """A similar occupation of the catalogue, and what a move there would be.

    Attributes:
        soc_code, title, job_zone: of the match.
        similarity: of the two occupations, in [0, 1]: see ``engine.similarity``.
        risk, risk_interval, ai_capability: of the match.
        risk_difference: risk of the match less one's own, in [-1, 1]; negative is safer.
        shared_tasks: the pairs of tasks that explain the match, most alike first.
        carries_over: share of working time there expected to be in tasks like one's own, in [0, 1]:
            each task there counts with the probability that it and the own task most like it are
            of one intermediate work activity of O*NET. Not the same from there to here.
        new_tasks: tasks there without a counterpart, the longest first.
        job_zone_step: its job zone less one's own, from -4 to 4; None where either is unknown.
        probability_safer: that its risk is really lower than one's own, in [0, 1].
        outlook: wage and employment there.
        wage_ratio: median wage there over one's own; None where either is unknown.
        score: what the matches are ranked by, in [0, 1].
    """

    soc_code: str
    title: str
    job_zone: int | None
    similarity: float
    risk: float
    risk_interval: tuple[float, float]
    ai_capability: float
    risk_difference: float
    shared_tasks: tuple[SharedTask, ...]
    carries_over: float = 0.0
    new_tasks: tuple[NewTask, ...] = ()
    job_zone_step: int | None = None
    probability_safer: float = 0.5
    outlook: Outlook = NO_OUTLOOK
    wage_ratio: float | None = None
    score: float = 0.0


class Found(list[T]):
    """What a search found, best first, and what became of the occupations that are not among it.

    Attributes:
        considered: how many occupations the search looked at.
        removed: filter -> how many of them it took out; each counts for the first that did.
    """

    def __init__(
        self,
        found: Iterable[T] = (),
        considered: int = 0,
        removed: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(found)
        self.considered = considered
        self.removed = dict(removed or {})

    @property
    def reason(self) -> str:
        """In words: how many occupations were looked at, and what each filter took out."""
        if not self.considered:
            return "The catalogue has no other occupation to compare with."
        left = self.considered - sum(self.removed.values())
        noun = "occupation" if self.considered == 1 else "occupations"
        return (
            f"{self.considered} {noun} compared; taken out by {_taken(self.removed)}; {left} left."
        )


class CareerMatches(Found[CareerMatch]):
    """Matches, best first."""


@dataclass(frozen=True, slots=True)
class CareerPath:
    """Moves that lead to another occupation, one after the other.

    Attributes:
        steps: each move, seen from where the one before has led.
        cost: effort of all moves, above 0: see ``engine.paths``.
        risk_difference: risk at the end less one's own now, in [-1, 1].
    """

    steps: tuple[CareerMatch, ...]
    cost: float
    risk_difference: float

    @property
    def destination(self) -> CareerMatch:
        """The last move."""
        return self.steps[-1]


class CareerPaths(Found[CareerPath]):
    """Paths, the cheapest first.

    Attributes:
        steps_considered: how many single moves there are in the graph.
        steps_removed: filter -> how many of these it took out.
    """

    def __init__(
        self,
        found: Iterable[CareerPath] = (),
        considered: int = 0,
        removed: Mapping[str, int] | None = None,
        steps_considered: int = 0,
        steps_removed: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(found, considered, removed)
        self.steps_considered = steps_considered
        self.steps_removed = dict(steps_removed or {})

    @property
    def reason(self) -> str:
        """In words: what each filter took out of the destinations, and of the single moves."""
        steps = (
            f"of {self.steps_considered} single moves, taken out by {_taken(self.steps_removed)}"
        )
        return f"{super().reason[:-1]}; {steps}." if self.considered else super().reason


def _taken(removed: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in removed.items() if count) or "no filter"


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveFilters:
    """Which moves come into question.

    Attributes:
        safer_only: only occupations of lower risk.
        max_job_zone_gap: job zones at most this far off, 0 to 4; None for no limit. Without effect
            where either zone is unknown.
        min_risk_reduction: only risks at least this much lower, in [0, 1].
        min_probability_safer: only where the risk is really lower with this probability, in [0, 1].
        min_wage_ratio: only median wages of at least this part of one's own, such as .9; an
            occupation of unknown wage does not pass.
        growing_only: only occupations whose employment is projected to grow.
        min_carries_over: only where this share of working time there carries over, in [0, 1].

    Raises:
        InputError: naming the filter that is out of its range.
    """

    safer_only: bool = True
    max_job_zone_gap: int | None = 1
    min_risk_reduction: float = 0.0
    min_probability_safer: float = 0.0
    min_wage_ratio: float | None = None
    growing_only: bool = False
    min_carries_over: float = 0.0

    def __post_init__(self) -> None:
        gap = self.max_job_zone_gap
        if gap is not None and (
            isinstance(gap, bool) or not isinstance(gap, int) or not 0 <= gap <= 4
        ):
            raise InputError(f"max_job_zone_gap is {gap!r}: expected 0 to 4, or None for no limit")
        for name in ("min_risk_reduction", "min_probability_safer", "min_carries_over"):
            check_number(name, getattr(self, name), 0.0, 1.0)
        if self.min_wage_ratio is not None:
            check_number("min_wage_ratio", self.min_wage_ratio, 0.0, 10.0)


class MoveOptions(TypedDict, total=False):
    """The fields of ``MoveFilters`` as keyword arguments."""

    safer_only: bool
    max_job_zone_gap: int | None
    min_risk_reduction: float
    min_probability_safer: float
    min_wage_ratio: float | None
    growing_only: bool
    min_carries_over: float


DEFAULT_FILTERS = MoveFilters()
"""The filters wherever none are given: in Python, on the command line, on pages and in the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingWeights:
    """What matches are ranked by: the weighted mean of these parts, each in [0, 1].

    Attributes:
        similarity: of the occupations.
        carries_over: share of time there that carries over.
        safety: probability that the risk there is really lower.
        wage: the wage there against one's own: half at the same, 1 at twice as much or more;
            half where it is unknown.
        growth: projected employment: half at no change, 1 at 20 % more, 0 at 20 % less; half
            where it is unknown.

    Raises:
        InputError: if a weight is negative, or all are 0.
    """

    similarity: float = 1.0
    carries_over: float = 0.0
    safety: float = 0.0
    wage: float = 0.0
    growth: float = 0.0

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            check_number(f"weight of {name}", getattr(self, name), 0.0, 1e6)
        if self.total == 0:
            raise InputError("all ranking weights are 0: expected one above 0")

    @property
    def total(self) -> float:
        """Sum of the weights."""
        return self.similarity + self.carries_over + self.safety + self.wage + self.growth
