"""The map of all occupations: what its form filters by, and which occupations pass.

``passed`` lists the choices that an occupation passes, and an occupation passes the form if it
passes each choice. So pages without a server need no filter of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from engine.records import codes
from engine.web.content.listing import Choices, ordered
from engine.web.content.site import Site
from engine.web.store.store import Record

Vertical = Literal["growth", "pay", "capability"]

VERTICALS: Mapping[Vertical, str] = {
    "growth": "employment_change",
    "pay": "median_wage",
    "capability": "ai_capability",
}
"""Name of a vertical axis in addresses -> its field; the first that has values is the default."""

PAY_CHOICES = (30_000, 50_000, 75_000, 100_000, 150_000)
"""Lowest median wages to choose from, in dollars a year."""

MapSort = Literal["title", "risk", "capability", "pay", "growth", "employed", "zone"]

_VALUES: Mapping[MapSort, Callable[[Record], Any]] = {
    "title": lambda row: row["title"].casefold(),
    "risk": lambda row: row["risk"],
    "capability": lambda row: row["ai_capability"],
    "pay": lambda row: row.get("median_wage"),
    "growth": lambda row: row.get("employment_change"),
    "employed": lambda row: own_employment(row) or None,
    "zone": lambda row: row["job_zone"],
}


def own_employment(row: Mapping[str, Any]) -> float:
    """People employed in the occupation itself; 0 if only a wider group has a figure, or none."""
    return 0.0 if row.get("outlook_group") else row.get("employment") or 0.0


@dataclass(frozen=True, kw_only=True)
class MapChoices(Choices):
    """The choices of a reader of the map; "" and False leave everything in.

    Attributes:
        q: text to search titles for.
        group: code of a major group.
        zone: number of a job zone.
        pay: lowest median wage, one of ``PAY_CHOICES``.
        own: only occupations with figures of their own, not of a wider group.
        growing: only occupations whose employment grows.
        sort: column by which the table is sorted.
    """

    q: str = ""
    group: str = ""
    zone: str = ""
    pay: str = ""
    own: bool = False
    growing: bool = False
    sort: MapSort = "employed"

    @property
    def chosen(self) -> frozenset[str]:
        """The choices that filter, in the form of ``passed``."""
        named = {"group": self.group, "zone": self.zone, "pay": self.pay}
        named |= {"own": "1" if self.own else "", "growing": "1" if self.growing else ""}
        return frozenset(f"{name}={value}" for name, value in named.items() if value)


def passed(row: Mapping[str, Any]) -> list[str]:
    """The choices that an occupation passes, as "name=value" of the form's fields."""
    found = [f"group={codes.major_group(row['soc_code'])}"]
    if row["job_zone"]:
        found.append(f"zone={row['job_zone']}")
    wage, change = row.get("median_wage"), row.get("employment_change")
    found += [f"pay={least}" for least in PAY_CHOICES if wage is not None and wage >= least]
    if not row.get("outlook_group") and (wage is not None or change is not None):
        found.append("own=1")
    if change is not None and change > 0:
        found.append("growing=1")
    return found


def scored(rows: Sequence[Record]) -> list[Record]:
    """Of the rows of an overview, those of scored occupations."""
    return [row for row in rows if row["risk"] is not None]


def verticals(rows: Sequence[Record]) -> list[Vertical]:
    """The vertical axes that at least one occupation has a value for."""
    return [
        name for name, field in VERTICALS.items() if any(row.get(field) is not None for row in rows)
    ]


def shown(site: Site, rows: Sequence[Record], choices: MapChoices) -> list[Record]:
    """The occupations that pass the form, in the order of its table."""
    found = None
    if choices.q:
        found = {row["soc_code"] for row in site.found(rows, choices.q, limit=len(rows))}
    passing = [
        row
        for row in rows
        if choices.chosen <= set(passed(row)) and (found is None or row["soc_code"] in found)
    ]
    return ordered(passing, _VALUES[choices.sort], descending=choices.order == "desc")
