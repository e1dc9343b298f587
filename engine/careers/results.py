"""Results of comparing careers: matches, paths and outlook; immutable records without I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from engine.careers.match_parts import NO_OUTLOOK as NO_OUTLOOK
from engine.careers.match_parts import CareerMatch as CareerMatch
from engine.careers.match_parts import CareerPath as CareerPath
from engine.careers.match_parts import MoveFrequency as MoveFrequency
from engine.careers.match_parts import NewTask as NewTask
from engine.careers.match_parts import Outlook as Outlook
from engine.careers.match_parts import SharedTask as SharedTask
from engine.careers.match_views import match_card, match_frame, path_card, path_frame
from engine.careers.out_of_reach import OutOfReach
from engine.display.numbers import counted
from engine.display.short_repr import short_list

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")


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
