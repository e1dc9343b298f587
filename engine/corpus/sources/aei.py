"""Anthropic Economic Index: how people used an AI assistant for O*NET tasks, in two editions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.corpus.sources.files import PLACED_BY_HAND, number, read_source
from engine.records.measures import OBSERVED_2025, OBSERVED_2026
from engine.utils.text import text_key

_NAME = "automation_vs_augmentation_by_task.csv"


@dataclass(frozen=True, kw_only=True)
class Edition:
    """An edition of the index.

    Attributes:
        measure: the measure that it gives.
        file: its file, relative to the data folder.
        text_column: column of the tasks.
    """

    measure: str
    file: Path
    text_column: str


MARCH_2025 = Edition(
    measure=OBSERVED_2025, file=Path("aei_2025_03", _NAME), text_column="task_name"
)
FEBRUARY_2026 = Edition(measure=OBSERVED_2026, file=Path(PLACED_BY_HAND, _NAME), text_column="task")

_AUTOMATION = ("directive", "feedback_loop")
_AUGMENTATION = ("task_iteration", "validation", "learning")
_WHOLE = 100.0
"""The largest share: shares are fractions or percentages, since only their ratio counts."""


@dataclass(frozen=True, kw_only=True)
class ObservedAutomation:
    """Observed automation, joined to tasks by their text, since the source has no task IDs.

    Attributes:
        by_task: task ID -> measure -> share of automating use, in [0, 1]; equal texts have the same
            value.
        matched: number of rows of the source that match a task.
        unmatched: number of rows that match none.
        filtered: number of rows with too few conversations for the publisher to give shares.
    """

    by_task: Mapping[str, Mapping[str, float]]
    matched: int
    unmatched: int
    filtered: int

    def __str__(self) -> str:
        return (
            f"{self.matched:,} joined by text, {self.unmatched:,} unmatched, "
            f"{self.filtered:,} with too few conversations; {len(self.by_task):,} tasks have one"
        )


def join(
    data_dir: Path, tasks: Sequence[Mapping[str, str]], edition: Edition = MARCH_2025
) -> ObservedAutomation:
    """Join observed automation to O*NET tasks.

    The value of a task is automation / (automation + augmentation), each a sum of the shares of
    its patterns of use. A blank share is one that the publisher filtered out. Conversations that
    were filtered out, or that have no pattern, count for neither sum.

    Args:
        tasks: rows with ``task_id`` and ``task``.

    Raises:
        InputError: if the file is missing or does not have the publisher's format.
    """
    ids: dict[str, list[str]] = {}
    for task in tasks:
        ids.setdefault(text_key(task["task"]), []).append(task["task_id"])
    by_task: dict[str, dict[str, float]] = {}
    matched = unmatched = filtered = 0
    path = data_dir / edition.file
    for line, row in read_source(path, (edition.text_column, *_AUTOMATION, *_AUGMENTATION)):
        shares = {
            name: number(path, line, row, name, _WHOLE) if row[name] else 0.0
            for name in (*_AUTOMATION, *_AUGMENTATION)
        }
        automation = sum(shares[name] for name in _AUTOMATION)
        total = sum(shares.values())
        if total <= 0:
            filtered += 1
            continue
        matches = ids.get(text_key(row[edition.text_column]), [])
        matched += bool(matches)
        unmatched += not matches
        for task_id in matches:
            by_task[task_id] = {edition.measure: automation / total}
    return ObservedAutomation(
        by_task=by_task, matched=matched, unmatched=unmatched, filtered=filtered
    )
