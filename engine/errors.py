"""Errors that the engine raises deliberately.

Every message says what is wrong, where, and what to do about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import Repr

MAX_FAULTS_LISTED = 50
"""Maximum number of faults that one message lists."""

_MAX_LINE = 400

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60
_SHORT.maxlevel = 3


def abbreviate(value: object) -> str:
    """Return the ``repr`` of a value, shortened if it is long or deeply nested."""
    return _SHORT.repr(value)


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or the name of its class if it has none.

    Messages of libraries may run over many lines; the first one says what happened.
    """
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0][:_MAX_LINE]


class EngineError(ValueError):
    """Base class of all errors that the engine raises deliberately; the caller can fix them."""


class InputError(EngineError):
    """A task, occupation, argument or file is invalid."""


class CorpusError(EngineError):
    """A reference corpus is invalid. The message lists all faults, up to 50.

    Args:
        where: the corpus or its folder.
        faults: one line per fault.

    Attributes:
        faults: every fault, including those that the message leaves out.
    """

    def __init__(self, where: str, faults: Sequence[str]) -> None:
        listed = list(faults[:MAX_FAULTS_LISTED])
        if len(faults) > len(listed):
            listed.append(f"… and {len(faults) - len(listed)} more")
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{where} has {count}:\n  " + "\n  ".join(listed))
        self.faults = tuple(faults)


class ArtifactError(EngineError):
    """A saved engine is missing, incomplete, modified or of another format version."""


class EncoderError(EngineError):
    """An encoder cannot be loaded, or is not the one that an engine was built with."""


class UnknownOccupationError(InputError):
    """The catalog has no occupation with this code or title; the message suggests similar ones.

    Args:
        message: what is wrong, and what to do.
        near: (SOC code, title) of each occupation that the message suggests.

    Attributes:
        near: as given.
    """

    def __init__(self, message: str, near: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.near = tuple(near)


class DownloadError(EngineError):
    """A file cannot be downloaded, or its checksum is wrong."""


class BusyError(EngineError):
    """Too many jobs wait for a server's engine; the client can try again soon."""


class StoreError(EngineError):
    """The score store is missing, locked, of another format, or belongs to another engine."""


class UnknownRunError(InputError):
    """The score store has no complete scoring run with this number."""
