"""Write a folder as a whole: an earlier version is replaced once the new one is complete."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.errors import InputError


@contextlib.contextmanager
def replaced_folder(folder: Path, is_earlier: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield an empty folder to fill; on success, it replaces ``folder``.

    Args:
        folder: new, empty, or an earlier version. Its parents are created.
        is_earlier: whether a folder with content is an earlier version, which may be replaced.

    Raises:
        InputError: if the folder holds something else, or cannot be written; it is unchanged then.
    """
    if folder.exists() and not (folder.is_dir() and _may_replace(folder, is_earlier)):
        raise InputError(
            f"{folder} is not an export; name a new or empty folder, or an export to replace"
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".export-") as temporary:
            written = Path(temporary) / "new"
            written.mkdir()
            yield written
            if folder.exists():
                folder.rename(Path(temporary) / "old")
            written.rename(folder)
    except OSError as error:
        raise InputError(
            f"cannot write {folder} ({error.strerror}); free disk space, check permissions, or "
            "name another folder"
        ) from None


def _may_replace(folder: Path, is_earlier: Callable[[Path], bool]) -> bool:
    return not any(folder.iterdir()) or is_earlier(folder)
