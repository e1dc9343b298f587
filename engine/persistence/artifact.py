"""One folder, one fitted engine: plain files and a manifest of them, written atomically.

Files carry their checksum in their name, and the manifest names them. Writing puts the files beside
the old ones and then replaces the manifest in one step, so that a reader sees the old engine or the
new one, whole, whatever happens in between. While that goes on a mark lies in the folder: without
it, a file that the manifest does not name does not belong there.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ArtifactError
from engine.persistence.manifest import (
    FORMAT,
    MANIFEST,
    MAX_MANIFEST_BYTES,
    STORED_NAME,
    Manifest,
    broken,
)
from engine.utils.atomic_write import TEMPORARY_PREFIX, write_whole

__all__ = ["FORMAT", "MANIFEST", "Artifact", "read", "read_manifest", "write"]

_LOCK = ".lock"
_CHANGING = ".changing"
_CARD = "README.md"
_OURS = {MANIFEST, _LOCK, _CHANGING, _CARD}
_ATTEMPTS = 5

# Not through a link, and without waiting for what feeds a pipe.
_OPEN = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC")
)


@dataclass(frozen=True)
class Artifact:
    """Content of an engine folder: facts for the manifest, and files by name (``tasks.csv``)."""

    facts: Mapping[str, Any]
    files: Mapping[str, bytes]

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that decides what the engine answers; not over library versions."""
        decisive = {name: fact for name, fact in self.facts.items() if name != "libraries"}
        digest = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode())
        for name, content in sorted(self.files.items()):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()


# Writing --------------------------------------------------------------------------------------


def write(folder: Path, artifact: Artifact) -> None:
    """Write an engine folder, or put a new engine in the place of the one in it.

    Raises:
        ArtifactError: if ``folder`` is something else than an engine folder, or cannot be written.
    """
    if folder.is_file() or (folder.is_dir() and not _may_write(folder)):
        raise ArtifactError(
            f"{folder} is not an engine folder: expected a new or empty folder, or an engine to "
            "replace; name another --output"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            _write(folder, artifact)
    except OSError as error:
        raise ArtifactError(
            f"{folder} cannot be written ({error.strerror}): the engine that was there before, if "
            "any, is still whole; free space or choose another --output"
        ) from error


def _write(folder: Path, artifact: Artifact) -> None:
    manifest = Manifest.of(artifact.facts, artifact.files)
    write_whole(folder / _CHANGING, b"")
    try:
        for name, entry in manifest.entries.items():
            write_whole(folder / entry.stored(name), artifact.files[name])
        write_whole(folder / MANIFEST, manifest.render())
    finally:
        _sweep(folder)


def _sweep(folder: Path) -> None:
    """Remove files that the manifest does not name, of an engine before or of one half written."""
    current: set[str] = set()
    if (folder / MANIFEST).exists():
        try:
            current = _stored(read_manifest(folder))
        except ArtifactError:  # of another format: its files are not ours to judge
            return
    with contextlib.suppress(OSError):  # a leftover is harmless while the mark is there
        for path in folder.iterdir():
            if _is_leftover(path) and path.name not in current:
                path.unlink()
        (folder / _CHANGING).unlink()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time write; the lock goes with the process, whatever ends it."""
    try:
        import fcntl
    except ImportError:  # not on this system
        yield
        return
    with (folder / _LOCK).open("wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _may_write(folder: Path) -> bool:
    """True if all that is in the folder is an engine's, whole or not, and perhaps its card."""
    names = {path.name for path in folder.iterdir() if not _is_leftover(path)}
    if not names <= _OURS:
        return False
    engine_files = any(STORED_NAME.fullmatch(path.name) for path in folder.iterdir())
    if MANIFEST not in names or engine_files:
        return True
    try:
        return {"format", "files"} <= set(
            json.loads(_content(folder, MANIFEST, MAX_MANIFEST_BYTES))
        )
    except (ValueError, TypeError, RecursionError):  # an ArtifactError is a ValueError
        return False


# Reading --------------------------------------------------------------------------------------


def read(folder: Path) -> Artifact:
    """Read an engine folder and check every file in it.

    Raises:
        ArtifactError: if it is missing, incomplete, changed, or of another format.
    """
    for _ in range(_ATTEMPTS):
        placed = _placed(folder)
        manifest = read_manifest(folder)
        try:
            return _read(folder, manifest)
        except ArtifactError:
            if _placed(folder) == placed:
                raise
            # An engine was put in place meanwhile, perhaps an equal one; read that.
    raise broken(folder, "it is being replaced over and over")


def _placed(folder: Path) -> tuple[int, int] | None:
    """Tells a manifest from any that is put in its place, even of equal content."""
    try:
        found = (folder / MANIFEST).lstat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def read_manifest(folder: Path) -> Manifest:
    """What an engine folder says of itself; its other files are not looked at.

    Raises:
        ArtifactError: if there is no manifest, or it was changed or is of another format.
    """
    if not folder.exists():
        raise ArtifactError(
            f"{folder} does not exist: expected an engine folder; build one with "
            f"'python scripts/build_index.py --output {folder}'"
        )
    return Manifest.parse(_content(folder, MANIFEST, MAX_MANIFEST_BYTES), folder)


def _read(folder: Path, manifest: Manifest) -> Artifact:
    _check_names(folder, _stored(manifest))
    for name, entry in manifest.entries.items():  # all of them before any is read
        if _size(folder, entry.stored(name)) != entry.size:
            raise broken(folder, f"{entry.stored(name)} is not the file that was built")
    files = {}
    for name, entry in manifest.entries.items():
        content = _content(folder, entry.stored(name), entry.size)
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            raise broken(folder, f"{entry.stored(name)} is not the file that was built")
        files[name] = content
    return Artifact(manifest.facts, files)


def _stored(manifest: Manifest) -> set[str]:
    return {entry.stored(name) for name, entry in manifest.entries.items()}


def _check_names(folder: Path, stored: set[str]) -> None:
    """Refuse a file that nobody named, unless an engine is being written, or that was cut off."""

    def may_be_there(path: Path) -> bool:
        return _is_leftover(path) and (folder / _CHANGING).exists()

    others = [path for path in folder.iterdir() if path.name not in stored | _OURS]
    for path in others:
        if path.name.startswith(TEMPORARY_PREFIX) or may_be_there(path):
            continue
        # A writer that has ended since removed the file before the mark; one that has begun since
        # made the mark before the file.
        if os.path.lexists(path) and not may_be_there(path):
            raise broken(folder, f"{path.name} does not belong to it")


def _size(folder: Path, name: str) -> int:
    """Bytes of a plain file."""
    try:
        found = (folder / name).lstat()
    except OSError:
        raise broken(folder, f"{name} is missing") from None
    if not stat.S_ISREG(found.st_mode):
        kind = "a link" if stat.S_ISLNK(found.st_mode) else "no plain file"
        raise broken(folder, f"{name} is {kind}")
    return found.st_size


def _content(folder: Path, name: str, most: int) -> bytes:
    """Content of a plain file of at most so many bytes."""
    if _size(folder, name) > most:
        raise broken(folder, f"{name} has more than {most:,} bytes")
    try:
        with os.fdopen(os.open(folder / name, _OPEN), "rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        raise broken(folder, f"{name} cannot be read ({error.strerror})") from None


def _is_leftover(path: Path) -> bool:
    return bool(STORED_NAME.fullmatch(path.name)) or path.name.startswith(TEMPORARY_PREFIX)
