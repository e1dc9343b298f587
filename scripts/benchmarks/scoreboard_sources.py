"""Published figures that the scoreboard needs beyond the outcomes of the published reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine import Corpus
from engine.corpus.sources import aei, eloundou, ilo
from engine.corpus.sources.files import damaged_file, number, read_source
from engine.records import rubric
from engine.utils.text import text_key

PEOPLE = eloundou.FILE.parent / "automation_human_labels.tsv"
USE = aei.FEBRUARY_2026.file.parent / "task_pct.csv"

_LABEL_COLUMNS = ("Task ID", "O*NET-SOC Code", "Task", "gpt4_automation", "human_automation")


@dataclass(frozen=True, kw_only=True)
class FurtherFigures:
    """Published figures by row of a corpus; all arrays have shape (n_tasks,).

    Attributes:
        people: automation as people rated it in 2023, in [0, 1], NaN where unknown.
        model: automation as GPT-4 rated the same tasks, in [0, 1], NaN where unknown.
        potential_2023: automation potential in the ILO's edition of 2023, in [0, 1], NaN where
            unknown.
        use: share of all conversations with Claude in February 2026, in [0, 1]; 0 for a task that
            the publisher does not list. Tasks with the same text divide its share equally.
    """

    people: np.ndarray
    model: np.ndarray
    potential_2023: np.ndarray
    use: np.ndarray


def read(data_dir: Path, corpus: Corpus) -> FurtherFigures:
    """Read the figures of the tasks of a corpus.

    Args:
        data_dir: folder of the published data.
        corpus: the published reference, or one with its task IDs.

    Raises:
        InputError: if a file is missing or does not have the publisher's format.
    """
    people, model = _labels(data_dir / PEOPLE, corpus)
    return FurtherFigures(
        people=people,
        model=model,
        potential_2023=_potential_2023(data_dir / ilo.FILE, corpus),
        use=_use(data_dir / USE, corpus),
    )


def _labels(path: Path, corpus: Corpus) -> tuple[np.ndarray, np.ndarray]:
    """Return the automation of tasks by people and by GPT-4: by task ID, or by text."""
    rows = _rows_of_ids(corpus)
    codes = corpus.tasks["soc_code"].tolist()
    by_text = {own: row for row, own in enumerate(zip(codes, corpus.text_keys, strict=True))}
    people, model = np.full(len(codes), np.nan), np.full(len(codes), np.nan)
    for line, label in read_source(path, _LABEL_COLUMNS, delimiter="\t"):
        text = (label["O*NET-SOC Code"], text_key(label["Task"]))
        row = rows.get(label["Task ID"].removesuffix(".0"), by_text.get(text))
        if row is not None:
            people[row] = _level(path, line, label, "human_automation")
            model[row] = _level(path, line, label, "gpt4_automation")
    return people, model


def _level(path: Path, line: int, label: Mapping[str, str], column: str) -> float:
    levels = rubric.levels_of(rubric.RISK_MEASURE)
    if label[column] not in levels:
        fault = f" line {line}, column {column}: level {label[column]!r} is not one of "
        raise damaged_file(path, fault + ", ".join(levels))
    return levels[label[column]]


def _potential_2023(path: Path, corpus: Corpus) -> np.ndarray:
    rows = _rows_of_ids(corpus)
    potential = np.full(len(corpus.tasks), np.nan)
    for line, task in read_source(path, ("ISCO_08", "taskID", "score_2023")):
        row = rows.get(f"ILO-{task['ISCO_08'].zfill(4)}-{task['taskID']}")
        if row is not None and task["score_2023"]:
            potential[row] = number(path, line, task, "score_2023")
    return potential


def _use(path: Path, corpus: Corpus) -> np.ndarray:
    use = np.zeros(len(corpus.tasks))
    for line, task in read_source(path, ("task_name", "pct")):
        rows = corpus.rows_of_key.get(text_key(task["task_name"]), ())
        if rows:
            use[list(rows)] = number(path, line, task, "pct", 100.0) / 100 / len(rows)
    return use


def _rows_of_ids(corpus: Corpus) -> dict[str, int]:
    return {task_id: row for row, task_id in enumerate(corpus.tasks["task_id"])}
