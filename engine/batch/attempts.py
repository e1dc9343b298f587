"""Count how often each part was begun and not ended, as a part that kills its process is not.

A try is an empty file in the output folder, which all machines share. It is removed when the part
ends, with or without an error. What a killed process leaves behind is a failed try.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engine.batch.plan import Part
from engine.errors import EngineError

MAX_TRIES = 3

_NAME = re.compile(r"\.trying-([0-9]{6,})-[0-9]{1,3}")


@contextlib.contextmanager
def attempt(folder: Path, part: Part) -> Iterator[None]:
    """Do one more try of a part in the block.

    Raises:
        EngineError: if all earlier tries were killed and no further one is allowed.
        OSError: if the folder cannot be written.
    """
    for number in range(MAX_TRIES):
        mark = folder / f".trying-{part.number:06d}-{number}"
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            continue
        break
    else:
        raise EngineError(
            f"{MAX_TRIES} processes were killed while they scored {part.described}, perhaps for "
            "lack of memory; completed parts are kept. Remove rows that are too large, or lower "
            "--part-rows and name a new output folder; or give the workers more memory and run "
            "the same command again to resume"
        )
    try:
        yield
    finally:
        mark.unlink(missing_ok=True)


def underway(folder: Path, parts: Iterable[Part]) -> list[Part]:
    """Return the parts whose scoring has begun and not ended."""
    numbers = {int(found[1]) for path in folder.iterdir() if (found := _NAME.fullmatch(path.name))}
    return [part for part in parts if part.number in numbers]


def forget(folder: Path) -> None:
    """Remove what killed processes left: a run that starts again may try every part again."""
    for path in folder.iterdir():
        if _NAME.fullmatch(path.name):
            path.unlink(missing_ok=True)


def listed(parts: Sequence[Part]) -> str:
    """Describe some parts, for error messages."""
    shown = [part.described for part in parts[:4]]
    return " or ".join(shown) + (f" or {len(parts) - 4} more" if len(parts) > 4 else "")
