"""Write and read engine folders: plain files, and a manifest that names them.

File names include their checksums, so the files of two engines can share a folder. A writer adds
the new files, then replaces the manifest in one step. Whenever it stops, a reader sees a complete
engine: the old one or the new one. While a writer is at work, a marker file is in the folder.
Without the marker, a reader rejects files that the manifest does not name.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ArtifactError, EngineError
from engine.persistence.manifest import (
    FORMAT,
    MANIFEST,
    MAX_MANIFEST_BYTES,
    STORED_NAME,
    Manifest,
    damaged,
)
from engine.persistence.tensors import ENDING, LENGTH_BYTES, Declared, header_bytes, parse_header
from engine.utils.atomic_write import TEMPORARY_PREFIX, write_atomically
from engine.utils.file_lock import file_lock

__all__ = ["FORMAT", "MANIFEST", "Artifact", "read", "read_manifest", "write"]

_LOCK = ".lock"
_MARKER = ".changing"
_CARD = "README.md"
_KNOWN_NAMES = {MANIFEST, _LOCK, _MARKER, _CARD}
_ATTEMPTS = 5

# Do not follow a link, and do not wait for the writer of a pipe.
_OPEN = os.O_RDONLY | sum(
    getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC")
)


@dataclass(frozen=True)
class Artifact:
    """Content of an engine folder.

    Attributes:
        facts: about the engine, for the manifest; must be JSON.
        files: content of each file by name, such as ``tasks.csv``.
    """

    facts: Mapping[str, Any]
    files: Mapping[str, bytes]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything that determines scores; library versions are left out."""
        decisive = {name: fact for name, fact in self.facts.items() if name != "libraries"}
        digest = hashlib.sha256(json.dumps(decisive, sort_keys=True).encode())
        for name, content in sorted(self.files.items()):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()


@dataclass(frozen=True)
class Outline:
    """What is known of an engine before its files are read.

    Attributes:
        facts: of the manifest.
        sizes: size of each file in bytes, by name.
        headers: file of arrays -> name -> what its header says of the array.
    """

    facts: Mapping[str, Any]
    sizes: Mapping[str, int]
    headers: Mapping[str, Mapping[str, Declared]]


Inspect = Callable[[Outline], object]
"""Raises a ValueError if an engine is not as it should be."""


# Writing --------------------------------------------------------------------------------------


def write(folder: Path, artifact: Artifact) -> None:
    """Write an engine folder, replacing an engine that is there.

    Args:
        folder: a new or empty folder, or an engine folder.
        artifact: what to write.

    Raises:
        ArtifactError: if ``folder`` holds anything else, or cannot be written.
    """
    if folder.is_file() or (folder.is_dir() and not _may_write(folder)):
        raise ArtifactError(
            f"{folder} is not an engine folder; name a new or empty folder, or an engine to replace"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file_lock(folder / _LOCK):
            _write(folder, artifact)
    except OSError as error:
        raise ArtifactError(
            f"{folder} cannot be written ({error.strerror}); an engine that was there is "
            "unchanged; free disk space or name another folder"
        ) from error


def _write(folder: Path, artifact: Artifact) -> None:
    manifest = Manifest.describe(artifact.facts, artifact.files)
    write_atomically(folder / _MARKER, b"")
    try:
        for name, entry in manifest.entries.items():
            write_atomically(folder / entry.stored(name), artifact.files[name])
        write_atomically(folder / MANIFEST, manifest.render())
    finally:
        _sweep(folder)


def _sweep(folder: Path) -> None:
    """Remove files that the manifest does not name, from a replaced or half-written engine."""
    current: set[str] = set()
    if (folder / MANIFEST).exists():
        try:
            current = _stored_names(read_manifest(folder))
        except ArtifactError:  # another format, so its files are unknown
            return
    with contextlib.suppress(OSError):  # while the marker is there, leftovers do no harm
        for path in folder.iterdir():
            if _is_leftover(path) and path.name not in current:
                path.unlink()
        (folder / _MARKER).unlink()


def _may_write(folder: Path) -> bool:
    """Return whether everything in the folder belongs to an engine, complete or not."""
    names = {path.name for path in folder.iterdir() if not _is_leftover(path)}
    if not names <= _KNOWN_NAMES:
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


def read(folder: Path, inspect: Inspect | None = None) -> Artifact:
    """Read an engine folder, and check every file in it.

    Args:
        folder: the folder, which may be a link; nothing in it may be one.
        inspect: checks the outline before any file is read.

    Raises:
        ArtifactError: if it is missing, incomplete, modified, or of another format.
    """
    for _ in range(_ATTEMPTS):
        identity = _identity(folder)
        manifest = read_manifest(folder)
        try:
            return _read(folder, manifest, inspect)
        except ArtifactError:
            if _identity(folder) == identity:
                raise
            # Another engine has replaced it, perhaps an equal one; read that.
    raise damaged(folder, "it is being replaced repeatedly")


def _identity(folder: Path) -> tuple[int, int] | None:
    """Identify the manifest file: a file that replaces it differs, even with equal content."""
    try:
        found = (folder / MANIFEST).lstat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an engine folder, without its other files.

    Raises:
        ArtifactError: if the manifest is missing, modified, or of another format.
    """
    if not folder.exists():
        raise ArtifactError(
            f"{folder} does not exist; build an engine with "
            f"'occupation-risk build --output {folder}'"
        )
    return Manifest.parse(_content(folder, MANIFEST, MAX_MANIFEST_BYTES), folder)


def _read(folder: Path, manifest: Manifest, inspect: Inspect | None = None) -> Artifact:
    _check_names(folder, _stored_names(manifest))
    for name, entry in manifest.entries.items():  # check all sizes before reading any file
        if _size(folder, entry.stored(name)) != entry.size:
            raise damaged(folder, f"{entry.stored(name)} differs from the file that was built")
    if inspect is not None:
        try:
            inspect(_outline(folder, manifest))
        except EngineError:
            raise
        except ValueError as error:
            raise damaged(folder, str(error)) from None
    files = {}
    for name, entry in manifest.entries.items():
        content = _content(folder, entry.stored(name), entry.size)
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            raise damaged(folder, f"{entry.stored(name)} differs from the file that was built")
        files[name] = content
    return Artifact(manifest.facts, files)


def _outline(folder: Path, manifest: Manifest) -> Outline:
    """Read the headers of the files of arrays.

    Raises:
        ValueError: naming the file whose header is invalid, or does not fit its size.
    """
    headers = {}
    for name, entry in manifest.entries.items():
        if name.endswith(ENDING):
            try:
                length = header_bytes(_start(folder, entry.stored(name), LENGTH_BYTES))
                start = _start(folder, entry.stored(name), length)
                headers[name] = parse_header(start, entry.size)
            except ArtifactError:
                raise
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None
    sizes = {name: entry.size for name, entry in manifest.entries.items()}
    return Outline(manifest.facts, sizes, headers)


def _stored_names(manifest: Manifest) -> set[str]:
    return {entry.stored(name) for name, entry in manifest.entries.items()}


def _check_names(folder: Path, stored: set[str]) -> None:
    """Reject files that the manifest lacks, unless a writer is at work or was interrupted."""

    def may_be_there(path: Path) -> bool:
        return _is_leftover(path) and (folder / _MARKER).exists()

    for path in folder.iterdir():
        if path.is_symlink():
            raise damaged(folder, f"{path.name} is a link")
    others = [path for path in folder.iterdir() if path.name not in stored | _KNOWN_NAMES]
    for path in others:
        if path.name.startswith(TEMPORARY_PREFIX) or may_be_there(path):
            continue
        # A writer removes its files before the marker, and creates the marker before its files.
        if os.path.lexists(path) and not may_be_there(path):
            raise damaged(folder, f"{path.name} does not belong to it")


def _size(folder: Path, name: str) -> int:
    """Return the size of a regular file in bytes."""
    try:
        found = (folder / name).lstat()
    except OSError:
        raise damaged(folder, f"{name} is missing") from None
    if not stat.S_ISREG(found.st_mode):
        kind = "a link" if stat.S_ISLNK(found.st_mode) else "not a regular file"
        raise damaged(folder, f"{name} is {kind}")
    return found.st_size


def _content(folder: Path, name: str, max_bytes: int) -> bytes:
    """Read a regular file of at most ``max_bytes``."""
    if _size(folder, name) > max_bytes:
        raise damaged(folder, f"{name} has more than {max_bytes:,} bytes")
    return _start(folder, name, max_bytes + 1)


def _start(folder: Path, name: str, count: int) -> bytes:
    """Read the first bytes of a file."""
    try:
        with os.fdopen(os.open(folder / name, _OPEN), "rb") as stream:
            return stream.read(count)
    except OSError as error:
        raise damaged(folder, f"{name} cannot be read ({error.strerror})") from None


def _is_leftover(path: Path) -> bool:
    """Return whether a name has a form that only writers use, for finished or unfinished files."""
    return bool(STORED_NAME.fullmatch(path.name)) or path.name.startswith(TEMPORARY_PREFIX)
