"""A reference corpus: tasks with known outcomes, and the occupations that they belong to.

A corpus is two to six UTF-8 CSV files, in which an empty cell means unknown:

- ``tasks.csv``: ``task_id, soc_code, task, category, time_share, exposure, automation`` and any
  further measures;
- ``occupations.csv``: ``soc_code, title, job_zone, description``;
- ``alternate_titles.csv``, optional: ``soc_code, title``, other names of the occupations;
- ``other_occupations.csv``, optional: ``soc_code, title``, occupations of another taxonomy than
  the catalog. Their tasks are evidence alone: the catalog does not list them;
- ``crosswalk.csv``, optional: ``esco, isco, title, soc_code, match``, see
  ``engine.corpus.crosswalk``;
- ``moves.csv``, optional: ``from_soc, to_soc, count`` and perhaps ``source``, moves of people
  between occupations, see ``engine.corpus.moves``.

Codes are SOC codes, or those of unit groups of ISCO-08, such as ISCO-1111.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.corpus.columns import (
    CATEGORY_SEPARATOR,
    CROSSWALK_FILE,
    DESCRIPTIVE_COLUMNS,
    MOVES_FILE,
    OCCUPATIONS_FILE,
    OTHER_FILE,
    TASK_COLUMNS,
    TITLES_FILE,
)
from engine.corpus.columns import TASKS_FILE as TASKS_FILE
from engine.corpus.crosswalk import Crosswalk, Link, no_crosswalk
from engine.corpus.moves import no_moves
from engine.corpus.provenance import sources_of
from engine.corpus.rows import CorpusRows, files_of, no_titles
from engine.corpus.tables import csv_bytes, with_blank_zones
from engine.errors import InputError, UnknownOccupationError
from engine.records import rubric
from engine.records.inputs import Occupation, Task
from engine.records.measures import Source
from engine.utils.bounded_read import is_folder
from engine.utils.delimited import read_text
from engine.utils.text import text_key


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
        other_occupations: occupations of another taxonomy, such as "ISCO-1111": ``soc_code``,
            ``title``; may be empty. Their tasks are evidence alone.
        crosswalk: what ESCO and ISCO-08 link to, as ``engine.corpus.crosswalk.Crosswalk``; may be
            empty.
        moves: moves of people between occupations of the catalog: ``from_soc``, ``to_soc``,
            ``count`` and ``source``; may be empty.
        dates: measure -> latest date of its outcomes, as an ISO date of any precision, where
            ``tasks.csv`` has dates. ``files`` does not store them.
    """

    name: str
    tasks: pd.DataFrame
    occupations: pd.DataFrame
    alternate_titles: pd.DataFrame
    other_occupations: pd.DataFrame = field(default_factory=no_titles)
    crosswalk: pd.DataFrame = field(default_factory=no_crosswalk)
    moves: pd.DataFrame = field(default_factory=no_moves)
    dates: Mapping[str, str] = field(default_factory=dict)

    # Tables ---------------------------------------------------------------------------------------

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Names of the measures, ``exposure`` and ``automation`` first."""
        described = {*TASK_COLUMNS, *DESCRIPTIVE_COLUMNS}
        further = [column for column in self.tasks.columns if column not in described]
        return (rubric.CAPABILITY_MEASURE, rubric.RISK_MEASURE, *further)

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Measure -> where its known outcomes come from."""
        return sources_of(self.name, self.measures, self.dates)

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
    def all_rows_of(self) -> Mapping[str, np.ndarray]:
        """Code -> row numbers of its tasks, in the order of the codes, of all occupations."""
        groups = self.tasks.groupby("soc_code").indices
        return {str(code): np.asarray(rows) for code, rows in groups.items()}

    @cached_property
    def rows_of(self) -> Mapping[str, np.ndarray]:
        """Code -> row numbers of its tasks, in the order of the codes: the catalog.

        Occupations of another taxonomy are not in it.
        """
        catalog = self.occupation_rows
        return {code: rows for code, rows in self.all_rows_of.items() if code in catalog}

    @cached_property
    def rows_of_key(self) -> Mapping[str, tuple[int, ...]]:
        """Text key -> row numbers of the tasks that have it, ascending."""
        found: dict[str, tuple[int, ...]] = {}
        for row, key in enumerate(self.text_keys):
            found[key] = (*found.get(key, ()), row)
        return found

    @cached_property
    def occupation_rows(self) -> Mapping[str, int]:
        """SOC code -> row number in ``occupations``."""
        return {code: row for row, code in enumerate(self.occupations["soc_code"])}

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Code -> title of its occupation, also of another taxonomy."""
        tables = (self.occupations, self.other_occupations)
        return {
            str(code): str(title)
            for table in tables
            for code, title in zip(table["soc_code"], table["title"], strict=True)
        }

    @cached_property
    def links(self) -> Crosswalk:
        """What codes of ESCO and ISCO-08 link to."""
        return Crosswalk(self.crosswalk)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the corpus's files, in hexadecimal."""
        digest = hashlib.sha256()
        for name, content in self.files().items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()

    # Parts ----------------------------------------------------------------------------------------

    def title_of(self, code: str) -> str:
        """Return the title of an occupation, also of one of another taxonomy.

        Raises:
            UnknownOccupationError: if the corpus has no such occupation.
        """
        if code not in self.titles:
            raise UnknownOccupationError(
                f"occupation {code} is not in the {self.name} reference; choose a code that is"
            )
        return self.titles[code]

    def occupation(self, soc_code: str) -> Occupation:
        """Return an occupation with its tasks.

        Raises:
            UnknownOccupationError: if the corpus has no tasks of this occupation.
        """
        row = self.occupation_rows.get(soc_code)
        if row is None or soc_code not in self.rows_of:
            raise UnknownOccupationError(
                f"code {soc_code} is not in the {self.name} reference; choose a code that has "
                "tasks in it"
            )
        facts = self.occupations.iloc[row]
        return Occupation(
            title=facts["title"],
            soc_code=soc_code,
            job_zone=int(facts["job_zone"]) or None,
            description=facts["description"],
            tasks=self.tasks_of(soc_code),
        )

    def tasks_of(self, code: str) -> list[Task]:
        """Return the tasks of an occupation, also of one of another taxonomy; [] without any."""
        return [
            Task(
                text,
                time_share=share,
                frequency=frequency,
                importance=importance,
                core=bool(core),
                category=category.split(CATEGORY_SEPARATOR)[0] or None,
            )
            for row in self.all_rows_of.get(code, np.zeros(0, dtype=np.intp)).tolist()
            for text, share, frequency, importance, core, category in (self._task_facts[row],)
        ]

    @cached_property
    def _task_facts(self) -> list[tuple[Any, ...]]:
        """What ``Task`` needs of each row; single rows of a frame are slow."""
        names = ["task", "time_share", "frequency", "importance", "core", "category"]
        return list(zip(*(self.tasks[name].tolist() for name in names), strict=True))

    def select_occupations(self, soc_codes: Iterable[str]) -> Corpus:
        """Return the corpus of these occupations alone: their tasks, facts and titles.

        Rows keep their order. Codes that the corpus does not have are ignored. Occupations of
        another taxonomy are selected by their codes like the others.
        """
        chosen = set(soc_codes)

        def selected(table: pd.DataFrame) -> pd.DataFrame:
            return table[table["soc_code"].isin(chosen)].reset_index(drop=True)

        return replace(
            self,
            tasks=selected(self.tasks),
            occupations=selected(self.occupations),
            alternate_titles=selected(self.alternate_titles),
            other_occupations=selected(self.other_occupations),
            moves=self.moves[
                self.moves["from_soc"].isin(chosen) & self.moves["to_soc"].isin(chosen)
            ].reset_index(drop=True),
        )

    def take_tasks(self, rows: np.ndarray) -> Corpus:
        """Return the corpus with these tasks alone; all occupations and titles remain.

        Args:
            rows: row numbers of ``tasks``, shape (n,), in the desired order.
        """
        return replace(self, tasks=self.tasks.iloc[rows].reset_index(drop=True))

    def linked_job_zone(self, links: Iterable[Link]) -> int:
        """Return the weighted mean job zone of linked occupations, rounded; 0 if unknown."""
        zones = self.occupations["job_zone"].tolist()
        known = [(link.weight, zones[self.occupation_rows[link.soc_code]]) for link in links]
        total = sum(weight for weight, zone in known if zone)
        return int(sum(weight * zone for weight, zone in known) / total + 0.5) if total else 0

    # Files ----------------------------------------------------------------------------------------

    def files(self) -> dict[str, bytes]:
        """Return the corpus as file name -> content; ``read`` and ``parse`` restore it exactly."""
        tables = {
            TASKS_FILE: self.tasks,
            OCCUPATIONS_FILE: with_blank_zones(self.occupations),
            TITLES_FILE: self.alternate_titles,
        }
        if len(self.other_occupations):
            tables[OTHER_FILE] = self.other_occupations
        if len(self.crosswalk):
            tables[CROSSWALK_FILE] = self.crosswalk
        if len(self.moves):
            tables[MOVES_FILE] = self.moves
        return {name: csv_bytes(table) for name, table in tables.items()}

    def write(self, folder: Path) -> None:
        """Write the corpus into ``folder``, and create the folder if it does not exist."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files().items():
            (folder / name).write_bytes(content)

    @classmethod
    def read(cls, path: str | Path, name: str | None = None, *, strict: bool = False) -> Corpus:
        """Read and check a corpus.

        Args:
            path: a folder with ``tasks.csv``, or a file of tasks; ``occupations.csv`` and the
                optional files are read from the same folder.
            name: name of the corpus; that of the folder or file if None.
            strict: also reject near-duplicates within an occupation; meant for a corpus under
                development.

        Raises:
            CorpusError: listing all faults, up to 50, with file, line, column and value.
            InputError: if a file is missing or is not UTF-8 CSV with the required columns.
        """
        path = Path(path)
        files = files_of(path)
        name = name or (files[0].parent if is_folder(path) else path).resolve().stem
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
                there are any, alternate titles. Files of other occupations, a crosswalk and moves
                may follow; they are recognized by their names.
            strict: as ``read``.

        Raises:
            CorpusError, InputError: as ``read``.
        """
        return cls.from_rows(name, CorpusRows.parse(texts), strict=strict)

    @classmethod
    def from_rows(cls, name: str, rows: CorpusRows, *, strict: bool = False) -> Corpus:
        """Check a corpus that is given as rows of text.

        Args:
            strict: as ``read``.

        Raises:
            CorpusError: listing all faults, up to 50.
        """
        return cls(name=name, **vars(rows.check(name, strict=strict)))
