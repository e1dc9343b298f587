"""TODO."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from engine.batch.plan import Part, Settings
from engine.errors import InputError
from engine.persistence import artifact
from engine.utils.atomic_write import TEMPORARY_PREFIX, write_whole

FORMAT = 1
RUN, LOCK = "run.json", ".lock"
SCORES, REJECTS, STAGED = "scores", "rejects", "staged"


class Output:
    """The output folder of a run.

    Args:
        folder: new, empty, or of the same run before.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def claimed(self, inputs: Sequence[Path], settings: Settings) -> Iterator[None]:
        """Hold the folder for one run, which must be the one that began it.

        Raises:
            InputError: if it holds something else, another run, or one that is at work.
        """
        described = _describe(inputs, settings)
        run = self.folder / RUN
        if self.folder.is_file() or (
            self.folder.is_dir() and not run.is_file() and _visible(self.folder)
        ):
            raise InputError(
                f"{self.folder} is not the output of a run: expected a new or empty folder; name "
                "another"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        with _lock(self.folder / LOCK):
            if any((self.folder / SCORES).glob("part-*")):
                _check_same(run, described)
            elif not run.is_file() or json.loads(run.read_bytes()) != described:
                for begun in (*self.staged_files(), *(self.folder / REJECTS).glob("*")):
                    begun.unlink()  # of a run that came to nothing
                # First of all: what is here without it, a later run takes for another's.
                write_whole(run, (json.dumps(described, indent=1) + "\n").encode())
            for name in (SCORES, REJECTS, STAGED):
                (self.folder / name).mkdir(exist_ok=True)
            for leftover in self.folder.rglob(f"{TEMPORARY_PREFIX}*"):
                leftover.unlink()
            yield

    def scores(self, part: Part) -> Path:
        """Where the scores of a part go; that they are there says that the part is done."""
        return self.folder / SCORES / part.file_name

    def rejects(self, name: str) -> Path:
        """Where rows that were set aside go, by the name of the file that they would be in."""
        return self.folder / REJECTS / name

    def staged_files(self) -> list[Path]:
        """Input files that are kept as Parquet."""
        return list((self.folder / STAGED).glob("*"))

    def staged(self, number: int) -> Path:
        """Where the input file of this number is kept as Parquet, if it was not."""
        return self.folder / STAGED / f"input-{number:06d}.parquet"


def _describe(inputs: Sequence[Path], settings: Settings) -> dict[str, object]:
    manifest = artifact.read_manifest(Path(settings.model)).render()
    asked = asdict(settings) | {"model": hashlib.sha256(manifest).hexdigest()}
    files = [
        {"path": str(path), "bytes": path.stat().st_size, "modified": path.stat().st_mtime_ns}
        for path in inputs
    ]
    return {"format": FORMAT, **asked, "inputs": files}


def _check_same(run: Path, described: dict[str, object]) -> None:
    try:
        found = json.loads(run.read_bytes())
        differs = [key for key in described if found.get(key) != described[key]]
    except (OSError, ValueError, AttributeError):
        differs = ["everything"]
    if differs:
        raise InputError(
            f"{run.parent} holds another run ({', '.join(differs)} differ): expected the run that "
            "began it, to go on with, or a new folder; name another or remove it"
        )


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    try:
        import fcntl
    except ImportError:  # not on this system
        yield
        return
    with path.open("wb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"{path.parent} is being written by another run: expected one at a time; wait for "
                "it or name another folder"
            ) from None
        yield


def _visible(folder: Path) -> bool:
    return any(not path.name.startswith(".") for path in folder.iterdir())
