"""A reference corpus: tasks with known outcomes, and the occupations they belong to.

Form: ``tasks.csv`` with ``task_id, soc_code, task, category, time_share, exposure, automation`` and
any further measures; beside it ``occupations.csv`` with ``soc_code, title, job_zone, description``
and, where there are other names to find an occupation by, ``alternate_titles.csv`` with
``soc_code, title``. UTF-8. Empty cells are unknown.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from engine.corpus.validation import (
    CATEGORY_SEPARATOR,
    DESCRIPTIVE_COLUMNS,
    OCCUPATION_COLUMNS,
    TASK_COLUMNS,
    TITLE_COLUMNS,
    check_occupations,
    check_tasks,
    check_titles,
)
from engine.errors import CorpusError, InputError, UnknownOccupationError
from engine.records import rubric
from engine.records.inputs import Occupation, Task
from engine.utils.delimited import parse_table, read_text
from engine.utils.text import text_key


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """A checked reference corpus.

    Attributes:
        name: what reports call it, such as "starter" or "published".
        tasks: one row a task: ``task_id``, ``soc_code``, ``task``, ``category`` ("" if unknown),
            ``time_share``, ``frequency``, ``importance`` (NaN if unknown), ``core`` (bool) and a
            column in [0, 1] per measure, NaN where unknown. Not to be changed.
        occupations: one row an occupation: ``soc_code``, ``title``, ``job_zone`` (0 if unknown),
            ``description``.
        alternate_titles: ``soc_code``, ``title``; may be empty.
    """

    name: str
    tasks: pd.DataFrame
    occupations: pd.DataFrame
    alternate_titles: pd.DataFrame

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures, ``exposure`` and ``automation`` first."""
        known = {*TASK_COLUMNS, *DESCRIPTIVE_COLUMNS}
        further = [column for column in self.tasks.columns if column not in known]
        return (rubric.CAPABILITY_MEASURE, rubric.RISK_MEASURE, *further)

    @cached_property
    def outcomes(self) -> np.ndarray:
        """Known outcomes, shape (n_tasks, n_measures), in [0, 1], NaN where unknown."""
        return self.tasks[list(self.measures)].to_numpy(dtype=np.float64)

    @cached_property
    def text_keys(self) -> np.ndarray:
        """``text_key`` of every task, shape (n_tasks,)."""
        return np.array([text_key(task) for task in self.tasks["task"]], dtype=object)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Words of the text keys of all tasks."""
        return frozenset(word for key in self.text_keys for word in key.split())

    @cached_property
    def rows_of(self) -> Mapping[str, np.ndarray]:
        """SOC code -> row numbers of its tasks."""
        groups = self.tasks.groupby("soc_code").indices
        return {str(code): np.asarray(rows) for code, rows in groups.items()}

    @cached_property
    def occupation_rows(self) -> Mapping[str, int]:
        """SOC code -> row number of the occupation."""
        return {code: row for row, code in enumerate(self.occupations["soc_code"])}

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the corpus as it is written."""
        digest = hashlib.sha256()
        for name, content in self.files().items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    def occupation(self, soc_code: str) -> Occupation:
        """The occupation of ``soc_code``, with its tasks.

        Raises:
            UnknownOccupationError: if the corpus has no such occupation with tasks.
        """
        row = self.occupation_rows.get(soc_code)
        if row is None or soc_code not in self.rows_of:
            raise UnknownOccupationError(f"SOC code {soc_code} is not in the {self.name} reference")
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

    def select(self, soc_codes: Iterable[str]) -> Corpus:
        """The part of the corpus that belongs to some occupations."""
        codes = set(soc_codes)

        def kept(table: pd.DataFrame) -> pd.DataFrame:
            return table[table["soc_code"].isin(codes)].reset_index(drop=True)

        return Corpus(
            name=self.name,
            tasks=kept(self.tasks),
            occupations=kept(self.occupations),
            alternate_titles=kept(self.alternate_titles),
        )

    def take(self, rows: np.ndarray) -> Corpus:
        """The corpus with these rows of its tasks alone; occupations and titles stay."""
        tasks = self.tasks.iloc[rows].reset_index(drop=True)
        return Corpus(
            name=self.name,
            tasks=tasks,
            occupations=self.occupations,
            alternate_titles=self.alternate_titles,
        )

    def files(self) -> dict[str, bytes]:
        """The corpus as files: name -> bytes. ``read`` and ``parse`` read them back unchanged."""
        tables = {
            "tasks.csv": self.tasks,
            "occupations.csv": self.occupations,
            "alternate_titles.csv": self.alternate_titles,
        }
        return {name: _csv_bytes(table) for name, table in tables.items()}

    def write(self, folder: Path) -> None:
        """Write the corpus into ``folder``, which is made if it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files().items():
            (folder / name).write_bytes(content)

    @classmethod
    def read(cls, path: str | Path, name: str | None = None, *, strict: bool = False) -> Corpus:
        """Read and check a corpus: a folder, or a file of tasks with its neighbours in the folder.

        Args:
            strict: refuse near-duplicates within an occupation too; for a corpus in the making.

        Raises:
            CorpusError: listing every fault (up to 50) with file, line, column, value and what was
                expected.
            InputError: if a file is missing or cannot be read as UTF-8 CSV.
        """
        path = Path(path)
        tasks = path / "tasks.csv" if path.is_dir() else path
        paths = [tasks, tasks.parent / "occupations.csv", tasks.parent / "alternate_titles.csv"]
        texts = {str(file): read_text(file) for file in paths[:2]}
        if paths[2].is_file():
            texts[str(paths[2])] = read_text(paths[2])
        named = name or (tasks.parent if path.is_dir() else path).resolve().stem
        return cls.parse(named, texts, strict)

    @classmethod
    def of(cls, given: Corpus | str | Path) -> Corpus:
        """A corpus as it is, or the one at a path.

        Raises:
            InputError: if it is neither.
            CorpusError, InputError: as ``read``.
        """
        corpus = cls.read(given) if isinstance(given, (str, Path)) else given
        if not isinstance(corpus, Corpus):
            raise InputError(f"got a {type(corpus).__name__}; give a Corpus or the path of one")
        return corpus

    @classmethod
    def parse(cls, name: str, texts: Mapping[str, str], strict: bool = False) -> Corpus:
        """Check a corpus given as texts of its files: tasks, occupations and, maybe, other titles.

        Raises:
            CorpusError, InputError: as ``read``.
        """
        columns = (TASK_COLUMNS, OCCUPATION_COLUMNS, TITLE_COLUMNS)
        tables = [
            parse_table(text, where, required)
            for (where, text), required in zip(texts.items(), columns, strict=False)
        ]
        titles = tables[2] if len(tables) > 2 else []
        return cls.from_rows(name, tables[0], tables[1], titles, tuple(texts), strict)

    @classmethod
    def from_rows(
        cls,
        name: str,
        tasks: Iterable[tuple[int, Mapping[str, str]]],
        occupations: Iterable[tuple[int, Mapping[str, str]]],
        alternate_titles: Iterable[tuple[int, Mapping[str, str]]] = (),
        file_names: Sequence[str] = ("tasks.csv", "occupations.csv", "alternate_titles.csv"),
        strict: bool = False,
    ) -> Corpus:
        """Check rows of text, each with its line number, and make a corpus of them.

        Raises:
            CorpusError: listing every fault (up to 50).
        """
        faults: list[str] = []
        occupation_table = check_occupations(occupations, file_names[1], faults)
        known = set(occupation_table["soc_code"])
        task_table = check_tasks(tasks, known, file_names[0], faults, strict=strict)
        title_table = check_titles(alternate_titles, known, file_names[-1], faults)
        if faults:
            raise CorpusError(f"reference corpus {name!r}", faults)
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
    """One line: how much the corpus has, and how many outcomes of each measure."""
    counts = {name: int(corpus.tasks[name].notna().sum()) for name in corpus.measures}
    known = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    return (
        f"{corpus.name}: {len(corpus.rows_of)} occupations, {len(corpus.tasks):,} tasks; "
        f"known outcomes: {known}"
    )
