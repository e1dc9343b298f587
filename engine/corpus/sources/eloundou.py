"""Labels of "GPTs are GPTs" (Eloundou, Manning, Mishkin & Rock 2023) for O*NET tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.corpus.sources.files import damaged_file, read_source
from engine.records import rubric
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
        by_task: task ID -> measure -> value in [0, 1].
        matched_by_id: number of labels whose task ID is in O*NET.
        matched_by_text: number of the others with the same text and occupation as a task.
        unmatched: number of labels that match no task.
    """

    by_task: Mapping[str, Mapping[str, float]]
    matched_by_id: int
    matched_by_text: int
    unmatched: int


def join(data_dir: Path, tasks: Sequence[Mapping[str, str]]) -> Labels:
    """Join the labels to O*NET tasks: by task ID, or else by occupation and text.

    Args:
        tasks: rows with ``task_id``, ``soc_code`` and ``task``.

    Raises:
        InputError: if the file is missing, does not have the publisher's format, or has an
            unknown level.
    """
    ids = {task["task_id"] for task in tasks}
    texts = {(task["soc_code"], text_key(task["task"])): task["task_id"] for task in tasks}
    by_id: dict[str, dict[str, float]] = {}
    by_text: dict[str, dict[str, float]] = {}
    unmatched = 0
    path = data_dir / FILE
    required = ["O*NET-SOC Code", "Task ID", "Task", *_COLUMNS.values()]
    for line, row in read_source(path, required, delimiter="\t"):
        task_id = row["Task ID"].removesuffix(".0")  # the publisher writes IDs as floats
        values = _values(path, line, row)
        if task_id in ids:
            by_id[task_id] = values
            continue
        match = texts.get((row["O*NET-SOC Code"], text_key(row["Task"])))
        if match is None:
            unmatched += 1
        else:
            by_text.setdefault(match, values)
    # A match by ID is more certain than one by text.
    only_by_text = {task_id: values for task_id, values in by_text.items() if task_id not in by_id}
    return Labels(
        by_task={**only_by_text, **by_id},
        matched_by_id=len(by_id),
        matched_by_text=len(only_by_text),
        unmatched=unmatched,
    )


def _values(path: Path, line: int, row: Mapping[str, str]) -> dict[str, float]:
    values = {}
    for measure, column in _COLUMNS.items():
        levels = rubric.levels_of(measure)
        if row[column] not in levels:
            known = ", ".join(sorted(levels))
            fault = f" line {line}, column {column}: level {row[column]!r} is not one of {known}"
            raise damaged_file(path, fault)
        values[measure] = levels[row[column]]
    return values
