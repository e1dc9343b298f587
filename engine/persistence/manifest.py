"""What an engine folder says of itself, as text: made, and checked before any file is touched.

The manifest has a checksum of every file and one of itself, so that no byte of an engine can change
unseen. They guard against damage, not against somebody who means to deceive and computes them anew;
so what it says is held to narrow bounds, whoever wrote it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import ArtifactError

FORMAT = 7
MANIFEST = "manifest.json"
MAX_MANIFEST_BYTES = 1_000_000
MAX_FILES = 16
MAX_ENGINE_BYTES = 16 << 30
"""All files of an engine together; they are held in memory."""

STORED_NAME = re.compile(r"[a-z_]{1,40}-[0-9a-f]{16}\.(csv|safetensors)")
_NAME = re.compile(r"[a-z_]{1,40}\.(csv|safetensors)")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ENTRY = {"file", "sha256", "bytes"}


@dataclass(frozen=True)
class Entry:
    """A file of an engine: its checksum and how many bytes it has."""

    sha256: str
    size: int

    def stored(self, name: str) -> str:
        """Name in the folder: that of the content, with the beginning of the checksum."""
        stem, ending = name.rsplit(".", 1)
        return f"{stem}-{self.sha256[:16]}.{ending}"


@dataclass(frozen=True)
class Manifest:
    """Facts of an engine, and its files by name (``tasks.csv``)."""

    facts: Mapping[str, Any]
    entries: Mapping[str, Entry]

    @classmethod
    def of(cls, facts: Mapping[str, Any], files: Mapping[str, bytes]) -> Manifest:
        """The manifest of these facts and files."""
        return cls(
            facts,
            {
                name: Entry(hashlib.sha256(content).hexdigest(), len(content))
                for name, content in files.items()
            },
        )

    def render(self) -> bytes:
        """As text: the only text that ``parse`` takes for it, to the byte."""
        content = {
            "format": FORMAT,
            **self.facts,
            "files": {
                name: {"file": entry.stored(name), "sha256": entry.sha256, "bytes": entry.size}
                for name, entry in self.entries.items()
            },
        }
        return _text(content | {"sha256": hashlib.sha256(_text(content)).hexdigest()})

    @classmethod
    def parse(cls, content: bytes, folder: Path) -> Manifest:
        """Read what ``render`` made.

        Args:
            folder: for messages.

        Raises:
            ArtifactError: if it is of another format, says what it may not, or was changed.
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
            own = {"format", "files", "sha256"}
            made = cls({name: fact for name, fact in found.items() if name not in own}, entries)
            rendered = made.render()
        except ArtifactError:
            raise
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise broken(folder, f"{MANIFEST} cannot be read") from None
        if rendered != content:
            raise broken(folder, f"{MANIFEST} is not the file that was built")
        return made


def broken(folder: Path, reason: str) -> ArtifactError:
    """The error of a folder that is not as an engine was built."""
    return ArtifactError(
        f"{folder} is not a whole engine: {reason}; expected a folder as it was built; build it "
        f"again with 'python scripts/build_index.py --output {folder}'"
    )


def _entry(name: str, fact: Mapping[str, Any]) -> Entry:
    digest, size = fact["sha256"], fact["bytes"]
    if set(fact) != _ENTRY or isinstance(size, bool) or not isinstance(size, int) or size < 0:
        raise ValueError
    if not _NAME.fullmatch(name) or not _SHA256.fullmatch(digest):
        raise ValueError
    entry = Entry(digest, size)
    if fact["file"] != entry.stored(name):  # so no file is named that could lie elsewhere
        raise ValueError
    return entry


def _text(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def _other_format(folder: Path, found: int, content: Mapping[str, Any]) -> ArtifactError:
    mend = "update the engine" if found > FORMAT else "build it again"
    return ArtifactError(
        f"{folder} has format {found}: expected format {FORMAT}; {mend} "
        f"('python scripts/build_index.py{_options(content)} --output {folder}')"
    )


def _options(content: Mapping[str, Any]) -> str:
    """How the engine was built, as far as its manifest says so in words that are known."""
    known = {
        "reference": {"starter": "", "published": " --reference published"},
        "encoder": {"work": "", "static": " --encoder static", "minilm": " --encoder minilm"},
    }
    other = {"reference": " --reference FILE.csv", "encoder": " --encoder NAME"}
    said = ""
    for option, words in known.items():
        fact = content.get(option)
        name = fact.get("name") if isinstance(fact, dict) else ""
        said += words.get(name, other[option]) if isinstance(name, str) and name else ""
    return said
