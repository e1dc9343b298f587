"""The output folder of a batch run: its layout, and the run that it belongs to.

Nothing is removed but files with names that only a batch run gives, in a folder whose ``run.json``
is that of a batch run.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from engine.batch import attempts, run_record
from engine.batch.plan import Part
from engine.batch.run_record import RUN, RunRecord
from engine.errors import InputError
from engine.utils.atomic_write import TEMPORARY_PREFIX
from engine.utils.file_lock import file_lock

LOCK = ".lock"
SCORES, REJECTS, STAGED = "scores", "rejects", "staged"

_PART = re.compile(r"part-[0-9]{6,}\.parquet")
_INPUT = re.compile(r"input-[0-9]{6,}\.parquet")
_UNFINISHED = re.compile(re.escape(TEMPORARY_PREFIX) + "[a-z0-9_]{8}")


class OutputFolder:
    """The output folder of a batch run.

    ``run.json`` describes the run; ``scores/`` and ``rejects/`` hold a file for each part, and
    ``staged/`` the CSV inputs as Parquet.

    Args:
        path: a new or empty folder, or the output of a run to resume.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextlib.contextmanager
    def claim(self, record: RunRecord) -> Iterator[None]:
        """Lock the folder for a run, after checking that it belongs to no other run.

        Raises:
            InputError: if the folder holds anything else, another run, or a run in progress.
            OSError: if the folder cannot be written.
        """
        run = self.path / RUN
        if (self.path.exists() and not self.path.is_dir()) or (
            self.path.is_dir() and not run.is_file() and _has_visible_files(self.path)
        ):
            raise InputError(
                f"{self.path} is not the output of a batch run; name a new or empty folder"
            )
        run_record.read(run)  # before anything is written
        self.path.mkdir(parents=True, exist_ok=True)
        with file_lock(self.path / LOCK, wait=False):
            recorded = run_record.read(run)
            if recorded is not None and self._own(SCORES, _PART):
                run_record.check_same(self.path, recorded, record)
            elif recorded != record.content():
                # Left by a run that completed no part.
                for leftover in (*self.staged_files(), *self.reject_files()):
                    leftover.unlink()
                # Written first: a later run does not accept files in a folder without it.
                record.write(run)
            for name in (SCORES, REJECTS, STAGED):
                (self.path / name).mkdir(exist_ok=True)
            self.sweep()
            attempts.forget(self.path)
            yield

    def sweep(self) -> None:
        """Remove the unfinished files of killed processes."""
        for folder in (".", SCORES, REJECTS, STAGED):
            for leftover in self._own(folder, _UNFINISHED):
                leftover.unlink(missing_ok=True)

    def scores(self, part: Part) -> Path:
        """File of a part's scores; it exists only if the part is complete."""
        return self.path / SCORES / part.file_name

    def rejects(self, file_name: str) -> Path:
        """File of the rejects of a part or a staged input, by the name of its file."""
        return self.path / REJECTS / file_name

    def reject_files(self) -> list[Path]:
        """All files of rejects, sorted by name."""
        return [*self._own(REJECTS, _INPUT), *self._own(REJECTS, _PART)]

    def staged(self, number: int) -> Path:
        """Parquet file of the CSV input with this number."""
        return self.path / STAGED / f"input-{number:06d}.parquet"

    def staged_files(self) -> list[Path]:
        """CSV inputs that have been converted to Parquet."""
        return self._own(STAGED, _INPUT)

    def _own(self, folder: str, name: re.Pattern[str]) -> list[Path]:
        """Files of a folder with names of this form, sorted; none if there is no such folder."""
        place = self.path / folder
        if not place.is_dir():
            return []
        return sorted(
            path for path in place.iterdir() if name.fullmatch(path.name) and not path.is_dir()
        )


def _has_visible_files(folder: Path) -> bool:
    return any(not path.name.startswith(".") for path in folder.iterdir())
