"""Use of Copilot by work activity ("Working with AI", Microsoft 2025)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from engine.corpus.sources import onet
from engine.corpus.sources.files import number, read_source
from engine.records.measures import COMPLETION, SCOPE

FILE = Path("microsoft_2025", "iwa_metrics.csv")

_ACTIVITY = "IWA"
_COLUMNS = {COMPLETION: "completion_ai", SCOPE: "impact_scope_ai"}
MEASURES = tuple(_COLUMNS)


@dataclass(frozen=True, kw_only=True)
class CopilotUse:
    """What Copilot did itself, joined to tasks by their intermediate work activities.

    Attributes:
        by_task: task ID -> measure -> mean over the task's activities, in [0, 1].
        matched: number of activities with a figure that are activities of a task.
        unmatched: number of activities with a figure that belong to no task.
        unknown: number of activities without figures.
    """

    by_task: Mapping[str, Mapping[str, float]]
    matched: int
    unmatched: int
    unknown: int

    def __str__(self) -> str:
        return (
            f"{self.matched:,} work activities joined, {self.unmatched:,} unmatched, "
            f"{self.unknown:,} without figures; {len(self.by_task):,} tasks have figures"
        )


def join(data_dir: Path, tasks: Sequence[Mapping[str, str]]) -> CopilotUse:
    """Join the figures to O*NET tasks: the mean over the activities of a task that have them.

    Args:
        tasks: rows with ``task_id``.

    Raises:
        InputError: if a file is missing or does not have the publisher's format.
    """
    path = data_dir / FILE
    figures: dict[str, dict[str, float]] = {}
    for line, row in read_source(path, (_ACTIVITY, *_COLUMNS.values())):
        figures[row[_ACTIVITY]] = {
            measure: number(path, line, row, column)
            for measure, column in _COLUMNS.items()
            if row[column]
        }
    activities = onet.intermediate_activities(data_dir)
    by_task: dict[str, dict[str, float]] = {}
    used: set[str] = set()
    for task in tasks:
        own = [name for name in activities.get(task["task_id"], ()) if figures.get(name)]
        used.update(own)
        means = {
            measure: fmean(values)
            for measure in MEASURES
            if (values := [figures[name][measure] for name in own if measure in figures[name]])
        }
        if means:
            by_task[task["task_id"]] = means
    known = sum(map(bool, figures.values()))
    return CopilotUse(
        by_task=by_task,
        matched=len(used),
        unmatched=known - len(used),
        unknown=len(figures) - known,
    )
