"""The record of a batch run, ``run.json``: everything that the scores depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engine.batch.plan import FileState, Settings
from engine.errors import EngineError, InputError
from engine.persistence import artifact
from engine.utils.atomic_write import write_atomically

FORMAT = 1
RUN = "run.json"

_ENGINE_KEY = "model"
"""Key of the engine's checksum."""

_MAX_BYTES = 256 << 20
_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """What a run reads, and how.

    Attributes:
        settings: settings of the run.
        engine_sha256: checksum of the engine's manifest, which has those of its other files.
        inputs: the input files, in order.
        states: size and time of each of them.
    """

    settings: Settings
    engine_sha256: str
    inputs: Sequence[Path]
    states: Sequence[FileState]

    @classmethod
    def of(cls, inputs: Sequence[Path], settings: Settings) -> RunRecord:
        """Describe a run that begins or resumes now.

        Raises:
            ArtifactError: if there is no engine.
            OSError: if an input file is gone.
        """
        return cls(
            settings=settings,
            engine_sha256=engine_sha256(settings.engine),
            inputs=inputs,
            states=[FileState.of(path) for path in inputs],
        )

    def write(self, path: Path) -> None:
        """Write the record.

        Raises:
            OSError: if it cannot be written.
        """
        write_atomically(path, (json.dumps(self.content(), indent=1) + "\n").encode())

    def content(self) -> dict[str, Any]:
        """Return the content of ``run.json``."""
        described = asdict(self.settings)
        del described["engine"]  # its checksum is what matters
        files = [
            {"path": str(path), **asdict(state)}
            for path, state in zip(self.inputs, self.states, strict=True)
        ]
        return {"format": FORMAT, _ENGINE_KEY: self.engine_sha256, **described, "inputs": files}


def engine_sha256(engine: str) -> str:
    """Return the SHA-256 of the manifest of an engine folder.

    Raises:
        ArtifactError: if there is no engine.
    """
    return hashlib.sha256(artifact.read_manifest(Path(engine)).render()).hexdigest()


def check_engine(engine: str, sha256: str) -> None:
    """Check that an engine folder holds the engine that the run began with.

    Raises:
        EngineError: if it holds another one.
    """
    if engine_sha256(engine) != sha256:
        raise EngineError(
            f"{engine} holds another engine than at the start of the run; completed parts are of "
            "the first one. Put it back and run the same command again to resume, or name a new "
            "output folder"
        )


def read(path: Path) -> Mapping[str, Any] | None:
    """Read ``run.json`` of this or another version; None if there is no such file.

    Raises:
        InputError: if the file is not a record of a batch run.
        OSError: if it cannot be read.
    """
    if not path.is_file():
        return None
    wrong = InputError(
        f"{path} is not the record of a batch run; nothing was changed. Name a new or empty folder"
    )
    if path.stat().st_size > _MAX_BYTES:
        raise wrong
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise wrong from None
    if not isinstance(found, dict) or not _is_number(found.get("format")):
        raise wrong
    if found["format"] != FORMAT and _ENGINE_KEY in found and "inputs" in found:
        raise InputError(
            f"{path.parent} holds a run of another version of occupation-risk; finish it with that "
            "version, or name a new folder"
        )
    if not _is_record(found):
        raise wrong
    return found


def check_same(folder: Path, recorded: Mapping[str, Any], record: RunRecord) -> None:
    """Check that a folder holds the parts of this run.

    Raises:
        InputError: if they are of another run; it names what differs.
    """
    changed = [
        "engine" if key == _ENGINE_KEY else key
        for key, value in record.content().items()
        if recorded[key] != value
    ]
    if changed:
        raise InputError(
            f"{folder} holds another run (different {', '.join(changed)}); repeat the command that "
            "began it to resume it, or name a new folder"
        )


def _is_record(found: Mapping[str, Any]) -> bool:
    """Return whether every field, and no other, is there and of the right form."""
    expected = {"format", _ENGINE_KEY, *Settings.__dataclass_fields__, "inputs"} - {"engine"}
    if set(found) != expected:
        return False
    digest, inputs = found[_ENGINE_KEY], found["inputs"]
    return (
        isinstance(digest, str)
        and len(digest) == 64
        and set(digest) <= _DIGITS
        and isinstance(found["text_column"], str)
        and (found["soc_column"] is None or isinstance(found["soc_column"], str))
        and _is_number(found["part_rows"])
        and (found["confidence"] is None or isinstance(found["confidence"], (int, float)))
        and isinstance(inputs, list)
        and len(inputs) > 0
        and all(_is_input(given) for given in inputs)
    )


def _is_input(given: object) -> bool:
    return (
        isinstance(given, dict)
        and set(given) == {"path", "bytes", "modified"}
        and isinstance(given["path"], str)
        and _is_number(given["bytes"])
        and _is_number(given["modified"])
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
