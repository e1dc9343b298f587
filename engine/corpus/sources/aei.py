"""Anthropic Economic Index, March 2025: how people used an assistant for O*NET tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from engine.utils.delimited import read_table
from engine.utils.text import text_key

FILE = Path("aei_2025_03", "automation_vs_augmentation_by_task.csv")
MEASURE = "observed_automation"

_AUTOMATION = ("directive", "feedback_loop")
_AUGMENTATION = ("task_iteration", "validation", "learning")


@dataclass(frozen=True, kw_only=True)
class ObservedAutomation:
    """Observed automation joined to tasks by their text, since the source carries no ids.

    Attributes:
        by_task: task id -> share of automating use, in [0, 1]; equal texts share a value.
        joined: how many rows of the source with enough use found a task.
        lost: how many found none.
        filtered: how many rows had too little use to be published.
    """

    by_task: Mapping[str, float]
    joined: int
    lost: int
    filtered: int


def join(data_dir: Path, tasks: Sequence[Mapping[str, str]]) -> ObservedAutomation:
    """Join observed automation to O*NET ``tasks`` (rows with task_id and task).

    The value is automation / (automation + augmentation): conversations whose pattern the
    publisher filtered out count for neither.

    Raises:
        InputError: if the file is missing or not in the publisher's form.
    """
    ids: dict[str, list[str]] = {}
    for task in tasks:
        ids.setdefault(text_key(task["task"]), []).append(task["task_id"])
    by_task: dict[str, float] = {}
    joined = lost = filtered = 0
    path = data_dir / FILE
    columns = ("task_name", *_AUTOMATION, *_AUGMENTATION)
    for line, row in read_table(path, columns):
        try:
            automation = sum(float(row[column]) for column in _AUTOMATION)
            augmentation = sum(float(row[column]) for column in _AUGMENTATION)
        except ValueError:
            raise InputError(
                f"{path} line {line}: a share is not a number: expected numbers in "
                f"{', '.join(columns[1:])}; fetch the file again"
            ) from None
        if automation + augmentation <= 0:
            filtered += 1
            continue
        matches = ids.get(text_key(row["task_name"]), [])
        joined, lost = (joined + 1, lost) if matches else (joined, lost + 1)
        for task_id in matches:
            by_task[task_id] = automation / (automation + augmentation)
    return ObservedAutomation(by_task=by_task, joined=joined, lost=lost, filtered=filtered)
