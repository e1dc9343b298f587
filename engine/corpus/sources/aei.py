"""Anthropic Economic Index, March 2025: how people used an AI assistant for O*NET tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.corpus.sources.files import damaged_file, read_source
from engine.utils.text import text_key

FILE = Path("aei_2025_03", "automation_vs_augmentation_by_task.csv")
MEASURE = "observed_automation"

_AUTOMATION = ("directive", "feedback_loop")
_AUGMENTATION = ("task_iteration", "validation", "learning")


@dataclass(frozen=True, kw_only=True)
class ObservedAutomation:
    """Observed automation, joined to tasks by their text, since the source has no task IDs.

    Attributes:
        by_task: task ID -> share of automating use, in [0, 1]; equal texts have the same value.
        matched: number of rows of the source that match a task.
        unmatched: number of rows that match none.
        filtered: number of rows with too few conversations for the publisher to give shares.
    """

    by_task: Mapping[str, float]
    matched: int
    unmatched: int
    filtered: int


def join(data_dir: Path, tasks: Sequence[Mapping[str, str]]) -> ObservedAutomation:
    """Join observed automation to O*NET tasks.

    The value of a task is automation / (automation + augmentation), each a sum of the shares of
    its patterns of use. Conversations whose pattern the publisher filtered out count for neither.

    Args:
        tasks: rows with ``task_id`` and ``task``.

    Raises:
        InputError: if the file is missing or does not have the publisher's format.
    """
    ids: dict[str, list[str]] = {}
    for task in tasks:
        ids.setdefault(text_key(task["task"]), []).append(task["task_id"])
    by_task: dict[str, float] = {}
    matched = unmatched = filtered = 0
    path = data_dir / FILE
    for line, row in read_source(path, ("task_name", *_AUTOMATION, *_AUGMENTATION)):
        automation = sum(_share(path, line, row, column) for column in _AUTOMATION)
        augmentation = sum(_share(path, line, row, column) for column in _AUGMENTATION)
        if automation + augmentation <= 0:
            filtered += 1
            continue
        matches = ids.get(text_key(row["task_name"]), [])
        if matches:
            matched += 1
        else:
            unmatched += 1
        for task_id in matches:
            by_task[task_id] = automation / (automation + augmentation)
    return ObservedAutomation(
        by_task=by_task, matched=matched, unmatched=unmatched, filtered=filtered
    )


def _share(path: Path, line: int, row: Mapping[str, str], column: str) -> float:
    try:
        return float(row[column])
    except ValueError:
        fault = f" line {line}, column {column}: {row[column]!r} is not a number"
        raise damaged_file(path, fault) from None
