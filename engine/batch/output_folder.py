"""The output folder of a batch run: its layout, and the run that it belongs to."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.batch.plan import Part, Settings
from engine.errors import InputError
from engine.persistence import artifact
from engine.utils.atomic_write import TEMPORARY_PREFIX, write_atomically
from engine.utils.file_lock import file_lock

FORMAT = 1
RUN, LOCK = "run.json", ".lock"
SCORES, REJECTS, STAGED = "scores", "rejects", "staged"

_ENGINE_KEY = "model"
"""Key of the engine's checksum in ``run.json``."""


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
    def claim(self, inputs: Sequence[Path], settings: Settings) -> Iterator[None]:
        """Lock the folder for a run, after checking that it belongs to no other run.

        Raises:
            InputError: if the folder holds anything else, another run, or a run in progress.
            OSError: if the folder cannot be written.
        """
        description = _describe(inputs, settings)
        run = self.path / RUN
        if self.path.is_file() or (
            self.path.is_dir() and not run.is_file() and _has_visible_files(self.path)
        ):
            raise InputError(
                f"{self.path} is not the output of a batch run; name a new or empty folder"
            )
        self.path.mkdir(parents=True, exist_ok=True)
        with file_lock(self.path / LOCK, wait=False):
            recorded = _read_description(run)
            if any((self.path / SCORES).glob("part-*")):
                _check_same_run(self.path, recorded, description)
            elif recorded != description:
                # Left by a run that completed no part.
                for leftover in (*self.staged_files(), *(self.path / REJECTS).glob("*")):
                    leftover.unlink()
                # Written first: a later run does not accept files in a folder without it.
                write_atomically(run, (json.dumps(description, indent=1) + "\n").encode())
            for name in (SCORES, REJECTS, STAGED):
                (self.path / name).mkdir(exist_ok=True)
            for leftover in self.path.rglob(f"{TEMPORARY_PREFIX}*"):
                leftover.unlink()
            yield

    def scores(self, part: Part) -> Path:
        """File of a part's scores; it exists only if the part is complete."""
        return self.path / SCORES / part.file_name

    def rejects(self, file_name: str) -> Path:
        """File of the rejects of a part or a staged input, by the name of its file."""
        return self.path / REJECTS / file_name

    def reject_files(self) -> list[Path]:
        """All files of rejects, sorted by name."""
        return sorted((self.path / REJECTS).glob("*.parquet"))

    def staged(self, number: int) -> Path:
        """Parquet file of the CSV input with this number."""
        return self.path / STAGED / f"input-{number:06d}.parquet"

    def staged_files(self) -> list[Path]:
        """CSV inputs that have been converted to Parquet."""
        return list((self.path / STAGED).glob("*"))


def _describe(inputs: Sequence[Path], settings: Settings) -> dict[str, Any]:
    """Describe a run by everything that its scores depend on, for ``run.json``."""
    described = asdict(settings)
    described.pop("allow_encoder")  # a permission, which changes no score
    manifest = artifact.read_manifest(Path(described.pop("engine"))).render()
    files = [
        {"path": str(path), "bytes": path.stat().st_size, "modified": path.stat().st_mtime_ns}
        for path in inputs
    ]
    checksum = hashlib.sha256(manifest).hexdigest()
    return {"format": FORMAT, _ENGINE_KEY: checksum, **described, "inputs": files}


def _read_description(run: Path) -> Mapping[str, Any] | None:
    """Read ``run.json``; None if it is missing or invalid."""
    try:
        found = json.loads(run.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _check_same_run(
    folder: Path, recorded: Mapping[str, Any] | None, description: Mapping[str, Any]
) -> None:
    if recorded is None:
        raise InputError(f"{folder / RUN} is missing or invalid; name a new folder")
    if recorded.get("format") != FORMAT:
        raise InputError(
            f"{folder} holds a run of another version of occupation-risk; finish it with that "
            "version, or name a new folder"
        )
    changed = [
        "engine" if key == _ENGINE_KEY else key
        for key, value in description.items()
        if recorded.get(key) != value
    ]
    if changed:
        raise InputError(
            f"{folder} holds another run (different {', '.join(changed)}); repeat the command that "
            "began it to resume it, or name a new folder"
        )


def _has_visible_files(folder: Path) -> bool:
    return any(not path.name.startswith(".") for path in folder.iterdir())
