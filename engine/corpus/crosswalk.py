"""The typed crosswalk: which occupations of a catalog a unit group of ISCO-08 or ESCO links to.

A pair links an occupation of ESCO, or a unit group of ISCO-08, to a SOC code. Its kind says how the
two compare, as ESCO's crosswalk with O*NET does: ``exact``, ``close``, ``broad`` (the SOC
occupation is broader) or ``narrow`` (it is narrower).

- An exact pair decides. Without one in the catalog, all pairs of an ESCO occupation count equally:
  each describes a part of it.
- A unit group links to its own exact pairs. Without any, it links to what the occupations of ESCO
  in it link to, and each of these counts equally.

``scripts/benchmark.py isco`` compares this rule with others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from engine.corpus.columns import CROSSWALK_COLUMNS
from engine.records.isco import digits, is_isco

KINDS: Mapping[str, str] = {
    "exact": "exactMatch",
    "close": "closeMatch",
    "broad": "broadMatch",
    "narrow": "narrowMatch",
}
"""Kind of a pair -> its name in ESCO's crosswalk, the best kind first."""

_EXACT = "exact"

_NEAREST = 5
_PREFIXES = (3, 2, 1)
"""Digits of the minor, the sub-major and the major group."""


def no_crosswalk() -> pd.DataFrame:
    """Return a crosswalk without rows."""
    return pd.DataFrame(columns=list(CROSSWALK_COLUMNS))


@dataclass(frozen=True, kw_only=True)
class Link:
    """An occupation of the catalog that a code links to.

    Attributes:
        soc_code: its code.
        kind: best kind of the pairs that lead to it, one of ``KINDS``.
        weight: its share of the code, in (0, 1].
    """

    soc_code: str
    kind: str
    weight: float


@dataclass(frozen=True, kw_only=True)
class Links:
    """What a code links to.

    Attributes:
        found: occupations of the catalog, the largest weight first; the weights sum to 1. Empty if
            there are none.
        by_group: the code is of an ESCO occupation without a pair, and the links are those of its
            unit group.
        missing: SOC codes of pairs that the catalog lacks, ascending.
    """

    found: tuple[Link, ...] = ()
    by_group: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LinkedCodes:
    """The codes that link to an occupation of the catalog.

    Attributes:
        isco: unit groups, such as ISCO-3313, ascending.
        esco: UUIDs of occupations of ESCO, ascending.
        esco_kinds: kind of the pair of each of them, one of ``KINDS``, or ``GROUP``.
    """

    isco: tuple[str, ...] = ()
    esco: tuple[str, ...] = ()
    esco_kinds: tuple[str, ...] = ()


GROUP = "group"
"""Kind of a link of an ESCO occupation to its unit group."""


class Crosswalk:
    """Looks up the rows of a crosswalk.

    Args:
        table: columns ``CROSSWALK_COLUMNS``. ``esco`` is the UUID of an occupation, ``isco`` its
            unit group, such as ISCO-3313, and ``title`` its name; ``soc_code`` and ``match`` are a
            pair. A row without ``esco`` is a pair of the unit group. A row without ``soc_code``
            lists an occupation that has no pair.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    def group_of(self, esco: str) -> str | None:
        """Return the unit group of an ESCO occupation, such as ISCO-3313; None if unknown."""
        return self._groups.get(esco) or None

    def title_of(self, esco: str) -> str:
        """Return the name of an ESCO occupation; "" if unknown."""
        return self._titles.get(esco, "")

    def knows(self, esco: str) -> bool:
        """Return whether the crosswalk lists an ESCO occupation."""
        return esco in self._groups

    def links_of_esco(self, esco: str, catalog: Collection[str]) -> Links:
        """Return what an ESCO occupation links to; without a pair, what its unit group does.

        Args:
            esco: UUID of the occupation.
            catalog: SOC codes that count.
        """
        pairs = self._esco_pairs.get(esco, {})
        if counted := _counted(pairs, catalog):
            return _links([counted], pairs, catalog)
        group = self.group_of(esco)
        if group is None:
            return Links(missing=_missing(pairs, catalog))
        of_group = self.links_of_group(group, catalog)
        missing = {*of_group.missing, *_missing(pairs, catalog)}
        return Links(found=of_group.found, by_group=True, missing=tuple(sorted(missing)))

    def links_of_group(self, isco: str, catalog: Collection[str]) -> Links:
        """Return what a unit group links to.

        Args:
            isco: the group, such as ISCO-3313.
            catalog: SOC codes that count.
        """
        own = self._group_pairs.get(isco, {})
        if counted := _counted(own, catalog):
            return _links([counted], own, catalog)
        members = [self._esco_pairs.get(esco, {}) for esco in self._members.get(isco, ())]
        pairs = {code: kind for part in (own, *members) for code, kind in part.items()}
        return _links([_counted(part, catalog) for part in members], pairs, catalog)

    def pairs_of_group(self, isco: str) -> list[tuple[str, str]]:
        """Return all pairs of a unit group and of the ESCO occupations in it.

        Returns:
            (SOC code, kind); a code that several occupations pair with is there several times.
        """
        members = [self._esco_pairs.get(esco, {}) for esco in self._members.get(isco, ())]
        return [
            pair for part in (self._group_pairs.get(isco, {}), *members) for pair in part.items()
        ]

    def codes_of(self, catalog: Iterable[str]) -> dict[str, LinkedCodes]:
        """Return the codes that link to each occupation of a catalog.

        ESCO occupations are the inverse of ``links_of_esco``, without those that link by their
        unit group alone. Unit groups are those of these occupations, and those with a pair of
        their own. A unit group of the catalog has itself, and the ESCO occupations in it.

        Args:
            catalog: codes of the occupations.
        """
        listed = dict.fromkeys(catalog)
        groups = {code: {code} if is_isco(code) else set() for code in listed}
        pairs: dict[str, list[tuple[str, str]]] = {
            code: [(esco, GROUP) for esco in sorted(self._members.get(code, ()))] for code in listed
        }
        for group, own in self._group_pairs.items():
            for code in own.keys() & groups.keys():
                groups[code].add(group)
        for esco in sorted(self._esco_pairs):
            links = self.links_of_esco(esco, listed)
            unit_group = self.group_of(esco)
            for link in () if links.by_group else links.found:
                pairs[link.soc_code].append((esco, link.kind))
                groups[link.soc_code] |= {unit_group} if unit_group else set()
        return {
            code: LinkedCodes(
                isco=tuple(sorted(groups[code])),
                esco=tuple(esco for esco, _ in pairs[code]),
                esco_kinds=tuple(kind for _, kind in pairs[code]),
            )
            for code in listed
        }

    def nearest_groups(self, isco: str, catalog: Collection[str]) -> list[str]:
        """Return up to five unit groups with links that are nearest in ISCO's hierarchy.

        Args:
            isco: a group, such as ISCO-3313.
            catalog: SOC codes that count.
        """
        groups = sorted({*self._members, *self._group_pairs} - {isco})
        near = [
            group
            for length in _PREFIXES
            for group in groups
            if digits(group)[:length] == digits(isco)[:length]
        ]
        linked = (g for g in dict.fromkeys(near) if self.links_of_group(g, catalog).found)
        return [group for group, _ in zip(linked, range(_NEAREST), strict=False)]

    @cached_property
    def _groups(self) -> Mapping[str, str]:
        return self._by_esco("isco")

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return self._by_esco("title")

    def _by_esco(self, column: str) -> Mapping[str, str]:
        rows = zip(self._table["esco"], self._table[column], strict=True)
        return {str(esco): str(value) for esco, value in rows if esco}

    @cached_property
    def _members(self) -> Mapping[str, list[str]]:
        """Unit group -> its ESCO occupations."""
        members: dict[str, list[str]] = {}
        for esco, group in self._groups.items():
            if group:
                members.setdefault(group, []).append(esco)
        return members

    @cached_property
    def _esco_pairs(self) -> Mapping[str, dict[str, str]]:
        return _pairs(self._table[self._table["esco"] != ""], "esco")

    @cached_property
    def _group_pairs(self) -> Mapping[str, dict[str, str]]:
        return _pairs(self._table[self._table["esco"] == ""], "isco")


def _pairs(table: pd.DataFrame, column: str) -> dict[str, dict[str, str]]:
    """Code in ``column`` -> SOC code -> kind; the best kind where a pair is there twice."""
    ranks = {kind: rank for rank, kind in enumerate(KINDS)}
    found: dict[str, dict[str, str]] = {}
    for code, soc_code, kind in zip(table[column], table["soc_code"], table["match"], strict=True):
        if soc_code:
            pairs = found.setdefault(str(code), {})
            pairs[str(soc_code)] = min(pairs.get(soc_code, kind), kind, key=lambda k: ranks[k])
    return found


def _counted(pairs: Mapping[str, str], catalog: Collection[str]) -> dict[str, str]:
    """Return the exact pairs with the catalog; all pairs with it if none is exact."""
    within = {code: kind for code, kind in pairs.items() if code in catalog}
    return {code: kind for code, kind in within.items() if kind == _EXACT} or within


def _links(
    chosen: Iterable[Mapping[str, str]], pairs: Mapping[str, str], catalog: Collection[str]
) -> Links:
    """Return the links of one or more occupations that count equally.

    Args:
        chosen: pairs of each; those without any do not count.
        pairs: all pairs.
        catalog: SOC codes that count.
    """
    counted = [part for part in chosen if part]
    weights: dict[str, float] = {}
    kinds: dict[str, list[str]] = {}
    for part in counted:
        for code, kind in part.items():
            weights[code] = weights.get(code, 0.0) + 1 / len(part) / len(counted)
            kinds.setdefault(code, []).append(kind)
    ordered = list(KINDS)
    found = [
        Link(soc_code=code, kind=min(kinds[code], key=ordered.index), weight=weight)
        for code, weight in sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    ]
    return Links(found=tuple(found), missing=_missing(pairs, catalog))


def _missing(pairs: Mapping[str, str], catalog: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(code for code in pairs if code not in catalog))
