"""Read and check the examples of the starter reference that training and benchmarks alone use.

They stay out of the wheel: ``rewrites.csv`` tells every task as people tell it, ``postings.csv``
holds documents as people paste them, and ``rewrites_blind.csv`` records how a reader who had not
seen the originals recognized a sample of the rewrites.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from engine.errors import CorpusError, abbreviate
from engine.records.posting import KINDS
from engine.utils.delimited import read_table
from engine.utils.text import text_key
from scripts.benchmarks.common import ROOT

STARTER_FOLDER = ROOT / "reference_tasks"

STYLES = {
    ("short", "en"): "two to five everyday words",
    ("spoken", "en"): "first person",
    ("resume", "en"): "past tense, with a quantity",
    ("advert", "en"): "as in a job advert",
    ("plain", "de"): "German",
    ("plain", "es"): "Spanish",
    ("plain", "fr"): "French",
}
"""Style and language of the rewrites of each task."""

FORMS = ("advert", "resume", "duty_list", "email")
"""Forms of the documents in ``postings.csv``."""

Row = Mapping[str, str]


def read_rewrites(folder: Path = STARTER_FOLDER) -> pd.DataFrame:
    """Read ``rewrites.csv``: ``task_id``, ``style``, ``language``, ``text``.

    Raises:
        InputError: if a file is missing or not a table.
        CorpusError: listing every rewrite that is missing, repeated, blank, or of no known task.
    """
    tasks = {row["task_id"]: row["task"] for _, row in read_table(folder / "tasks.csv", ())}
    seen: set[tuple[str, ...]] = set()

    def faults(row: Row) -> list[str]:
        key = (row["task_id"], row["style"], row["language"])
        found = []
        if row["task_id"] not in tasks:
            found.append(f"unknown task {abbreviate(row['task_id'])}; take an ID of tasks.csv")
        elif text_key(row["text"]) == text_key(tasks[row["task_id"]]):
            found.append("the text is the task itself; write it another way")
        if key[1:] not in STYLES:
            found.append(f"unknown style and language {key[1:]}; choose from: {list(STYLES)}")
        if key in seen:
            found.append(f"duplicate rewrite of {key}; remove one")
        seen.add(key)
        return found

    table = _read(folder / "rewrites.csv", ("task_id", "style", "language", "text"), faults)
    missing = [
        f"rewrites.csv: task {task_id} has no {style} rewrite in language {language}; add one"
        for task_id in tasks
        for style, language in STYLES
        if (task_id, style, language) not in seen
    ]
    if missing:
        raise CorpusError(str(folder), missing)
    return table


def read_postings(folder: Path = STARTER_FOLDER) -> pd.DataFrame:
    """Read ``postings.csv``: one row per line, or per sentence of a line that has several.

    Columns: ``posting_id``, ``form``, ``language``, ``line`` (number in the document, from 1),
    ``kind`` and ``text``. The rows of a document are in order; joining the rows of a line with
    spaces gives the line.

    Raises:
        InputError: if the file is missing or not a table.
        CorpusError: listing every row with an unknown form, language, or kind, or out of order.
    """
    last: dict[str, tuple[str, str, int]] = {}

    def faults(row: Row) -> list[str]:
        found = []
        for column, choices in (("form", FORMS), ("kind", KINDS)):
            if row[column] not in choices:
                known = ", ".join(choices)
                found.append(f"unknown {column} {abbreviate(row[column])}; choose from: {known}")
        number = int(row["line"]) if row["line"].isdigit() else 0
        form, language, before = last.get(row["posting_id"], (row["form"], row["language"], 1))
        if number < before:
            found.append(f"line {row['line']} follows line {before}; sort the rows of a document")
        if (form, language) != (row["form"], row["language"]):
            found.append(f"{row['posting_id']} changes from {form}, {language}; keep one")
        last[row["posting_id"]] = (form, language, number)
        return found

    columns = ("posting_id", "form", "language", "line", "kind", "text")
    table = _read(folder / "postings.csv", columns, faults)
    return table.astype({"line": int})


def read_blind_choices(folder: Path = STARTER_FOLDER) -> pd.DataFrame:
    """Read ``rewrites_blind.csv``: ``task_id``, ``style``, ``language``, ``chosen``.

    ``chosen`` is the ID that a reader picked among 20 similar tasks for a rewrite of ``task_id``.

    Raises:
        InputError: if the file is missing or not a table.
        CorpusError: listing every row with an unknown task, style, or language.
    """
    known = {row["task_id"] for _, row in read_table(folder / "tasks.csv", ())}

    def faults(row: Row) -> list[str]:
        found = [
            f"unknown task {abbreviate(row[column])} in column {column}; take an ID of tasks.csv"
            for column in ("task_id", "chosen")
            if row[column] not in known
        ]
        if (row["style"], row["language"]) not in STYLES:
            found.append(f"unknown style and language; choose from: {list(STYLES)}")
        return found

    columns = ("task_id", "style", "language", "chosen")
    return _read(folder / "rewrites_blind.csv", columns, faults)


def _read(path: Path, columns: tuple[str, ...], faults: Callable[[Row], list[str]]) -> pd.DataFrame:
    """Read a table whose cells are all filled in, and raise all faults at once."""
    rows = read_table(path, columns)
    found = []
    for line, row in rows:
        blank = [f"blank {column}; fill it in" for column in columns if not row[column].strip()]
        found += [f"{path.name} line {line}: {fault}" for fault in blank or faults(row)]
    if found:
        raise CorpusError(str(path.parent), found)
    return pd.DataFrame([row for _, row in rows], columns=list(columns))
