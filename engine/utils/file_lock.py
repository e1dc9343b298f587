"""Let one process at a time write to a folder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from engine.errors import InputError


@contextlib.contextmanager
def file_lock(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold an exclusive lock on a file, which is created if it does not exist.

    The system releases the lock when the process ends for any reason. Systems without ``fcntl``
    (Windows) do not lock.

    Args:
        path: the lock file, in the folder that it protects.
        wait: wait until another process releases the lock, rather than raise an error.

    Raises:
        InputError: if another process holds the lock and ``wait`` is False.
        OSError: if the file cannot be created.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with path.open("wb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"another process is writing to {path.parent}; wait for it to finish or name "
                "another folder"
            ) from None
        yield
