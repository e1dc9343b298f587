"""The form that filters similar careers: its choices, and the stored matches that pass them.

``MoveFilters`` decides which matches pass. For pages without a server, ``choices_passed`` applies
it ahead of time, and the browser compares the reader's choices with that list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from engine.careers.filters import DEFAULT_FILTERS, MoveFilters
from engine.display.wording import marked
from engine.web.store.store import Record

NO_LIMIT = "any"

ZoneGap = Literal["0", "1", "2", "3", "4", "any"]
"""A maximum gap between job zones, as forms and addresses write it."""

ZoneChoice = Literal["0", "1", "2", "any"]
WageChoice = Literal["any", "0.8", "1", "1.2"]

ZONE_CHOICES: Mapping[ZoneChoice, str] = {
    "0": marked("the same"),
    "1": marked("at most 1 away"),
    "2": marked("at most 2 away"),
    "any": marked("any"),
}
WAGE_CHOICES: Mapping[WageChoice, str] = {
    "any": marked("any"),
    "0.8": marked("at least 80% of this one"),
    "1": marked("at least as high"),
    "1.2": marked("at least 120% of this one"),
}


def as_gap(text: ZoneGap) -> int | None:
    """Convert a maximum job-zone gap for ``MoveFilters``: "any" -> None."""
    return None if text == NO_LIMIT else int(text)


DEFAULT_GAP: ZoneGap = next(
    text for text in get_args(ZoneGap) if as_gap(text) == DEFAULT_FILTERS.max_job_zone_gap
)
DEFAULT_ZONES: ZoneChoice = next(choice for choice in ZONE_CHOICES if choice == DEFAULT_GAP)
DEFAULT_WAGE: WageChoice = next(
    choice for choice in WAGE_CHOICES if choice == f"{DEFAULT_FILTERS.min_wage_ratio:g}"
)


@dataclass(frozen=True, kw_only=True)
class CareerChoices:
    """The choices of a reader in the form; the default filters if there are none."""

    safer_only: bool = DEFAULT_FILTERS.safer_only
    zones: ZoneChoice = DEFAULT_ZONES
    wage: WageChoice = DEFAULT_WAGE
    outlook: bool = DEFAULT_FILTERS.no_worse_outlook

    @property
    def filters(self) -> MoveFilters:
        """The choices as filters of the engine."""
        return MoveFilters(
            safer_only=self.safer_only,
            max_job_zone_gap=as_gap(self.zones),
            max_education_gap=None if self.zones == NO_LIMIT else _education_gap(self.zones),
            min_wage_ratio=None if self.wage == NO_LIMIT else float(self.wage),
            no_worse_outlook=self.outlook,
        )


def _education_gap(zones: ZoneChoice) -> float:
    """Return the years of study that go with a choice of job zones: the default's for each zone."""
    return (DEFAULT_FILTERS.max_education_gap or 0.0) * int(zones)


_NO_LIMITS = CareerChoices(safer_only=False, zones="any", wage="any", outlook=False)


def passing(matches: Iterable[Record], filters: MoveFilters) -> list[Record]:
    """Stored matches that pass the filters, in the same order."""
    return [match for match in matches if not _failed(match, filters)]


def nearly_passing(matches: Iterable[Record], filters: MoveFilters, count: int) -> list[Record]:
    """Stored matches that fail the fewest filters, with the names of these as ``failed``.

    Args:
        count: number of matches to return at most.
    """
    failing = [match | {"failed": _failed(match, filters)} for match in matches]
    missed = [match for match in failing if match["failed"]]
    return sorted(missed, key=lambda match: len(match["failed"]))[:count]


@dataclass(frozen=True, kw_only=True)
class ChoicesPassed:
    """The choices that a match passes, each taken alone; it passes a form if it passes each."""

    safer: bool
    zones: tuple[ZoneChoice, ...]
    wages: tuple[WageChoice, ...]
    outlook: bool


def choices_passed(match: Record) -> ChoicesPassed:
    """Every choice of the form that a stored match passes."""

    def passes(**choice: Any) -> bool:
        return not _failed(match, replace(_NO_LIMITS, **choice).filters)

    return ChoicesPassed(
        safer=passes(safer_only=True),
        zones=tuple(choice for choice in ZONE_CHOICES if passes(zones=choice)),
        wages=tuple(choice for choice in WAGE_CHOICES if passes(wage=choice)),
        outlook=passes(outlook=True),
    )


def _failed(match: Record, filters: MoveFilters) -> tuple[str, ...]:
    """Names of the filters that a stored match fails."""
    return filters.failed(
        risk_difference=match["risk_difference"],
        probability_safer=match["probability_safer"],
        wage_ratio=match["wage_ratio"],
        employment_change=match["outlook"]["employment_change"],
        growth_difference=match["growth_difference"],
        job_zone_step=match["job_zone_step"],
        education_step=match["education_step"],
        carries_over=match["carries_over"],
        rank=match["rank"],
    )
