"""A reference corpus: tasks with known outcomes, and the occupations that they belong to.

A corpus is two or three UTF-8 CSV files, in which an empty cell means unknown:

- ``tasks.csv``: ``task_id, soc_code, task, category, time_share, exposure, automation`` and any
  further measures;
- ``occupations.csv``: ``soc_code, title, job_zone, description``;
- ``alternate_titles.csv``, optional: ``soc_code, title``, other names of the occupations.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from engine.corpus.columns import (
    CATEGORY_SEPARATOR,
    DESCRIPTIVE_COLUMNS,
    OCCUPATION_COLUMNS,
    TASK_COLUMNS,
    TITLE_COLUMNS,
)
from engine.corpus.validation import Rows, check_occupations, check_tasks, check_titles
from engine.errors import CorpusError, InputError, UnknownOccupationError
from engine.records import rubric
from engine.records.inputs import Occupation, Task
from engine.utils.delimited import parse_table, read_text
from engine.utils.text import text_key

TASKS_FILE, OCCUPATIONS_FILE, TITLES_FILE = "tasks.csv", "occupations.csv", "alternate_titles.csv"


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """A validated reference corpus. Do not modify its tables.

    Attributes:
        name: name in reports and messages, such as "starter" or "published".
        tasks: one row per task: ``task_id``, ``soc_code``, ``task``, ``category`` ("" if unknown),
            ``time_share``, ``frequency``, ``importance`` (NaN if unknown), ``core`` (bool) and a
            column in [0, 1] per measure, NaN where unknown.
        occupations: one row per occupation: ``soc_code``, ``title``, ``job_zone`` (0 if unknown),
            ``description`` and any of ``columns.OUTLOOK_COLUMNS``.
        alternate_titles: ``soc_code``, ``title``; may be empty.
    """

    name: str
    tasks: pd.DataFrame
    occupations: pd.DataFrame
    alternate_titles: pd.DataFrame

    # Tables ---------------------------------------------------------------------------------------

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures, ``exposure`` and ``automation`` first."""
        described = {*TASK_COLUMNS, *DESCRIPTIVE_COLUMNS}
        further = [column for column in self.tasks.columns if column not in described]
        return (rubric.CAPABILITY_MEASURE, rubric.RISK_MEASURE, *further)

    @cached_property
    def outcomes(self) -> np.ndarray:
        """Known outcomes, shape (n_tasks, n_measures), in [0, 1]; NaN where unknown."""
        return self.tasks[list(self.measures)].to_numpy(dtype=np.float64)

    @cached_property
    def text_keys(self) -> np.ndarray:
        """``text_key`` of every task, shape (n_tasks,)."""
        return np.array([text_key(task) for task in self.tasks["task"]], dtype=object)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """All words of the tasks, in lower case."""
        return frozenset(word for key in self.text_keys for word in key.split())

    @cached_property
    def rows_of(self) -> Mapping[str, np.ndarray]:
        """SOC code -> row numbers of its tasks, in the order of the codes."""
        groups = self.tasks.groupby("soc_code").indices
        return {str(code): np.asarray(rows) for code, rows in groups.items()}

    @cached_property
    def occupation_rows(self) -> Mapping[str, int]:
        """SOC code -> row number in ``occupations``."""
        return {code: row for row, code in enumerate(self.occupations["soc_code"])}

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the corpus's files, in hexadecimal."""
        digest = hashlib.sha256()
        for name, content in self.files().items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    # Parts ----------------------------------------------------------------------------------------

    def occupation(self, soc_code: str) -> Occupation:
        """Return an occupation with its tasks.

        Raises:
            UnknownOccupationError: if the corpus has no tasks of this occupation.
        """
        row = self.occupation_rows.get(soc_code)
        if row is None or soc_code not in self.rows_of:
            raise UnknownOccupationError(
                f"SOC code {soc_code} is not in the {self.name} reference; choose a code that has "
                "tasks in it"
            )
        facts = self.occupations.iloc[row]
        tasks = self.tasks.iloc[self.rows_of[soc_code]]
        return Occupation(
            title=facts["title"],
            soc_code=soc_code,
            job_zone=int(facts["job_zone"]) or None,
            description=facts["description"],
            tasks=[
                Task(
                    text,
                    time_share=share,
                    frequency=frequency,
                    importance=importance,
                    core=bool(core),
                    category=_first_category(category),
                )
                for text, share, frequency, importance, core, category in zip(
                    tasks["task"],
                    tasks["time_share"],
                    tasks["frequency"],
                    tasks["importance"],
                    tasks["core"],
                    tasks["category"],
                    strict=True,
                )
            ],
        )

    def select_occupations(self, soc_codes: Iterable[str]) -> Corpus:
        """Return the corpus of these occupations alone: their tasks, facts and titles.

        Rows keep their order. Codes that the corpus does not have are ignored.
        """
        codes = set(soc_codes)

        def selected(table: pd.DataFrame) -> pd.DataFrame:
            return table[table["soc_code"].isin(codes)].reset_index(drop=True)

        return replace(
            self,
            tasks=selected(self.tasks),
            occupations=selected(self.occupations),
            alternate_titles=selected(self.alternate_titles),
        )

    def take_tasks(self, rows: np.ndarray) -> Corpus:
        """Return the corpus with these tasks alone; all occupations and titles remain.

        Args:
            rows: row numbers of ``tasks``, shape (n,), in the desired order.
        """
        return replace(self, tasks=self.tasks.iloc[rows].reset_index(drop=True))

    # Files ----------------------------------------------------------------------------------------

    def files(self) -> dict[str, bytes]:
        """Return the corpus as file name -> content; ``read`` and ``parse`` restore it exactly."""
        tables = {
            TASKS_FILE: self.tasks,
            OCCUPATIONS_FILE: self.occupations,
            TITLES_FILE: self.alternate_titles,
        }
        return {name: _csv_bytes(table) for name, table in tables.items()}

    def write(self, folder: Path) -> None:
        """Write the corpus into ``folder``, and create the folder if it does not exist."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files().items():
            (folder / name).write_bytes(content)

    @classmethod
    def read(cls, path: str | Path, name: str | None = None, *, strict: bool = False) -> Corpus:
        """Read and check a corpus.

        Args:
            path: a folder with ``tasks.csv``, or a file of tasks; ``occupations.csv`` and any
                ``alternate_titles.csv`` are read from the same folder.
            name: name of the corpus; that of the folder or file if None.
            strict: also reject near-duplicates within an occupation; meant for a corpus under
                development.

        Raises:
            CorpusError: listing all faults, up to 50, with file, line, column and value.
            InputError: if a file is missing or is not UTF-8 CSV with the required columns.
        """
        path = Path(path)
        tasks = path / TASKS_FILE if path.is_dir() else path
        files = [tasks, tasks.parent / OCCUPATIONS_FILE]
        if (titles := tasks.parent / TITLES_FILE).is_file():
            files.append(titles)
        name = name or (tasks.parent if path.is_dir() else path).resolve().stem
        return cls.parse(name, {str(file): read_text(file) for file in files}, strict=strict)

    @classmethod
    def of(cls, corpus: Corpus | str | Path) -> Corpus:
        """Return a corpus as it is, or read the one at a path.

        Raises:
            InputError: if the argument is neither.
            CorpusError, InputError: as ``read``.
        """
        if isinstance(corpus, (str, Path)):
            return cls.read(corpus)
        if not isinstance(corpus, Corpus):
            raise InputError(f"got a {type(corpus).__name__}; give a Corpus or the path of one")
        return corpus

    @classmethod
    def parse(cls, name: str, texts: Mapping[str, str], *, strict: bool = False) -> Corpus:
        """Check a corpus that is given as the texts of its files.

        Args:
            texts: file name, for messages -> text, in this order: tasks, occupations and, if
                there are any, alternate titles.
            strict: as ``read``.

        Raises:
            CorpusError, InputError: as ``read``.
        """
        columns = (TASK_COLUMNS, OCCUPATION_COLUMNS, TITLE_COLUMNS)
        tables = [
            parse_table(text, where, required)
            for (where, text), required in zip(texts.items(), columns, strict=False)
        ]
        return cls.from_rows(
            name,
            tasks=tables[0],
            occupations=tables[1],
            alternate_titles=tables[2] if len(tables) > 2 else (),
            file_names=tuple(texts),
            strict=strict,
        )

    @classmethod
    def from_rows(
        cls,
        name: str,
        *,
        tasks: Rows,
        occupations: Rows,
        alternate_titles: Rows = (),
        file_names: Sequence[str] = (TASKS_FILE, OCCUPATIONS_FILE, TITLES_FILE),
        strict: bool = False,
    ) -> Corpus:
        """Check a corpus that is given as rows of text, each with its line number.

        Args:
            file_names: files of tasks, occupations and alternate titles, for messages.
            strict: as ``read``.

        Raises:
            CorpusError: listing all faults, up to 50.
        """
        occupation_table, faults = check_occupations(occupations, file_names[1])
        codes = set(occupation_table["soc_code"])
        task_table, task_faults = check_tasks(tasks, codes, file_names[0], strict=strict)
        title_table, title_faults = check_titles(alternate_titles, codes, file_names[-1])
        if all_faults := [*faults, *task_faults, *title_faults]:
            raise CorpusError(f"reference corpus {name!r}", all_faults)
        return cls(
            name=name, tasks=task_table, occupations=occupation_table, alternate_titles=title_table
        )


def _first_category(categories: str) -> str | None:
    return categories.split(CATEGORY_SEPARATOR)[0] or None


def _csv_bytes(table: pd.DataFrame) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.itertuples(index=False):
        writer.writerow([_cell(value) for value in row])
    return buffer.getvalue().encode("utf-8")


def _cell(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if math.isnan(value) else repr(float(value))  # shortest exact form
    return str(value)


def summary(corpus: Corpus) -> str:
    """Return one line: numbers of occupations, tasks, and known outcomes of each measure."""
    counts = {name: int(corpus.tasks[name].notna().sum()) for name in corpus.measures}
    known = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    return (
        f"{corpus.name}: {len(corpus.rows_of)} occupations, {len(corpus.tasks):,} tasks; "
        f"known outcomes: {known}"
    )
