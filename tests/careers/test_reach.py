from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.careers.filters import UNFILTERED, MoveFilters
from engine.careers.index import CareerIndex
from engine.careers.out_of_reach import OutOfReach
from engine.careers.paths import StepGraph, find_paths
from engine.careers.results import CareerPaths
from engine.retrieval.index import NO_NEIGHBOUR
from tests.careers.hand_worked import entry, index_of

ZONES = (2, 4, 4, 4)
"""Job zones of four occupations in a row: only the first move needs a gap of two."""


def _careers(zones: tuple[int, ...] = ZONES) -> tuple[CareerIndex, StepGraph]:
    entries = [
        entry(str(row), np.eye(5)[[row, row + 1]].tolist(), risk=0.5, job_zone=zone)
        for row, zone in enumerate(zones)
    ]
    graph = StepGraph(
        np.array([[1], [2], [3], [NO_NEIGHBOUR]], np.int32),
        np.full((4, 1), 0.5, np.float32),
        np.array([[0.4], [0.5], [0.25], [0.0]], np.float32),
    )
    return index_of(entries), graph


def _paths(
    zones: tuple[int, ...] = ZONES, *, target: str = "3", max_steps: int = 3, **filters: object
) -> CareerPaths:
    careers, graph = _careers(zones)
    return find_paths(
        careers,
        graph,
        careers.origin(0),
        target=target,
        k=1,
        max_steps=max_steps,
        max_risk=None,
        max_effort=None,
        filters=MoveFilters(**UNFILTERED | filters),  # type: ignore[typeddict-item]
    )


@pytest.fixture(autouse=True)
def _one_move_from_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.careers.paths.STEPS_FROM_EACH", 1)


def test_a_target_in_reach_has_no_obstacle() -> None:
    found = _paths()
    assert [step.title for step in found[0].steps] == ["Job 1", "Job 2", "Job 3"]
    assert found.out_of_reach is None


def test_a_single_filter_in_the_way_is_named() -> None:
    found = _paths(max_job_zone_gap=1, min_carries_over=0.01)
    assert list(found) == []
    assert found.out_of_reach == OutOfReach(
        title="Job 3", max_steps=3, loosen=("max_job_zone_gap",), without_filters=True, nearest=None
    )
    assert found.reason == (
        "No path of at most 3 moves leads to Job 3. Loosen max_job_zone_gap to find one. "
        "Considered 3 single moves; removed 1 (max_job_zone_gap 1)."
    )


def test_several_filters_in_the_way_are_loosened_together() -> None:
    """The first move fails one filter, and the last one another."""
    found = _paths(max_job_zone_gap=1, min_carries_over=0.3)
    assert found.out_of_reach is not None
    assert (found.out_of_reach.loosen, found.out_of_reach.without_filters) == ((), True)
    assert "loosen several of them" in found.reason


def test_more_moves_would_do_and_the_nearest_in_reach_is_named() -> None:
    found = _paths(max_steps=2)
    assert found.out_of_reach == OutOfReach(
        title="Job 3",
        max_steps=2,
        loosen=("max_steps",),
        without_filters=True,
        nearest=("2", "Job 2"),
    )
    assert "The nearest occupation in reach is Job 2 (2)." in found.reason


def test_without_filters_it_may_be_out_of_reach_too() -> None:
    careers, graph = _careers()
    cut = replace(graph, rows=np.full((4, 1), NO_NEIGHBOUR, np.int32))
    found = find_paths(
        careers,
        cut,
        careers.origin(0),
        target="3",
        k=1,
        max_steps=3,
        max_risk=None,
        max_effort=None,
        filters=MoveFilters(**UNFILTERED),
    )
    assert found.out_of_reach is not None
    assert (found.out_of_reach.loosen, found.out_of_reach.without_filters) == ((), False)
    assert "Filters are not the reason" in found.reason


def test_readers_get_their_own_names_of_filters() -> None:
    obstacle = OutOfReach(
        title="Job", max_steps=1, loosen=("a", "b"), without_filters=True, nearest=None
    )
    assert obstacle.describe(str.upper) == (
        "No path of at most 1 move leads to Job. Loosen A or B to find one."
    )
