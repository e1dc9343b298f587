from __future__ import annotations

import itertools
import random

import pytest

from engine.errors import UnknownOccupationError
from engine.report.formatting import percent
from engine.web.content.ranking import (
    RankChoices,
    highest_barriers,
    possible_ranks,
    rank,
    ranking,
)
from engine.web.content.site import Site
from engine.web.store.store import Record


def _row(code: str, value: float, low: float, high: float) -> Record:
    return {"soc_code": code, "risk": value, "risk_low": low, "risk_high": high}


def test_only_intervals_apart_make_a_rank_certain() -> None:
    intervals = [(0.8, 0.9), (0.3, 0.5), (0.4, 0.6), (0.1, 0.2)]
    assert possible_ranks(intervals) == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert possible_ranks(intervals, descending=False) == [(4, 4), (2, 3), (2, 3), (1, 1)]
    assert possible_ranks([(0.1, 0.2), (0.2, 0.3)]) == [(1, 2), (1, 2)]  # they touch
    assert possible_ranks([]) == []


def test_possible_ranks_are_those_of_a_brute_force_search() -> None:
    draw = random.Random(7)
    intervals = [
        tuple(sorted((draw.random(), draw.random()))) if draw.random() < 0.8 else (0.5, 0.5)
        for _ in range(60)
    ]
    expected = []
    for low, high in intervals:
        above = sum(other_low > high for other_low, _ in intervals)
        below = sum(other_high < low for _, other_high in intervals)
        expected.append((1 + above, len(intervals) - below))
    assert possible_ranks(intervals) == expected  # type: ignore[arg-type]


def test_figures_that_round_to_the_same_percent_share_a_rank() -> None:
    rows = [_row("a", 0.104, 0, 1), _row("b", 0.096, 0, 1), _row("c", 0.2, 0, 1)]
    found = [(one.row["soc_code"], one.rank, one.tied) for one in rank(rows, "risk")]
    assert found == [("c", 1, False), ("a", 2, True), ("b", 2, True)]
    found = [
        (one.row["soc_code"], one.rank, one.tied) for one in rank(rows, "risk", descending=False)
    ]
    assert found == [("b", 1, True), ("a", 1, True), ("c", 3, False)]


def _barriers(**known: tuple[float, float, float]) -> Record:
    row: Record = {}
    for name, (low, value, high) in known.items():
        row |= {name: value, f"{name}_low": low, f"{name}_high": high}
    return row


def test_the_highest_barrier_is_named_with_those_that_may_be_as_high() -> None:
    row = _barriers(cognitive=(0.1, 0.2, 0.3), physical=(0.6, 0.7, 0.8), regulatory=(0.4, 0.5, 0.6))
    assert highest_barriers(row) == ["physical", "regulatory"]
    row = row | {"regulatory_high": 0.59}
    assert highest_barriers(row) == ["physical"]
    assert highest_barriers(row | {"physical": 0.24, "regulatory": 0.1}) == []


def test_the_ranking_is_a_brute_force_sort_of_the_store(described: Site) -> None:
    rows = described.overview()
    for by, order in itertools.product(("risk", "cognitive", "physical"), ("asc", "desc")):
        found = ranking(described, by, RankChoices(order=order))  # type: ignore[arg-type]
        values = [row[by] for row in rows]
        assert [one.row[by] for one in found] == sorted(values, reverse=order == "desc")
        for one in found:
            better = [
                value
                for value in values
                if percent(value) != percent(one.row[by])
                and ((value > one.row[by]) if order == "desc" else (value < one.row[by]))
            ]
            assert one.rank == 1 + len(better)
            assert one.best <= one.rank <= one.worst


def test_a_ranking_of_a_group_or_a_barrier_counts_only_those(described: Site) -> None:
    (code, _, members) = max(described.groups(described.overview()), key=lambda one: len(one[2]))
    found = ranking(described, "risk", RankChoices(group=code))
    assert {one.row["soc_code"] for one in found} == {row["soc_code"] for row in members}
    assert max(one.worst for one in found) == len(members) > 1
    by_barrier = [
        {one.row["soc_code"] for one in ranking(described, "risk", RankChoices(barrier=barrier))}
        for barrier in ("cognitive", "physical", "regulatory")
    ]
    assert sum(map(len, by_barrier)) == len(set.union(*by_barrier))
    assert sum(bool(part) for part in by_barrier) >= 2
    with pytest.raises(UnknownOccupationError, match="'99' has no occupations"):
        ranking(described, "risk", RankChoices(group="99"))


def test_an_engine_without_barriers_ranks_by_risk_alone(site: Site) -> None:
    assert len(ranking(site, "risk", RankChoices())) == len(site.overview())
    assert ranking(site, "physical", RankChoices()) == []
