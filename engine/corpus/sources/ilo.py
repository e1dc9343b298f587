"""Automation potential of tasks of ISCO-08 by generative AI (ILO 2025)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.corpus import codes
from engine.corpus.sources.files import damaged_file, number, read_source
from engine.errors import InputError
from engine.records import isco
from engine.records.inputs import Task
from engine.records.measures import POTENTIAL
from engine.utils.text import text_key

FILE = Path("ilo_2025", "tasks.csv")
SHEET = "Sheet1"
"""The sheet of the publisher's workbook that holds the tasks."""

MEASURES = (POTENTIAL,)

_CODE, _TITLE, _ID, _TASK, _SCORE = "ISCO_08", "Title", "taskID", "Task_ISCO", "score_2025"
_CODE_DIGITS = 4
_ENDINGS = " \n;."
_LIST_FOLLOWS = ("-", ":")
"""How a text ends that introduces a list of tasks and is none itself."""


@dataclass(frozen=True, kw_only=True)
class IscoTasks:
    """Tasks of ISCO-08 as rows of text, with columns of a reference corpus.

    Attributes:
        tasks: task_id, soc_code (such as ISCO-1111), task, and the measure, "" where unknown.
        occupations: soc_code, title.
        skipped: number of rows without a code, without a task, or with a duplicate task.
    """

    tasks: list[dict[str, str]]
    occupations: list[dict[str, str]]
    skipped: int

    def __str__(self) -> str:
        rated = sum(task[POTENTIAL] != "" for task in self.tasks)
        return (
            f"{len(self.tasks):,} tasks of {len(self.occupations):,} unit groups of ISCO-08 added, "
            f"{rated:,} of them with a score; {self.skipped:,} rows without code or task skipped"
        )


def read(data_dir: Path) -> IscoTasks:
    """Read the tasks and their scores of 2025.

    Raises:
        InputError: if the file is missing or does not have the publisher's format.
    """
    path = data_dir / FILE
    tasks: dict[str, dict[str, str]] = {}
    titles: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    skipped = 0
    for line, row in read_source(path, (_CODE, _TITLE, _ID, _TASK, _SCORE)):
        if not row[_CODE] or not row[_TASK] or row[_TASK].endswith(_LIST_FOLLOWS):
            skipped += 1
            continue
        task = _task(path, line, row)
        key = (task["soc_code"], text_key(task["task"]))
        if key in seen:
            skipped += 1
            continue
        seen.add(key)
        if task["task_id"] in tasks:
            fault = f" line {line}, column {_ID}: duplicate ID {row[_ID]!r} of {row[_CODE]}"
            raise damaged_file(path, fault)
        tasks[task["task_id"]] = task
        titles.setdefault(task["soc_code"], _repaired(row[_TITLE]) or row[_CODE])
    return IscoTasks(
        tasks=list(tasks.values()),
        occupations=[{"soc_code": code, "title": title} for code, title in titles.items()],
        skipped=skipped,
    )


def _task(path: Path, line: int, row: Mapping[str, str]) -> dict[str, str]:
    digits = row[_CODE].zfill(_CODE_DIGITS)  # a spreadsheet drops leading zeros
    try:
        code = codes.parse(f"{isco.ISCO}-{digits}")
        text = Task(f"{_repaired(row[_TASK]).rstrip(_ENDINGS)}.").text
    except InputError as error:
        raise damaged_file(path, f" line {line}: {error}") from None
    potential = repr(number(path, line, row, _SCORE)) if row[_SCORE] else ""
    return {
        "task_id": f"ILO-{digits}-{row[_ID]}",
        "soc_code": code,
        "task": text,
        POTENTIAL: potential,
    }


def _repaired(text: str) -> str:
    """Undo the reading of UTF-8 as Mac Roman, which turned ’ into ‚Äô; ´ means ’, too."""
    try:
        return text.encode("mac_roman").decode("utf-8").replace("´", "’")
    except UnicodeError:
        return text
