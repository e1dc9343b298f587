"""The order in which pages list the tasks of an occupation, which is that of O*NET."""

from __future__ import annotations

from collections.abc import Sequence

from engine.records.inputs import Task


def task_order(tasks: Sequence[Task]) -> list[int]:
    """Row numbers of tasks in the order to list them.

    Core tasks come before supplemental ones, each from the most important to the least, and tasks
    without an importance come last. Equal ones keep their order, and so do all tasks if none has
    an importance.
    """
    if all(task.importance is None for task in tasks):
        return list(range(len(tasks)))

    def place(row: int) -> tuple[bool, bool, float]:
        task = tasks[row]
        return task.importance is None, not task.core, -(task.importance or 0.0)

    return sorted(range(len(tasks)), key=place)
