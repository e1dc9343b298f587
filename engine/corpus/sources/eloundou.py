"""Labels of "GPTs are GPTs" (Eloundou, Manning, Mishkin & Rock 2023) for O*NET tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InputError
from engine.records import rubric
from engine.utils.delimited import read_table
from engine.utils.text import text_key

FILE = Path("eloundou_2023", "full_labelset.tsv")

_COLUMNS = {
    "exposure_human": "human_exposure_agg",
    "exposure_model": "gpt4_exposure",
    "automation": "gpt4_automation",
}
MEASURES = tuple(_COLUMNS)


@dataclass(frozen=True, kw_only=True)
class Labels:
    """Labels joined to tasks.

    Attributes:
        by_task: task id -> measure -> value in [0, 1].
        by_id: how many labels found their task by its id.
        by_text: how many whose id is gone found it by the same text in the same occupation.
        lost: how many found no task.
    """

    by_task: Mapping[str, Mapping[str, float]]
    by_id: int
    by_text: int
    lost: int


def join(data_dir: Path, tasks: Sequence[Mapping[str, str]]) -> Labels:
    """Join the label set to O*NET ``tasks`` (rows with task_id, soc_code and task).

    Raises:
        InputError: if the file is missing, not in the publisher's form, or has an unknown level.
    """
    ids = {task["task_id"] for task in tasks}
    texts = {(task["soc_code"], text_key(task["task"])): task["task_id"] for task in tasks}
    joined: dict[str, dict[str, float]] = {}
    by_text: dict[str, dict[str, float]] = {}
    lost = 0
    path = data_dir / FILE
    required = ["O*NET-SOC Code", "Task ID", "Task", *_COLUMNS.values()]
    for line, row in read_table(path, required, delimiter="\t"):
        task = row["Task ID"].removesuffix(".0")  # the publisher writes ids as floats
        values = _values(path, line, row)
        if task in ids:
            joined[task] = values
            continue
        match = texts.get((row["O*NET-SOC Code"], text_key(row["Task"])))
        if match is None:
            lost += 1
        else:
            by_text.setdefault(match, values)
    # A label joined by id is surer than one by text.
    found_by_text = {task: values for task, values in by_text.items() if task not in joined}
    return Labels(
        by_task={**found_by_text, **joined},
        by_id=len(joined),
        by_text=len(found_by_text),
        lost=lost,
    )


def _values(path: Path, line: int, row: Mapping[str, str]) -> dict[str, float]:
    values = {}
    for measure, column in _COLUMNS.items():
        levels = rubric.levels_of(measure)
        if row[column] not in levels:
            raise InputError(
                f"{path} line {line}, column {column}: {row[column]!r}: expected one of "
                f"{', '.join(sorted(levels))}; fetch the file again"
            )
        values[measure] = levels[row[column]]
    return values
