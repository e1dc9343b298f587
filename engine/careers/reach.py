"""Find out why no career path leads to a target: which filters stand in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from engine.careers.index import CANDIDATES, CareerIndex
from engine.careers.out_of_reach import OutOfReach

Reached = Callable[[np.ndarray, int], np.ndarray]
"""From the allowed single moves, shape (n_moves,), and the largest number of moves in a path to
the occupations in reach, shape (n_occupations,)."""


def why_out_of_reach(
    careers: CareerIndex,
    goal: int,
    feasible: np.ndarray,
    *,
    checks: Mapping[str, np.ndarray],
    reached: Reached,
    max_steps: int,
    most_steps: int,
) -> OutOfReach:
    """Say why no path leads to a target.

    Args:
        careers: the catalog.
        goal: row of the target, which is out of reach.
        feasible: which single moves pass all filters, shape (n_moves,).
        checks: filter -> which single moves pass it, shape (n_moves,).
        reached: finds the occupations in reach.
        max_steps: largest number of moves that was allowed.
        most_steps: largest number of moves that can be allowed.
    """
    all_moves = np.ones_like(feasible)
    loosen = []
    for name in checks:
        others = [passes for other, passes in checks.items() if other != name]
        if reached(np.logical_and.reduce([all_moves, *others]), max_steps)[goal]:
            loosen.append(name)
    if max_steps < most_steps and reached(feasible, most_steps)[goal]:
        loosen.append("max_steps")
    in_reach = reached(feasible, max_steps)
    target = careers.entries[goal]
    similar = careers.occupations.nearest(target.profile, CANDIDATES, without=goal).rows
    nearest = next((careers.entries[row] for row in similar if in_reach[row]), None)
    return OutOfReach(
        title=target.title,
        max_steps=max_steps,
        loosen=tuple(loosen),
        without_filters=bool(loosen) or bool(reached(all_moves, max_steps)[goal]),
        nearest=None if nearest is None else (nearest.soc_code, nearest.title),
    )
