"""Tell damaged data from a disk or network that fails for a moment, and try the latter again.

Only damaged data may cost rows: they are rejected. Everything else ends the run, which can resume.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from engine.errors import EngineError

PAUSES = (0.5, 2.0)
"""Seconds before each further try."""

DATA_ERRORS = (
    *(pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowSerializationError, pa.ArrowTypeError),
    *(pa.ArrowKeyError, pa.ArrowIndexError, pa.ArrowCapacityError, UnicodeDecodeError, OSError),
)
"""Errors of Arrow about the content of a file, all but too little memory. An ``OSError`` with an
``errno`` is of the system: read inside ``reading``, which takes those out."""

_TRANSIENT = {
    getattr(errno, name)
    for name in (
        *("EIO", "ESTALE", "EAGAIN", "EINTR", "EBUSY", "ETIMEDOUT", "EREMOTEIO", "ENFILE"),
        *("ENETDOWN", "ENETUNREACH", "ENETRESET", "ECONNABORTED", "ECONNRESET", "ECONNREFUSED"),
        *("EHOSTDOWN", "EHOSTUNREACH", "ENOTCONN", "ESHUTDOWN", "ECOMM", "ENOLINK"),
    )
    if hasattr(errno, name)
}

T = TypeVar("T")


class ReadError(EngineError):
    """An input file cannot be read, whatever its content."""


class TransientReadError(ReadError):
    """An input file cannot be read now; a further try may succeed."""


@contextlib.contextmanager
def reading(path: str | Path) -> Iterator[None]:
    """Raise errors of the system about a file that is read as a ``ReadError``.

    Errors about its content pass through: Arrow raises them as ``OSError`` without ``errno``.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        kind = TransientReadError if error.errno in _TRANSIENT else ReadError
        raise kind(
            f"{path} cannot be read ({os.strerror(error.errno)}); completed parts are kept. Check "
            "the file, its disk and the network, then run the same command again to resume"
        ) from error


def retried(action: Callable[[], T]) -> T:
    """Call ``action``, and call it again after a transient error, at most twice.

    Raises:
        TransientReadError, OSError: the last transient error.
    """
    for pause in PAUSES:
        try:
            return action()
        except TransientReadError:
            time.sleep(pause)
        except OSError as error:
            if error.errno not in _TRANSIENT:
                raise
            time.sleep(pause)
    return action()


def cannot_write(output: Path, error: OSError) -> str:
    """Return the message for an error of the system about the output folder."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    return (
        f"{output} cannot be written ({reason}); completed parts are kept. Free space or check "
        "permissions, then run the same command again to resume"
    )
