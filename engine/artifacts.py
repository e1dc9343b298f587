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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ArtifactError
from engine.files import TEMPORARY_PREFIX, write_whole

FORMAT = 1
MANIFEST = "manifest.json"

_FILE_NAME = re.compile(r"^[a-z_]+-[0-9a-f]{16}\.(csv|safetensors)$")
_MAX_MANIFEST_BYTES = 1_000_000


@dataclass(frozen=True)
class Artifact:
    """Content of an engine folder: facts for the manifest, and files by name (``tasks.csv``)."""

    facts: Mapping[str, Any]
    files: Mapping[str, bytes]


def write(folder: Path, artifact: Artifact) -> None:
    """Write an engine folder, or put a new engine in the place of the one in it.

    Raises:
        ArtifactError: if ``folder`` is something else than an engine folder, or cannot be written.
    """
    foreign = folder.is_dir() and not all(
        _is_ours(path) or path.name == MANIFEST for path in folder.iterdir()
    )
    if folder.is_file() or foreign:
        raise ArtifactError(
            f"{folder} is not an engine folder: expected a new or empty folder, or an engine to "
            "replace; name another --output"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
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
    except OSError as error:
        raise ArtifactError(
            f"{folder} cannot be written ({error.strerror}): the engine that was there before, if "
            "any, is still whole; free space or choose another --output"
        ) from error
    current = {entry["file"] for entry in listed.values()}
    for path in folder.iterdir():
        if _is_ours(path) and path.name not in current:
            with contextlib.suppress(OSError):  # a leftover is harmless
                path.unlink()


def read(folder: Path) -> Artifact:
    """Read an engine folder and check every file in it.

    Raises:
        ArtifactError: if it is missing, incomplete, changed, or of another format.
    """
    manifest = _manifest(folder)
    files = {}
    for name, entry in manifest.pop("files").items():
        path = folder / entry["file"]
        try:
            content = path.read_bytes() if path.stat().st_size == entry["bytes"] else b""
        except OSError:
            raise _broken(folder, f"{path.name} is missing") from None
        if len(content) != entry["bytes"] or hashlib.sha256(content).hexdigest() != entry["sha256"]:
            raise _broken(folder, f"{path.name} is not the file that was built")
        files[name] = content
    return Artifact(manifest, files)


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
        entries = manifest["files"].values()
        sound = all(
            _FILE_NAME.match(entry["file"])
            and isinstance(entry["bytes"], int)
            and isinstance(entry["sha256"], str)
            for entry in entries
        )
        if not isinstance(found, int) or not sound:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError):
        raise _broken(folder, f"{MANIFEST} cannot be read") from None
    if found != FORMAT:
        raise ArtifactError(
            f"{folder} has format {found}: expected format {FORMAT}; "
            + ("update the engine" if found > FORMAT else "build it again")
            + f" ('python scripts/build_index.py --output {folder}')"
        )
    return dict(manifest)


def _broken(folder: Path, reason: str) -> ArtifactError:
    return ArtifactError(
        f"{folder} is not a whole engine: {reason}; expected a folder as it was built; build it "
        f"again with 'python scripts/build_index.py --output {folder}'"
    )


def _is_ours(path: Path) -> bool:
    return bool(_FILE_NAME.match(path.name)) or path.name.startswith(TEMPORARY_PREFIX)
