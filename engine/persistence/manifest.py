"""The manifest of an engine folder: rendered to JSON, and validated before other files are read.

It holds a checksum of every file and of itself, which reveal any damage. They do not protect
against an attacker, who can compute new ones. So the parser accepts only names and sizes within
bounds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.corpus.references import PUBLISHED, STARTER
from engine.errors import ArtifactError

FORMAT = 9
"""Version of the layout of engine folders."""

MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 1_000_000
MAX_FILES = 16
MAX_ENGINE_BYTES = 16 << 30
"""Maximum total size of the files of an engine, which are read into memory."""

STORED_NAME = re.compile(r"[a-z_]{1,40}-[0-9a-f]{16}\.(csv|safetensors)")
_NAME = re.compile(r"[a-z_]{1,40}\.(csv|safetensors)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ENTRY = {"file", "sha256", "bytes"}


@dataclass(frozen=True)
class Entry:
    """A file of an engine.

    Attributes:
        sha256: in hexadecimal.
        size: in bytes.
    """

    sha256: str
    size: int

    def stored(self, name: str) -> str:
        """Return the name in the folder: ``name`` with the start of the checksum added."""
        stem, ending = name.rsplit(".", 1)
        return f"{stem}-{self.sha256[:16]}.{ending}"


@dataclass(frozen=True)
class Manifest:
    """Description of an engine folder.

    Attributes:
        facts: about the engine.
        entries: its files by name, such as ``tasks.csv``.
    """

    facts: Mapping[str, Any]
    entries: Mapping[str, Entry]

    @classmethod
    def describe(cls, facts: Mapping[str, Any], files: Mapping[str, bytes]) -> Manifest:
        """Describe an engine with these facts and files."""
        return cls(
            facts,
            {
                name: Entry(hashlib.sha256(content).hexdigest(), len(content))
                for name, content in files.items()
            },
        )

    def render(self) -> bytes:
        """Render as JSON; ``parse`` accepts exactly these bytes."""
        content = {
            "format": FORMAT,
            **self.facts,
            "files": {
                name: {"file": entry.stored(name), "sha256": entry.sha256, "bytes": entry.size}
                for name, entry in self.entries.items()
            },
        }
        return _json(content | {"sha256": hashlib.sha256(_json(content)).hexdigest()})

    @classmethod
    def parse(cls, content: bytes, folder: Path) -> Manifest:
        """Parse and validate the bytes of a manifest.

        Args:
            content: as ``render`` returned it.
            folder: for error messages.

        Raises:
            ArtifactError: if it is of another format, invalid or modified.
        """
        try:
            found = json.loads(content)
            version = found["format"]
            if not isinstance(version, int) or isinstance(version, bool):
                raise ValueError
            if version != FORMAT:
                raise _other_format(folder, version, found)
            entries = {name: _entry(name, fact) for name, fact in found["files"].items()}
            if len(entries) > MAX_FILES or sum(e.size for e in entries.values()) > MAX_ENGINE_BYTES:
                raise ValueError
            reserved = {"format", "files", "sha256"}
            facts = {name: fact for name, fact in found.items() if name not in reserved}
            manifest = cls(facts, entries)
            rendered = manifest.render()
        except ArtifactError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise damaged(folder, f"{MANIFEST} cannot be read") from None
        if rendered != content:
            raise damaged(folder, f"{MANIFEST} differs from the file that was built")
        return manifest


def damaged(folder: Path, reason: str) -> ArtifactError:
    """Return the error for an engine folder that is incomplete or modified."""
    return ArtifactError(
        f"{folder} is not a complete engine: {reason}; rebuild it with "
        f"'occupation-risk build --output {folder}'"
    )


def _entry(name: str, fact: Mapping[str, Any]) -> Entry:
    digest, size = fact["sha256"], fact["bytes"]
    if set(fact) != _ENTRY or isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise ValueError
    if not _NAME.fullmatch(name) or not _SHA256.fullmatch(digest):
        raise ValueError
    entry = Entry(digest, size)
    if fact["file"] != entry.stored(name):  # so that no name leads out of the folder
        raise ValueError
    return entry


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _other_format(folder: Path, found: int, content: Mapping[str, Any]) -> ArtifactError:
    fix = "update the package, or rebuild" if found > FORMAT else "rebuild"
    return ArtifactError(
        f"{folder} has format {found}, but this version reads format {FORMAT}; {fix} the engine "
        f"with 'occupation-risk build{_options(content)} --output {folder}'"
    )


def _options(content: Mapping[str, Any]) -> str:
    """Return the options that built the engine; names that do not ship become placeholders."""
    known = {
        "reference": {STARTER: "", PUBLISHED: f" --reference {PUBLISHED}"},
        "encoder": {"work": "", "static": " --encoder static", "minilm": " --encoder minilm"},
    }
    other = {"reference": " --reference FILE.csv", "encoder": " --encoder NAME"}
    options = ""
    for option, shipped in known.items():
        fact = content.get(option)
        name = fact.get("name") if isinstance(fact, dict) else ""
        options += shipped.get(name, other[option]) if isinstance(name, str) and name else ""
    return options
