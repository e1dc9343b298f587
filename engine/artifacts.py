"""One folder, one fitted engine: a manifest with a checksum of every file, written atomically.

Files carry their checksum in their name, and the manifest names them. Writing puts the files beside
the old ones and then replaces the manifest in one step, so that a reader sees the old engine or the
new one, whole, whatever happens in between.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ArtifactError
from engine.files import TEMPORARY_PREFIX, write_whole

FORMAT = 4
MANIFEST = "manifest.json"

_FILE_NAME = re.compile(r"^[a-z_]+-[0-9a-f]{16}\.(csv|safetensors)$")
_MAX_MANIFEST_BYTES = 1_000_000
_LOCK = ".lock"
_CARD = "README.md"
_ATTEMPTS = 5


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
    listed = {}
    for name, content in artifact.files.items():
        digest = hashlib.sha256(content).hexdigest()
        stem, ending = name.rsplit(".", 1)
        stored = f"{stem}-{digest[:16]}.{ending}"
        write_whole(folder / stored, content)
        listed[name] = {"file": stored, "sha256": digest, "bytes": len(content)}
    manifest = {"format": FORMAT, **artifact.facts, "files": listed}
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    write_whole(folder / MANIFEST, text.encode())
    current = {entry["file"] for entry in listed.values()}
    for path in folder.iterdir():
        if _is_leftover(path) and path.name not in current:
            with contextlib.suppress(OSError):  # a leftover is harmless
                path.unlink()


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


def read(folder: Path) -> Artifact:
    """Read an engine folder and check every file in it.

    Raises:
        ArtifactError: if it is missing, incomplete, changed, or of another format.
    """
    for _ in range(_ATTEMPTS):
        manifest = _manifest(folder)
        try:
            return _read(folder, manifest)
        except ArtifactError:
            if _manifest(folder) == manifest:
                raise
            # A new engine was put in place meanwhile; read that one.
    raise _broken(folder, "it is being replaced over and over")


def _read(folder: Path, manifest: dict[str, Any]) -> Artifact:
    files = {}
    for name, entry in manifest["files"].items():
        path = folder / entry["file"]
        try:
            content = path.read_bytes() if path.stat().st_size == entry["bytes"] else b""
        except OSError:
            raise _broken(folder, f"{path.name} is missing") from None
        if len(content) != entry["bytes"] or hashlib.sha256(content).hexdigest() != entry["sha256"]:
            raise _broken(folder, f"{path.name} is not the file that was built")
        files[name] = content
    return Artifact({key: value for key, value in manifest.items() if key != "files"}, files)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not folder.exists():
        raise ArtifactError(
            f"{folder} does not exist: expected an engine folder; build one with "
            f"'python scripts/build_index.py --output {folder}'"
        )
    if not path.is_file():
        raise _broken(folder, f"{MANIFEST} is missing")
    try:
        if path.stat().st_size > _MAX_MANIFEST_BYTES:
            raise ValueError
        manifest = json.loads(path.read_text(encoding="utf-8"))
        found = manifest["format"]
        if not isinstance(found, int) or isinstance(found, bool):
            raise ValueError
        if found != FORMAT:
            raise _other_format(folder, found)
        entries = manifest["files"].values()
        sound = all(
            _FILE_NAME.match(entry["file"])
            and isinstance(entry["bytes"], int)
            and isinstance(entry["sha256"], str)
            for entry in entries
        )
        if not sound:
            raise ValueError
    except ArtifactError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError):
        raise _broken(folder, f"{MANIFEST} cannot be read") from None
    return dict(manifest)


def _other_format(folder: Path, found: int) -> ArtifactError:
    mend = "update the engine" if found > FORMAT else "build it again"
    return ArtifactError(
        f"{folder} has format {found}: expected format {FORMAT}; {mend} "
        f"('python scripts/build_index.py --output {folder}')"
    )


def _broken(folder: Path, reason: str) -> ArtifactError:
    return ArtifactError(
        f"{folder} is not a whole engine: {reason}; expected a folder as it was built; build it "
        f"again with 'python scripts/build_index.py --output {folder}'"
    )


def _is_leftover(path: Path) -> bool:
    return bool(_FILE_NAME.match(path.name)) or path.name.startswith(TEMPORARY_PREFIX)


def _may_write(folder: Path) -> bool:
    """True if all that is in the folder is an engine's, whole or not, and perhaps its card."""
    names = {path.name for path in folder.iterdir() if not _is_leftover(path)}
    if not names <= {MANIFEST, _LOCK, _CARD}:
        return False
    engine_files = any(_FILE_NAME.match(path.name) for path in folder.iterdir())
    if MANIFEST not in names or engine_files:
        return True
    try:
        return {"format", "files"} <= set(json.loads((folder / MANIFEST).read_bytes()))
    except (ValueError, TypeError, OSError, RecursionError):
        return False
