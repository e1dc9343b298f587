"""Paths of a few feasible moves, on a sparse directed graph over the catalogue.

From each occupation an edge leads to each of the most similar others. Its cost is the effort of
the move: the share of working time there that does not carry over, half as much as a wholly new
job for each job zone up, and a tenth for the change itself, so that a detour must save something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.careers.index import CareerIndex, Origin
from engine.careers.occupation_index import Nearest, OccupationIndex
from engine.careers.prospects import passing, step_tests
from engine.careers.results import CareerPath, CareerPaths, MoveFilters
from engine.errors import InputError
from engine.retrieval.index import NOBODY
from engine.utils.arguments import check_count, check_number

STEPS_FROM_EACH = 30
"""Edges that leave an occupation."""

MAX_STEPS = 3

_ZONE_UP, _CHANGE = 0.5, 0.1

# Compared in full for each occupation, to find the most similar among them.
_CANDIDATES = 100


@dataclass(frozen=True)
class StepGraph:
    """Which occupations of the catalogue one might move to from each.

    Attributes:
        rows: rows of the catalogue, the most similar first, shape (n_occupations, n_steps);
            ``NOBODY`` where there are fewer.
        similarity, carries_over: of these moves, in [0, 1], of the same shape.
    """

    rows: np.ndarray
    similarity: np.ndarray
    carries_over: np.ndarray

    @classmethod
    def build(cls, occupations: OccupationIndex) -> StepGraph:
        """Find the steps from each occupation of the index."""
        shape = len(occupations), min(STEPS_FROM_EACH, max(len(occupations) - 1, 1))
        graph = cls(np.full(shape, NOBODY, np.int32), np.zeros(shape, np.float32),
                    np.zeros(shape, np.float32))  # fmt: skip
        for row, near in enumerate(occupations.nearest_of_each(_CANDIDATES)):
            count = min(len(near.rows), shape[1])
            graph.rows[row, :count] = near.rows[:count]
            graph.similarity[row, :count] = near.similarity[:count]
            graph.carries_over[row, :count] = near.carries_over[:count]
        return graph

    def to_arrays(self) -> dict[str, np.ndarray]:
        """As named arrays; ``from_arrays`` brings the graph back."""
        return {
            "steps.rows": self.rows,
            "steps.similarity": self.similarity,
            "steps.carries_over": self.carries_over,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], occupations: int) -> StepGraph:
        """The graph that ``to_arrays`` wrote, of a catalogue of that many occupations.

        Raises:
            KeyError, ValueError: if something is missing or not in that form.
        """
        rows, *values = (arrays[f"steps.{name}"] for name in ("rows", "similarity", "carries_over"))
        shapes = {rows.shape, *(value.shape for value in values)}
        if len(shapes) > 1 or rows.ndim != 2 or len(rows) != occupations:
            raise ValueError(f"steps of shapes {shapes}: expected ({occupations}, n) for each")
        if rows.min() < NOBODY or rows.max() >= occupations:
            raise ValueError(f"steps to row {rows.max()}: expected rows below {occupations}")
        return cls(rows, *values)


@dataclass(frozen=True, kw_only=True)
class _Steps:
    """Single moves, each of shape (n_steps,); the origin is row ``len(catalogue)``."""

    start: np.ndarray
    end: np.ndarray
    similarity: np.ndarray
    carries_over: np.ndarray
    job_zone_step: np.ndarray

    @property
    def cost(self) -> np.ndarray:
        """Effort of each move: see the module; above 0."""
        up = np.nan_to_num(np.maximum(self.job_zone_step, 0.0))
        return _CHANGE + (1 - self.carries_over) + _ZONE_UP * up

    def take(self, kept: np.ndarray) -> _Steps:
        return _Steps(**{name: getattr(self, name)[kept] for name in self.__dataclass_fields__})


def find_paths(
    careers: CareerIndex,
    graph: StepGraph,
    origin: Origin,
    *,
    target: str | None,
    k: int,
    max_steps: int,
    max_risk: float,
    filters: MoveFilters,
) -> CareerPaths:
    """The cheapest path to each of the ``k`` occupations that are cheapest to reach.

    Args:
        target: code of the only destination in question; else all that ``max_risk`` and the
            filters of prospects leave.
        filters: those of feasibility hold for each step, those of prospects for the destination
            against the origin; with a target, only the former.
    """
    check_count("k", k)
    check_count("max_steps", max_steps)
    check_number("max_steps", max_steps, 1, MAX_STEPS)
    check_number("max_risk", max_risk, 0.0, 1.0)
    if target is not None and target == origin.own_code:
        raise InputError(f"target {target} is the occupation itself; name another one")
    count, own = len(careers.entries), careers.row(origin)
    others = np.setdiff1d(np.arange(count), [] if own is None else [own])
    removed: dict[str, int] = {}
    if target is not None:
        goals, considered = np.array([careers.row_of[target]]), 1
    else:
        prospects = careers.destinations.prospects(origin.risk, origin.outlook, others)
        low = {"max_risk": careers.destinations.risk[others] <= max_risk}
        left, removed = passing(low | prospects.tests(filters), len(others))
        goals, considered = others[left], len(others)
    steps = _steps(careers, graph, origin, own)
    feasible = step_tests(filters, steps.job_zone_step, steps.carries_over)
    kept, steps_removed = passing(feasible, len(steps.end))
    distances, before = _shortest(steps.take(kept), count, max_steps)
    layer = distances[:, goals].argmin(axis=0)
    cost = distances[layer, goals]
    reached = np.flatnonzero(np.isfinite(cost))
    removed["out_of_reach"] = len(goals) - len(reached)
    chosen = reached[np.argsort(cost[reached], kind="stable")][:k]
    paths = [
        _path(careers, origin, steps, before, int(goals[n]), int(layer[n]), float(cost[n]))
        for n in chosen
    ]
    return CareerPaths(paths, considered, removed, len(steps.end), steps_removed)


def _steps(careers: CareerIndex, graph: StepGraph, origin: Origin, own: int | None) -> _Steps:
    """The steps from the origin, and those of the graph that do not touch it."""
    near: Nearest = careers.occupations.nearest(origin.profile, _CANDIDATES, without=own)
    first = slice(0, STEPS_FROM_EACH)
    count = len(careers.entries)
    start = np.repeat(np.arange(count), graph.rows.shape[1])
    end = graph.rows.ravel()
    inner = (end != NOBODY) & (start != own) & (end != own)
    starts = np.concatenate([np.full(len(near.rows[first]), count), start[inner]])
    ends = np.concatenate([near.rows[first], end[inner]])
    zones = np.append(careers.occupations.zones, origin.profile.job_zone or np.nan)
    return _Steps(
        start=starts,
        end=ends,
        similarity=np.concatenate([near.similarity[first], graph.similarity.ravel()[inner]]),
        carries_over=np.concatenate([near.carries_over[first], graph.carries_over.ravel()[inner]]),
        job_zone_step=zones[ends] - zones[starts],
    )


def _shortest(steps: _Steps, count: int, max_steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Least cost to each occupation in exactly 1, 2, … steps, and the occupation before it.

    Both of shape (max_steps, count). The graph is laid out once a step, so that a path through
    the layers has as many moves as it crosses; Dijkstra's search does the rest.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    first = steps.start == count
    cost, starts, ends = [steps.cost[first]], [np.zeros(first.sum(), int)], [1 + steps.end[first]]
    for layer in range(1, max_steps):
        cost.append(steps.cost[~first])
        starts.append(1 + (layer - 1) * count + steps.start[~first])
        ends.append(1 + layer * count + steps.end[~first])
    size = 1 + max_steps * count
    places = np.concatenate(starts), np.concatenate(ends)
    layered = csr_array((np.concatenate(cost), places), shape=(size, size))
    distances, before = dijkstra(layered, indices=0, return_predecessors=True)
    return distances[1:].reshape(-1, count), (before[1:].reshape(-1, count) - 1) % count


def _path(
    careers: CareerIndex,
    origin: Origin,
    steps: _Steps,
    before: np.ndarray,
    goal: int,
    layer: int,
    cost: float,
) -> CareerPath:
    rows = [goal]
    for earlier in range(layer, 0, -1):
        rows.insert(0, int(before[earlier, rows[0]]))
    starts = [len(careers.entries), *rows[:-1]]
    matches = []
    for start, end in zip(starts, rows, strict=True):
        (step,) = np.flatnonzero((steps.start == start) & (steps.end == end))
        here = origin if start == len(careers.entries) else careers.origin(start)
        matches.append(careers.match(here, end, float(steps.similarity[step])))
    difference = matches[-1].risk - origin.risk.value
    return CareerPath(tuple(matches), cost, difference)
