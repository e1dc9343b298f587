"""Let one process at a time write to a folder."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from engine.errors import InputError

# Do not follow a link, do not wait for the other end of a pipe, and do not change the content.
_OPEN = os.O_RDWR | os.O_CREAT
_OPEN |= sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY"))


@contextlib.contextmanager
def file_lock(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold an exclusive lock on a file, which is created if it does not exist.

    The system releases the lock when the process ends for any reason. Systems without ``fcntl``
    (Windows) do not lock.

    Args:
        path: the lock file, in the folder that it protects. Its content, if any, is kept.
        wait: wait until another process releases the lock, rather than raise an error.

    Raises:
        InputError: if another process holds the lock and ``wait`` is False, or if the path is a
            link or another special file.
        OSError: if the file cannot be created.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with os.fdopen(_open(path), "rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                f"another process is writing to {path.parent}; wait for it to finish or name "
                "another folder"
            ) from None
        yield


def _open(path: Path) -> int:
    """Return a descriptor of the lock file, which is a regular file.

    Raises:
        InputError: if it is anything else: a link could name a file elsewhere.
    """
    try:
        descriptor = os.open(path, _OPEN, 0o666)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EISDIR, errno.ENXIO):
            raise _special(path) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _special(path)
    return descriptor


def _special(path: Path) -> InputError:
    return InputError(f"{path} is a link or another special file; remove it")
