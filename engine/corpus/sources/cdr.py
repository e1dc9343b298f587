"""Ratings of complexity, deployment difficulty and regulation (Parshall & Lopez-Luzuriaga 2026).

Three language models rated each O*NET task from 0 to 4, revised their ratings after they saw each
other's reasons, and the publisher took the consensus. The measure is the mean of the first ratings,
which are independent: it keeps the disagreement that a consensus hides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from engine.corpus.sources.files import read_source
from engine.records import rubric
from engine.records.measures import COMPLEXITY, PHYSICALITY, REGULATION

FILE = Path("cdr_2026_03", "consensus_cr.csv")

_AXES = {COMPLEXITY: "C", PHYSICALITY: "D", REGULATION: "R"}
MEASURES = tuple(_AXES)

_CONSENSUS = "consensus_{}"
_FIRST_RATINGS = ("sonnet_{}_ir", "gpt_{}_ir", "gemini_{}_ir")


@dataclass(frozen=True, kw_only=True)
class BarrierRatings:
    """Ratings joined to tasks.

    Attributes:
        by_task: task ID -> measure -> value in [0, 1]; the mean over the parts of a divided task.
        matched: number of rows of the source that belong to a task.
        unmatched: number of rows that belong to none.
        repaired: number of ratings without a valid first one, which the consensus replaces.
        unknown: number of ratings without any valid one.
    """

    by_task: Mapping[str, Mapping[str, float]]
    matched: int
    unmatched: int
    repaired: int
    unknown: int

    def __str__(self) -> str:
        return (
            f"{self.matched:,} rows joined by task ID, {self.unmatched:,} unmatched; "
            f"{self.repaired:,} without a valid first rating replaced by the consensus, "
            f"{self.unknown:,} unknown; {len(self.by_task):,} tasks have ratings"
        )


def join(data_dir: Path, tasks: Sequence[Mapping[str, str]]) -> BarrierRatings:
    """Join the ratings to O*NET tasks by task ID; ``10-1`` and ``10-2`` are parts of task ``10``.

    Args:
        tasks: rows with ``task_id``.

    Raises:
        InputError: if the file is missing or does not have the publisher's format.
    """
    ids = {task["task_id"] for task in tasks}
    columns = [
        name.format(axis) for axis in _AXES.values() for name in (_CONSENSUS, *_FIRST_RATINGS)
    ]
    parts: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    matched = unmatched = repaired = unknown = 0
    for _, row in read_source(data_dir / FILE, ("task_id", *columns)):
        task_id = row["task_id"].partition("-")[0]
        if task_id not in ids:
            unmatched += 1
            continue
        matched += 1
        for measure, axis in _AXES.items():
            levels = rubric.levels_of(measure)
            found = [levels.get(row[name.format(axis)]) for name in _FIRST_RATINGS]
            valid = [rating for rating in found if rating is not None]
            value = fmean(valid) if valid else levels.get(row[_CONSENSUS.format(axis)])
            repaired += not valid and value is not None
            unknown += value is None
            if value is not None:
                parts[task_id][measure].append(value)
    return BarrierRatings(
        by_task={
            task_id: {measure: fmean(values) for measure, values in known.items()}
            for task_id, known in parts.items()
        },
        matched=matched,
        unmatched=unmatched,
        repaired=repaired,
        unknown=unknown,
    )
