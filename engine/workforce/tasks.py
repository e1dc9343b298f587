"""Add up the working time of tasks over all occupations of a workforce."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.records.results import OccupationRisk
from engine.records.workforce import TaskTime
from engine.utils.text import text_key
from engine.workforce.pooling import Workforce

MAX_TASKS = 20
"""Number of tasks in a report."""


@dataclass(kw_only=True)
class _Sum:
    task: str
    share: float = 0.0
    can_take_over: float = 0.0
    can_help: float = 0.0
    headcount: float = 0.0
    occupations: list[tuple[float, str]] = field(default_factory=list)


def top_tasks(
    workforce: Workforce,
    results: Sequence[OccupationRisk],
    shown: Iterable[int],
    limit: int = MAX_TASKS,
) -> list[TaskTime]:
    """Return the tasks in which software could take over the most working time, largest first.

    Args:
        workforce: its weights are the working time; shares are of all of it.
        results: scored occupation of each unit.
        shown: units whose tasks may be shown.
        limit: maximum number of tasks.
    """
    time = np.bincount(workforce.unit, weights=workforce.weight, minlength=len(results))
    time = time / time.sum()
    people = np.bincount(workforce.unit, weights=workforce.headcount, minlength=len(results))
    sums: dict[str, _Sum] = {}
    for unit in shown:
        result = results[unit]
        for task in result.tasks:
            share = float(time[unit]) * (task.time_share or 0.0)
            found = sums.setdefault(text_key(task.task), _Sum(task=task.task))
            found.share += share
            found.can_take_over += share * task.risk
            found.can_help += share * task.can_help
            found.headcount += float(people[unit])
            found.occupations.append((-share, result.title))
    best = sorted(sums.values(), key=lambda one: (-one.can_take_over, one.task))[:limit]
    return [
        TaskTime(
            task=one.task,
            share=one.share,
            can_take_over=one.can_take_over,
            can_help=one.can_help,
            headcount=one.headcount,
            occupations=tuple(dict.fromkeys(title for _, title in sorted(one.occupations))),
        )
        for one in best
    ]
