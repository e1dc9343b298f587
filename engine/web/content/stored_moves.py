"""The reasons of stored career moves, in the language of the visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeVar

from engine.careers.results import (
    NO_OUTLOOK,
    CareerMatch,
    MoveFrequency,
    NewTask,
    Outlook,
    SharedTask,
)
from engine.display.wording import ENGLISH, spoken
from engine.records import serialize
from engine.report.move_reasons import move_reasons
from engine.web.store.store import Record

T = TypeVar("T")


def with_reasons(matches: Sequence[Record], origin: Outlook = NO_OUTLOOK) -> list[Record]:
    """Return stored matches with their reasons; the stored reasons are in English.

    Args:
        matches: as the store returns them.
        origin: outlook of the occupation that they start from, which is not stored with them.
    """
    if spoken() is ENGLISH:
        return list(matches)
    return [
        match | {"reasons": serialize.as_plain(move_reasons(_match(match, origin)))}
        for match in matches
    ]


def _match(stored: Record, origin: Outlook) -> CareerMatch:
    known = {name: stored[name] for name in _names(CareerMatch) if name in stored}
    frequency = known.get("frequency")
    return CareerMatch(
        **known
        | {
            "outlook": Outlook(**known["outlook"]),
            "frequency": frequency and _of(MoveFrequency, frequency),
            "shared_tasks": tuple(SharedTask(**pair) for pair in known["shared_tasks"]),
            "new_tasks": tuple(NewTask(**task) for task in known["new_tasks"]),
            "origin_outlook": origin,
        }
    )


def _of(record: type[T], plain: Mapping[str, Any]) -> T:
    """Return a record of its fields; derived properties are left out."""
    return record(**{name: plain[name] for name in _names(record)})


def _names(record: Any) -> list[str]:
    return [field.name for field in fields(record)]
