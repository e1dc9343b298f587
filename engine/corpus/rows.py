"""The files of a corpus as rows of text, and their check as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from engine.corpus import validation
from engine.corpus.columns import (
    CROSSWALK_COLUMNS,
    CROSSWALK_FILE,
    MOVE_COLUMNS,
    MOVES_FILE,
    OCCUPATION_COLUMNS,
    OCCUPATIONS_FILE,
    OTHER_FILE,
    TASK_COLUMNS,
    TASKS_FILE,
    TITLE_COLUMNS,
    TITLES_FILE,
)
from engine.corpus.moves import check_moves
from engine.corpus.validation import Rows, check_crosswalk
from engine.errors import CorpusError
from engine.utils.bounded_read import is_folder
from engine.utils.delimited import parse_table

_FILES: Mapping[str, Sequence[str]] = {
    TASKS_FILE: TASK_COLUMNS,
    OCCUPATIONS_FILE: OCCUPATION_COLUMNS,
    TITLES_FILE: TITLE_COLUMNS,
    OTHER_FILE: TITLE_COLUMNS,
    CROSSWALK_FILE: CROSSWALK_COLUMNS,
    MOVES_FILE: MOVE_COLUMNS,
}
"""File -> its required columns."""

_NAMED = (OTHER_FILE, CROSSWALK_FILE, MOVES_FILE)
"""Files that are recognized by their names, not by their position."""


def no_titles() -> pd.DataFrame:
    """Return a table of codes and titles without rows."""
    return pd.DataFrame(columns=list(TITLE_COLUMNS))


@dataclass(frozen=True, kw_only=True)
class CheckedTables:
    """The tables of a corpus without faults, as the attributes of ``Corpus``."""

    tasks: pd.DataFrame
    occupations: pd.DataFrame
    alternate_titles: pd.DataFrame
    other_occupations: pd.DataFrame
    crosswalk: pd.DataFrame
    moves: pd.DataFrame
    dates: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class CorpusRows:
    """The rows of a corpus's files, each with its line number.

    Attributes:
        tasks, occupations, alternate_titles, other_occupations, crosswalk, moves: rows of text.
        file_names: names of the files, in this order, for messages; those of a corpus for the rest.
    """

    tasks: Rows
    occupations: Rows
    alternate_titles: Rows = ()
    other_occupations: Rows = ()
    crosswalk: Rows = ()
    moves: Rows = ()
    file_names: Sequence[str] = field(default_factory=lambda: tuple(_FILES))

    @classmethod
    def parse(cls, texts: Mapping[str, str]) -> CorpusRows:
        """Parse the texts of the files; see ``Corpus.parse``.

        Raises:
            InputError: if a text is not CSV with the required columns.
        """
        names, columns = list(_FILES), list(_FILES.values())
        rows: list[Rows] = [() for _ in names]
        for position, (where, text) in enumerate(texts.items()):
            table = position
            if position > 1:  # the first two are required
                named = (names.index(file) for file in _NAMED if where.endswith(file))
                table = next(named, position)
            names[table] = where
            rows[table] = parse_table(text, where, columns[table])
        tasks, occupations, titles, others, crosswalk, moves = rows
        return cls(
            tasks=tasks,
            occupations=occupations,
            alternate_titles=titles,
            other_occupations=others,
            crosswalk=crosswalk,
            moves=moves,
            file_names=names,
        )

    def check(self, name: str, *, strict: bool) -> CheckedTables:
        """Check all rows and convert them to tables.

        Args:
            name: name of the corpus, for messages.
            strict: also reject near-duplicates within an occupation.

        Raises:
            CorpusError: listing all faults, up to 50.
        """
        names = [*self.file_names, *list(_FILES)[len(self.file_names) :]]
        tasks_file, occupations_file, titles_file, other_file, crosswalk_file, moves_file = names
        occupations, faults = validation.check_occupations(self.occupations, occupations_file)
        listed = set(occupations["soc_code"])
        others, other_faults = validation.check_other_occupations(
            self.other_occupations, listed, other_file
        )
        tasks, dates, task_faults = validation.check_tasks(
            self.tasks, listed | set(others["soc_code"]), tasks_file, strict=strict
        )
        titles, title_faults = validation.check_titles(self.alternate_titles, listed, titles_file)
        crosswalk, link_faults = check_crosswalk(self.crosswalk, crosswalk_file)
        moves, move_faults = check_moves(self.moves, listed, moves_file)
        found = (faults, other_faults, task_faults, title_faults, link_faults, move_faults)
        if all_faults := [fault for part in found for fault in part]:
            raise CorpusError(f"reference corpus {name!r}", all_faults)
        return CheckedTables(
            tasks=tasks,
            occupations=occupations,
            alternate_titles=titles,
            other_occupations=others,
            crosswalk=crosswalk,
            moves=moves,
            dates=dates,
        )


def files_of(path: Path) -> list[Path]:
    """Return the files of the corpus at a folder, or beside a file of tasks.

    The optional ones are listed only if they exist.
    """
    tasks = path / TASKS_FILE if is_folder(path) else path
    optional = (tasks.parent / file for file in (TITLES_FILE, *_NAMED))
    return [tasks, tasks.parent / OCCUPATIONS_FILE, *filter(Path.is_file, optional)]
