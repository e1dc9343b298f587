"""Read files and standard input within a limit, whatever they are.

Everything that users name or pipe in is read here. The limit holds while reading, because the size
that the system reports says nothing about a pipe or a device, and a file may grow.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from engine.errors import InputError

MAX_FILE_BYTES = 256 * 2**20
"""Most bytes of a table: a staff list, a corpus, occupations."""

MAX_TEXT_BYTES = 4 * 2**20
"""Most bytes of a text that one person wrote: a posting, a resume, a list of tasks."""

STANDARD_INPUT = "standard input"

_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""How a file is opened: a named pipe that no program writes to must not block."""

_KINDS = (
    (stat.S_ISDIR, "a folder; name a file in it"),
    (stat.S_ISCHR, "a device; name a file"),
    (stat.S_ISBLK, "a device; name a file"),
    (stat.S_ISSOCK, "a socket; name a file"),
)
"""Test of a mode -> what it is, and what to do."""


def read_file(path: Path, *, most: int = MAX_FILE_BYTES) -> bytes:
    """Read the content of a file, or of a pipe that a program writes to.

    Args:
        path: the file.
        most: limit in bytes.

    Raises:
        InputError: if it is missing, unreadable, larger than the limit, or neither a file nor a
            pipe; or if it is a pipe that no program writes to.
    """
    try:
        _check_kind(path, path.stat().st_mode)  # first, because opening a device may act on it
        with open(os.open(path, _OPEN), "rb", buffering=0) as stream:  # noqa: PTH123
            mode = os.fstat(stream.fileno()).st_mode
            _check_kind(path, mode)
            read = _read_pipe if stat.S_ISFIFO(mode) else _read
            with fits_in_memory(str(path)):
                return read(stream, str(path), most)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; check the path") from None
    except OSError as error:
        raise InputError(
            f"{str(path)[:200]} cannot be read ({error.strerror}); check the path and its "
            "permissions"
        ) from None
    except InputError:
        raise
    except ValueError:  # of a path with a NUL character
        raise InputError(f"{str(path)[:200]!r} is not a path; check it") from None


def read_standard_input(*, most: int = MAX_FILE_BYTES) -> bytes:
    """Read standard input until its end; nothing if it is closed.

    Args:
        most: limit in bytes.

    Raises:
        InputError: if it is unreadable or larger than the limit.
    """
    if sys.stdin is None:
        return b""
    try:
        with fits_in_memory(STANDARD_INPUT):
            return _read(sys.stdin.buffer, STANDARD_INPUT, most)
    except OSError as error:
        raise InputError(
            f"{STANDARD_INPUT} cannot be read ({error.strerror}); pipe a file into the command"
        ) from None


def is_folder(path: Path) -> bool:
    """Return whether a path is a folder; False, not an error, if no file can have such a path."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def fits_in_memory(where: str) -> Iterator[None]:
    """Report a block that needs too much memory as an error of the source that it reads.

    Args:
        where: name of the source.

    Raises:
        InputError: if the block raises ``MemoryError``.
    """
    try:
        yield
    except MemoryError:
        raise InputError(f"{where} does not fit in the memory of this computer; split it") from None


def _check_kind(path: Path, mode: int) -> None:
    for is_kind, kind in _KINDS:
        if is_kind(mode):
            raise InputError(f"{path} is {kind}")


def _read_pipe(stream: BinaryIO, where: str, most: int) -> bytes:
    """Read a pipe that was opened without waiting for a program that writes to it."""
    start = stream.read(1)  # None if a program has opened the pipe, but has written nothing yet
    if start == b"":
        raise InputError(
            f"{where} is a pipe that no program writes to; name a file, or pipe the text into the "
            "command"
        )
    os.set_blocking(stream.fileno(), True)
    return (start or b"") + _read(stream, where, most - len(start or b""))


def _read(stream: BinaryIO, where: str, most: int) -> bytes:
    """Read at most one byte more than the limit, which tells a source that is too large."""
    parts: list[bytes] = []
    left = most + 1
    while left and (part := stream.read(min(left, 2**20))):
        parts.append(part)
        left -= len(part)
    if not left:
        raise InputError(f"{where} is larger than {_size(most)}; split it")
    return b"".join(parts)


def _size(most: int) -> str:
    return f"{-(-most // 2**20)} MB"
