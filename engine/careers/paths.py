"""Career paths of a few feasible moves: shortest paths in a directed graph of the catalog.

From each occupation, an edge leads to each of the most similar others. Its cost is the effort of
the move, which ``engine.careers.moves`` learned from moves that people make: dissimilar work, more
preparation, a new license and lower pay add to it. Efforts are logarithms of odds, so that the cost
of a path is minus the logarithm of the product of its odds. Falling employment adds a cost that is
set by hand: in the survey, people moved to falling occupations as often as to others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.careers.education import study_step, years_after_school
from engine.careers.filters import MoveFilters
from engine.careers.index import CareerIndex, Origin
from engine.careers.occupation_index import OccupationIndex
from engine.careers.prospects import apply_checks
from engine.careers.reach import why_out_of_reach
from engine.careers.results import CareerPath, CareerPaths
from engine.errors import InputError
from engine.retrieval.index import NO_NEIGHBOUR
from engine.utils.arguments import check_count, check_number

STEPS_FROM_EACH = 30
"""Number of edges from an occupation."""

MAX_STEPS = 3
"""Largest number of moves in a path."""

COST_OF_FALL = 0.2
"""Cost of a move to an occupation with falling employment. Set by hand."""

LEAST_REDUCTION = 0.1
"""By how much the risk must be lower to be worth a path, unless a filter says otherwise."""

COST_OF_CHANGE = 0.5
"""Cost of a change to a job that is all but the same, so that a detour has to save effort. Set by
hand."""

_CANDIDATES = 100
"""Number of nearest neighbors of an occupation that are compared in full to find its edges."""


@dataclass(frozen=True)
class StepGraph:
    """The single moves from each occupation of the catalog.

    Attributes:
        rows: destinations as rows of the catalog, most similar first, shape (n_occupations,
            n_steps); ``NO_NEIGHBOUR`` where there are fewer.
        similarity, carries_over: of these moves, in [0, 1], of the same shape.
    """

    rows: np.ndarray
    similarity: np.ndarray
    carries_over: np.ndarray

    @classmethod
    def build(cls, occupations: OccupationIndex) -> StepGraph:
        """Find the moves from each occupation of the index."""
        shape = len(occupations), min(STEPS_FROM_EACH, max(len(occupations) - 1, 1))
        rows = np.full(shape, NO_NEIGHBOUR, np.int32)
        similarity, carries_over = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        for row, near in enumerate(occupations.nearest_of_each(_CANDIDATES)):
            count = min(len(near.rows), shape[1])
            rows[row, :count] = near.rows[:count]
            similarity[row, :count] = near.similarity[:count]
            carries_over[row, :count] = near.carries_over[:count]
        return cls(rows, similarity, carries_over)

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the graph as named arrays; ``from_arrays`` restores it."""
        return {
            "steps.rows": self.rows,
            "steps.similarity": self.similarity,
            "steps.carries_over": self.carries_over,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> StepGraph:
        """Restore a graph from what ``to_arrays`` returned.

        Raises:
            KeyError: if an array is missing.
        """
        return cls(*(arrays[f"steps.{name}"] for name in ("rows", "similarity", "carries_over")))


@dataclass(frozen=True, kw_only=True)
class _Steps:
    """Single moves; arrays of shape (n_steps,).

    Attributes:
        start, end: rows of the catalog; the origin is row ``len(catalog)``.
        similarity, carries_over: in [0, 1].
        rank: place of the end by similarity to the start, from 1.
        job_zone_step: from -4 to 4; NaN where unknown.
        education_step: in years of study; NaN where unknown.
        cost: see the module; above 0.
    """

    start: np.ndarray
    end: np.ndarray
    similarity: np.ndarray
    carries_over: np.ndarray
    rank: np.ndarray
    job_zone_step: np.ndarray
    education_step: np.ndarray
    cost: np.ndarray

    def take(self, rows: np.ndarray) -> _Steps:
        return _Steps(**{name: getattr(self, name)[rows] for name in self.__dataclass_fields__})


def find_paths(
    careers: CareerIndex,
    graph: StepGraph,
    origin: Origin,
    *,
    target: str | None,
    k: int,
    max_steps: int,
    max_risk: float | None,
    max_effort: float | None,
    filters: MoveFilters,
) -> CareerPaths:
    """Find the cheapest path to each of the ``k`` destinations that are cheapest to reach.

    Args:
        careers: the catalog.
        graph: its single moves.
        origin: the occupation that paths start from.
        target: SOC code of the only destination; if None, every occupation that passes
            ``max_risk``, ``max_effort`` and the filters is a destination.
        k: number of destinations, at least 1.
        max_steps: maximum number of moves in a path, 1 to ``MAX_STEPS``.
        max_risk: highest risk of a destination, in [0, 1]; None for no limit.
        max_effort: highest cost of a path, above 0; None for no limit.
        filters: ``MoveFilters.step_checks`` applies to each move, and
            ``MoveFilters.destination_checks`` to the destination compared with the origin; the
            latter is ignored if there is a target, and so are ``max_risk`` and ``max_effort``.
            ``min_wage_ratio`` compares each job on the way with the origin. Where
            ``min_risk_reduction`` is None and the risk must be lower, it is ``LEAST_REDUCTION``.

    Raises:
        InputError: if a number is out of range, or the target is the origin.
    """
    check_count("k", k)
    check_count("max_steps", max_steps)
    check_number("max_steps", max_steps, 1, MAX_STEPS)
    max_risk = 1.0 if max_risk is None else max_risk
    check_number("max_risk", max_risk, 0.0, 1.0)
    max_effort = np.inf if max_effort is None else max_effort
    check_number("max_effort", max_effort, 0.0, np.inf)
    if filters.safer_only and filters.min_risk_reduction is None:
        filters = replace(filters, min_risk_reduction=LEAST_REDUCTION)
    if target is not None and target == origin.own_code:
        raise InputError(f"target {target} is the occupation itself; name another one")
    count, own_row = len(careers.entries), careers.row(origin)
    others = np.setdiff1d(np.arange(count), [] if own_row is None else [own_row])
    removed: dict[str, int] = {}
    if target is not None:
        goals, considered = np.array([careers.row_of[target]]), 1
    else:
        prospects = careers.prospects.of_moves(origin.risk, origin.outlook, others)
        low_risk = {"max_risk": careers.prospects.risk[others] <= max_risk}
        passes, removed = apply_checks(low_risk | prospects.checks(filters), len(others))
        goals, considered = others[passes], len(others)
    steps = _steps(careers, graph, origin, own_row)
    step_checks = filters.step_checks(
        job_zone_step=steps.job_zone_step,
        education_step=steps.education_step,
        carries_over=steps.carries_over,
    )
    if filters.min_wage_ratio is not None:
        ratio = careers.prospects.wages[steps.end] / (origin.outlook.median_wage or np.nan)
        is_target = False if target is None else steps.end == goals[0]
        step_checks["min_wage_ratio"] = is_target | ~(ratio < filters.min_wage_ratio)
    feasible, steps_removed = apply_checks(step_checks, len(steps.end))
    costs, predecessors = _cheapest_walks(steps.take(feasible), count, max_steps)
    layer = costs[:, goals].argmin(axis=0)
    cost = costs[layer, goals]
    reached = np.flatnonzero(np.isfinite(cost))
    removed["out_of_reach"] = len(goals) - len(reached)
    if target is None:
        near = reached[cost[reached] <= max_effort]
        removed["max_effort"] = len(reached) - len(near)
        reached = near
    cheapest = reached[np.argsort(cost[reached], kind="stable")]
    chosen = cheapest[_worth_their_cost(careers, goals[cheapest])]
    removed["dominated"] = len(cheapest) - len(chosen)
    chosen = chosen[:k]
    paths = []
    for n in chosen:
        rows = _walk_to(int(goals[n]), int(layer[n]), predecessors)
        paths.append(_path(careers, origin, steps, rows, float(cost[n])))
    unreached = None
    if target is not None and not paths:

        def reached_by(allowed: np.ndarray, most: int) -> np.ndarray:
            walks, _ = _cheapest_walks(steps.take(allowed), count, most)
            return np.isfinite(walks).any(axis=0)

        unreached = why_out_of_reach(
            careers,
            int(goals[0]),
            feasible,
            checks=step_checks,
            reached=reached_by,
            max_steps=max_steps,
            most_steps=MAX_STEPS,
        )
    return CareerPaths(
        paths,
        considered,
        removed,
        steps_considered=len(steps.end),
        steps_removed=steps_removed,
        out_of_reach=unreached,
    )


def _worth_their_cost(careers: CareerIndex, goals: np.ndarray) -> list[int]:
    """Return the positions of destinations that no cheaper one equals in risk, pay and growth.

    Args:
        careers: the catalog.
        goals: rows of the catalog, the cheapest to reach first.
    """
    known = careers.prospects
    value = np.column_stack([-known.risk[goals], known.wages[goals], known.changes[goals]])
    return [
        place
        for place in range(len(goals))
        # A comparison with an unknown figure is false, so such a destination stays.
        if not (value[:place] >= value[place]).all(axis=1).any()
    ]


def _steps(careers: CareerIndex, graph: StepGraph, origin: Origin, own_row: int | None) -> _Steps:
    """The moves from the origin, and those of the graph that do not start or end at it."""
    near = careers.occupations.nearest(origin.profile, _CANDIDATES, without=own_row)
    first = slice(0, STEPS_FROM_EACH)
    count = len(careers.entries)
    start = np.repeat(np.arange(count), graph.rows.shape[1])
    end = graph.rows.ravel()
    inner = (end != NO_NEIGHBOUR) & (start != own_row) & (end != own_row)
    starts = np.concatenate([np.full(len(near.rows[first]), count), start[inner]])
    ends = np.concatenate([near.rows[first], end[inner]])
    similarity = np.concatenate([near.similarity[first], graph.similarity.ravel()[inner]])
    zones = np.append(careers.occupations.zones, origin.profile.job_zone or np.nan)
    years = np.append(careers.prospects.years, years_after_school(origin.outlook.education))
    licenses = np.append(careers.prospects.licenses, origin.outlook.license)
    falls = careers.prospects.changes[ends] < 0
    first_ranks = 1 + np.arange(len(near.rows[first]))
    inner_ranks = np.tile(1 + np.arange(graph.rows.shape[1]), count)[inner]
    return _Steps(
        start=starts,
        end=ends,
        similarity=similarity,
        carries_over=np.concatenate([near.carries_over[first], graph.carries_over.ravel()[inner]]),
        rank=np.concatenate([first_ranks, inner_ranks]),
        job_zone_step=zones[ends] - zones[starts],
        education_step=study_step(years[ends] - years[starts], licenses[ends], licenses[starts]),
        cost=COST_OF_CHANGE
        + careers.effort(origin, starts, ends, similarity)
        + COST_OF_FALL * falls,
    )


def _cheapest_walks(steps: _Steps, count: int, max_steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Lowest cost of reaching each occupation in exactly 1, 2, … moves, and its predecessor.

    Both results have shape (max_steps, count); the cost is infinite where there is no walk. The
    graph has one layer of occupations for each move, so that Dijkstra's algorithm counts the moves.
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
    edges = np.concatenate(starts), np.concatenate(ends)
    layered = csr_array((np.concatenate(cost), edges), shape=(size, size))
    costs, predecessors = dijkstra(layered, indices=0, return_predecessors=True)
    return costs[1:].reshape(-1, count), (predecessors[1:].reshape(-1, count) - 1) % count


def _walk_to(goal: int, layer: int, predecessors: np.ndarray) -> list[int]:
    """Rows of the catalog from the first move to the goal, which the walk reaches in a layer."""
    rows = [goal]
    for earlier in range(layer, 0, -1):
        rows.insert(0, int(predecessors[earlier, rows[0]]))
    return rows


def _path(
    careers: CareerIndex, origin: Origin, steps: _Steps, rows: list[int], cost: float
) -> CareerPath:
    starts = [len(careers.entries), *rows[:-1]]
    matches = []
    for start, end in zip(starts, rows, strict=True):
        (step,) = np.flatnonzero((steps.start == start) & (steps.end == end))
        step_origin = origin if start == len(careers.entries) else careers.origin(start)
        similarity, rank = float(steps.similarity[step]), int(steps.rank[step])
        matches.append(careers.match(step_origin, end, similarity, rank=rank))
    risk_difference = matches[-1].risk - origin.risk.value
    return CareerPath(tuple(matches), cost, risk_difference)
