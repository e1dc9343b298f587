"""Writing files so that they are there whole or not at all."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.errors import InputError

TEMPORARY_PREFIX = ".writing-"


def write_whole(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``: whatever happens, the old file or the new one is there, whole.

    Raises:
        OSError: if it cannot be written; nothing is left behind.
    """
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def write_report(path: Path, facts: Mapping[str, Any]) -> None:
    """Write what a command did as a JSON object, for other programs to read.

    Raises:
        InputError: if it cannot be written; nothing is left behind.
    """
    try:
        write_whole(path, (json.dumps(facts, indent=1, ensure_ascii=False) + "\n").encode())
    except OSError as error:
        raise InputError(
            f"--report {path} cannot be written ({error.strerror}): expected the name of a file in "
            "a folder to write in"
        ) from None


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file to write in the place of ``path``, which it takes when all has gone well.

    Raises:
        OSError: if it cannot be written; nothing is left behind.
    """
    descriptor, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=path.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself durable, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
