"""Write files atomically: after a crash, a file has its old content or its new content."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.errors import InputError

TEMPORARY_PREFIX = ".writing-"
"""Start of the names of unfinished files, which a killed process may leave behind."""


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` atomically.

    Raises:
        OSError: if the file cannot be written; no temporary file remains.
    """
    with atomic_file(path) as temporary:
        temporary.write_bytes(content)


def write_run_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write a run report, which says what a command did, as a JSON object for other programs.

    Raises:
        InputError: if the file cannot be written; no temporary file remains.
    """
    text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    try:
        write_atomically(path, text.encode())
    except OSError as error:
        raise InputError(
            f"run report {path} cannot be written ({error.strerror}); "
            "name a file in an existing folder that you can write to"
        ) from None


@contextlib.contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a temporary file to write; on success, rename it to ``path``.

    The file has the permissions that the umask gives to any new file.

    Raises:
        OSError: if the file cannot be written; no temporary file remains.
    """
    temporary = _new_file(path.parent)
    try:
        yield temporary
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def _new_file(folder: Path) -> Path:
    """Create an empty file with a name that no other file has; a link is never followed.

    ``tempfile`` would make the file private to its owner, whatever the umask.
    """
    path = folder / f"{TEMPORARY_PREFIX}{secrets.token_hex(4)}"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    return path


def _sync_folder(folder: Path) -> None:
    """Make the rename durable, on systems that can sync a folder."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
