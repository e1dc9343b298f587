"""A scored occupation as the document that the store keeps and the pages show."""

from __future__ import annotations

import math

from engine.records import serialize
from engine.records.frontier import STEPS
from engine.records.measures import BARRIERS
from engine.records.results import OccupationRisk
from engine.web.store.store import Record


def document(result: OccupationRisk) -> Record:
    """Convert a result to plain values, with its scenarios.

    The sources of the measures stand in the occupation alone, because all its tasks share them.
    """
    record: Record = serialize.as_plain(result, complete=True)
    for task in record["tasks"]:
        del task["sources"]
    return record | {"scenarios": scenarios(result)}


def scenarios(result: OccupationRisk) -> list[Record]:
    """Return the occupation at each named step of ``frontier.STEPS``, in their order.

    Each has ``name``, ``frontier``, the key figures of the occupation then,
    ``reached_time_share`` in [0, 1], and ``tasks``: ``risk`` and ``reached`` of each task, in the
    order of the tasks. Empty if the engine does not estimate the barriers of every task.
    """
    if any(len(task.barriers) < len(BARRIERS) for task in result.tasks):
        return []
    return [_scenario(result, name) for name in STEPS]


FIGURES = ("risk", "risk_interval", "tier", "can_take_over", "can_help", "stays_human")


def _scenario(result: OccupationRisk, name: str) -> Record:
    found = result.what_if(frontier=name)
    reached = {change.task: bool(change.reached) for change in found.changes}
    figures = {figure: serialize.as_plain(getattr(found.after, figure)) for figure in FIGURES}
    return {
        "name": name,
        "frontier": serialize.as_plain(found.frontier),
        **figures,
        "reached_time_share": math.fsum(
            task.time_share or 0.0 for task in found.after.tasks if reached[task.task]
        ),
        "tasks": [{"risk": task.risk, "reached": reached[task.task]} for task in found.after.tasks],
    }
