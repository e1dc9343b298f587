"""Occupations ranked by risk or by a barrier, with the ranks that their intervals allow."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.display.wording import marked
from engine.records.measures import BARRIERS
from engine.report.formatting import BARRIER_MATTERS, BARRIER_NAMES, hundredths
from engine.web.content.explore import scored
from engine.web.content.listing import Choices, ordered
from engine.web.content.site import Site
from engine.web.store.store import Record

RankedBy = Literal["risk", "cognitive", "physical", "regulatory"]

RANKED: Mapping[str, str] = {"risk": marked("risk"), **BARRIER_NAMES}
"""Figure to rank by -> its name for people."""


@dataclass(frozen=True, kw_only=True)
class RankChoices(Choices):
    """The choices of a reader of the ranking; "" leaves everything in.

    Attributes:
        group: code of a major group.
        barrier: only occupations whose highest barrier is this one.
    """

    group: str = ""
    barrier: str = ""


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """An occupation in a ranking.

    Attributes:
        row: its facts and figures.
        rank: 1 + number of occupations whose figure, in whole percent, comes before its own.
        tied: another occupation has the same rank.
        best, worst: first and last rank that it may have: only occupations whose intervals do not
            overlap with its own are certain to come before or after it.
    """

    row: Record
    rank: int
    tied: bool
    best: int
    worst: int


def ends(row: Record, name: str) -> tuple[float, float]:
    """The interval of a figure, in [0, 1]."""
    return row[f"{name}_low"], row[f"{name}_high"]


def rank(rows: Sequence[Record], by: str, *, descending: bool = True) -> list[Ranked]:
    """Rank occupations by a figure that all of them have.

    Args:
        descending: the highest first.
    """
    found = ordered(rows, lambda row: row[by], descending=descending)
    ranges = possible_ranks([ends(row, by) for row in found], descending=descending)
    percents = [hundredths(row[by]) for row in found]
    first, shared = dict[int, int](), Counter(percents)
    for place, number in enumerate(percents, start=1):
        first.setdefault(number, place)
    return [
        Ranked(row=row, rank=first[number], tied=shared[number] > 1, best=best, worst=worst)
        for row, number, (best, worst) in zip(found, percents, ranges, strict=True)
    ]


def possible_ranks(
    intervals: Sequence[tuple[float, float]], *, descending: bool = True
) -> list[tuple[int, int]]:
    """First and last rank that each of several figures may have, from 1 up.

    A figure certainly comes before another if the intervals of the two do not overlap.

    Args:
        intervals: lower and upper end of each.
        descending: the highest first.
    """
    lows, highs = sorted(low for low, _ in intervals), sorted(high for _, high in intervals)
    count, found = len(intervals), []
    for low, high in intervals:
        above = count - bisect_right(lows, high)
        below = bisect_left(highs, low)
        before, after = (above, below) if descending else (below, above)
        found.append((1 + before, count - after))
    return found


def has_barriers(rows: Sequence[Record]) -> bool:
    """True if the barriers of every occupation are estimated."""
    return bool(rows) and all(row[barrier] is not None for row in rows for barrier in BARRIERS)


def highest_barriers(row: Record) -> list[str]:
    """The highest barrier of an occupation, then those whose intervals overlap with its own.

    Empty if none is high enough to matter.
    """
    names = sorted(BARRIERS, key=lambda barrier: -row[barrier])
    if row[names[0]] < BARRIER_MATTERS:
        return []
    lowest = ends(row, names[0])[0]
    return [name for name in names if name == names[0] or ends(row, name)[1] >= lowest]


def ranking(site: Site, by: str, choices: RankChoices) -> list[Ranked]:
    """The occupations that pass the form, ranked among themselves."""
    rows = scored(site.overview())
    if by != "risk" and not has_barriers(rows):
        return []
    if choices.group:
        codes = {row["soc_code"] for row in site.group(choices.group)}
        rows = [row for row in rows if row["soc_code"] in codes]
    if choices.barrier:
        rows = [row for row in rows if choices.barrier in highest_barriers(row)[:1]]
    return rank(rows, by, descending=choices.order == "desc")
