"""Results of comparing careers: matches, paths and outlook; immutable records without I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar

from engine.careers.match_parts import NO_OUTLOOK as NO_OUTLOOK
from engine.careers.match_parts import MoveFrequency as MoveFrequency
from engine.careers.match_parts import NewTask as NewTask
from engine.careers.match_parts import Outlook as Outlook
from engine.careers.match_parts import SharedTask as SharedTask
from engine.careers.match_views import MatchViews, match_card, match_frame, path_card, path_frame
from engine.careers.out_of_reach import OutOfReach
from engine.careers.reasons import NO_REASONS, MoveReasons
from engine.display.numbers import counted
from engine.display.short_repr import short_list, short_repr

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CareerMatch(MatchViews):
    """A similar occupation of the catalog, and what a move there from the origin would mean.

    Attributes:
        soc_code, title, job_zone: of the match; the zone is None if unknown.
        similarity: of the two occupations, in [0, 1]; see ``engine.careers.similarity``.
        risk, risk_interval, ai_capability: of the match, in [0, 1].
        risk_difference: risk of the match minus risk of the origin, in [-1, 1]; negative is safer.
        shared_tasks: pairs of tasks that explain the match, most similar first.
        carries_over: share of working time in the match that is spent on tasks like those of the
            origin, in [0, 1]. Each task is weighted by the probability that it and the most similar
            task of the origin belong to the same intermediate work activity of O*NET. The share is
            different in the opposite direction.
        new_tasks: tasks of the match without a counterpart in the origin, largest time share first.
        job_zone_step: job zone of the match minus that of the origin, from -4 to 4; None if either
            is unknown.
        education_step: years of study that the move takes, for typical entry or a new license;
            negative if the match needs less; None if unknown.
        probability_safer: probability that the true risk is lower than that of the origin.
        outlook: wage and employment of the match.
        wage_ratio: median wage of the match divided by that of the origin; None if either is
            unknown.
        growth_difference: projected change of employment minus that of the origin; None if either
            is unknown.
        effort: how hard the move is, at least 0; see ``engine.careers.moves``.
        frequency: how often people make it; None if no source says.
        rank: place by similarity among the other occupations of the catalog, from 1; None if it was
            not ranked.
        of: number of these other occupations.
        score: what the matches are ranked by, in [0, 1].
        failed: names of the filters that the move does not pass; () for a match.
        reasons: why the move is suggested, in sentences.
        origin_outlook: wage and employment of the origin; ``NO_OUTLOOK`` if they are unknown.
    """

    derived: ClassVar[tuple[str, ...]] = ("similarity_level",)
    internal: ClassVar[tuple[str, ...]] = ("origin_outlook",)

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
    education_step: float | None = None
    probability_safer: float = 0.5
    outlook: Outlook = NO_OUTLOOK
    wage_ratio: float | None = None
    growth_difference: float | None = None
    effort: float = 0.0
    frequency: MoveFrequency | None = None
    rank: int | None = None
    of: int | None = None
    score: float = 0.0
    failed: tuple[str, ...] = ()
    reasons: MoveReasons = NO_REASONS
    origin_outlook: Outlook = NO_OUTLOOK


class SearchResults(list[T]):
    """What a search found, best first, and what its filters removed.

    Attributes:
        considered: number of occupations that the search compared.
        removed: filter -> number of occupations that it removed; an occupation counts for the
            first filter that it failed.
    """

    def __init__(
        self,
        results: Iterable[T] = (),
        considered: int = 0,
        removed: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(results)
        self.considered = considered
        self.removed = dict(removed or {})

    @property
    def reason(self) -> str:
        """Say how many occupations were compared, and how many each filter removed."""
        if not self.considered:
            return "The catalog has no other occupation to compare with."
        noun = "occupation" if self.considered == 1 else "occupations"
        remaining = self.considered - sum(self.removed.values())
        verb = "remains" if remaining == 1 else "remain"
        return (
            f"Compared {self.considered} {noun}; removed {_counts(self.removed)}; "
            f"{remaining} {verb}."
        )

    def __repr__(self) -> str:
        return short_list(self, self.reason, self)


class CareerMatches(SearchResults[CareerMatch]):
    """Similar careers, best first.

    Attributes:
        next: where fewer than five pass, the similar careers that fail the fewest filters; their
            ``failed`` says which.
    """

    def __init__(
        self,
        results: Iterable[CareerMatch] = (),
        considered: int = 0,
        removed: Mapping[str, int] | None = None,
        next: Iterable[CareerMatch] = (),  # noqa: A002 the name of the attribute
    ) -> None:
        super().__init__(results, considered, removed)
        self.next = tuple(next)

    def to_frame(self) -> pd.DataFrame:
        """One row per match; shares, risks and probabilities in [0, 1]."""
        return match_frame(self)

    def _repr_html_(self) -> str:
        return match_card(counted(len(self), "similar career"), self.reason, self)


@dataclass(frozen=True, slots=True, repr=False)
class CareerPath:
    """A sequence of moves that leads to another occupation.

    Attributes:
        steps: the moves, each described relative to the occupation before it.
        cost: total effort of the moves, above 0; see ``engine.careers.paths``.
        risk_difference: risk of the destination minus risk of the origin, in [-1, 1].
    """

    steps: tuple[CareerMatch, ...]
    cost: float
    risk_difference: float

    @property
    def destination(self) -> CareerMatch:
        """The last move."""
        return self.steps[-1]

    def __repr__(self) -> str:
        return short_repr(
            self,
            steps=tuple(step.title for step in self.steps),
            risk=self.destination.risk,
            risk_interval=self.destination.risk_interval,
            risk_difference=self.risk_difference,
            cost=self.cost,
        )


class CareerPaths(SearchResults[CareerPath]):
    """Career paths, the one with the lowest cost first.

    Attributes:
        steps_considered: number of single moves in the graph.
        steps_removed: filter -> number of single moves that it removed.
        out_of_reach: why no path leads to the target; None if one does, or there is no target.
    """

    def __init__(
        self,
        results: Iterable[CareerPath] = (),
        considered: int = 0,
        removed: Mapping[str, int] | None = None,
        *,
        steps_considered: int = 0,
        steps_removed: Mapping[str, int] | None = None,
        out_of_reach: OutOfReach | None = None,
    ) -> None:
        super().__init__(results, considered, removed)
        self.steps_considered = steps_considered
        self.steps_removed = dict(steps_removed or {})
        self.out_of_reach = out_of_reach

    @property
    def reason(self) -> str:
        """Say what each filter removed from the destinations and from the single moves.

        If no path leads to the target, say so, and which filters to loosen.
        """
        if not self.considered:
            return super().reason
        if self.out_of_reach is not None:
            return f"{self.out_of_reach.describe()} {self.steps_reason}"
        return f"{super().reason} {self.steps_reason}"

    @property
    def steps_reason(self) -> str:
        """Say how many single moves were considered, and how many each filter removed."""
        return (
            f"Considered {self.steps_considered:,} single moves; removed "
            f"{_counts(self.steps_removed)}."
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per move: ``path`` and ``step``, from 1, ``path_cost``, then as of a match."""
        return path_frame(self)

    def _repr_html_(self) -> str:
        return path_card(counted(len(self), "career path"), self.reason, self)


def _counts(removed: Mapping[str, int]) -> str:
    """A total and its parts, such as "3 (safer_only 2, growing_only 1)"."""
    parts = ", ".join(f"{name} {count:,}" for name, count in removed.items() if count)
    return f"{sum(removed.values()):,} ({parts})" if parts else "none"
