"""Errors the engine raises on purpose.

Every message names what was wrong, where, what was expected and how to mend it.
"""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import Repr

MAX_FAULTS_SHOWN = 50

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60
_SHORT.maxlevel = 3


def shown(value: object) -> str:
    """A value as messages show it: however long or deep it is, a few words of it."""
    return _SHORT.repr(value)


class EngineError(ValueError):
    """Something the caller can mend; the base of all errors the engine raises on purpose."""


class InputError(EngineError):
    """A task, an occupation or a file given for scoring is not usable."""


class CorpusError(EngineError):
    """A reference corpus has faults; all of them, up to 50, are listed at once."""

    def __init__(self, where: str, faults: Sequence[str]) -> None:
        shown = list(faults[:MAX_FAULTS_SHOWN])
        if len(faults) > len(shown):
            shown.append(f"… and {len(faults) - len(shown)} more")
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(f"{where} has {count}:\n  " + "\n  ".join(shown))
        self.faults = tuple(faults)


class ArtifactError(EngineError):
    """A saved engine is missing, incomplete, changed, or of another version."""


class EncoderError(EngineError):
    """An encoder cannot be loaded, or is not the one an engine was built with."""


class UnknownOccupationError(InputError):
    """No occupation of the catalogue answers to a code or title; suggestions are in the message."""


class DownloadError(EngineError):
    """A file could not be fetched, or is not the file that was expected."""


class StoreError(EngineError):
    """The store of scores is missing, locked, of another form, or of another engine."""


class UnknownRunError(InputError):
    """The store has no complete scoring run of this number."""
