"""The Time % that a reader types for every task of an occupation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.display.wording import gettext, spoken
from engine.errors import InputError
from engine.records.results import OccupationRisk, combined
from engine.records.time_share import GIVEN
from engine.web.content.faults import PageError

_LEAST, _MOST = 1e-6, 1_000_000
"""Least sum and largest number to type. They are scaled, so hours of a year work too."""


def as_typed(share: float) -> str:
    """Write a time share in [0, 1] as a field of the form has it: 0.125 -> "12.5"."""
    return f"{100 * share:.1f}"


def typed_shares(form: Mapping[str, object], count: int) -> list[float]:
    """Numbers typed in the fields share-0, share-1, … of ``count`` tasks, in percent.

    Raises:
        InputError: naming the first field that does not hold a number.
    """
    shares = []
    for number in range(count):
        typed = str(form.get(f"share-{number}", "")).strip()
        try:
            shares.append(float(typed))
        except ValueError:
            raise PageError(time_fault(number, typed)) from None
    return shares


def time_fault(number: int, typed: str) -> str:
    """Say what is wrong with the Time % of a task, which is counted from 0."""
    return gettext(
        "Time %% of task %(task)s is %(typed)s; type a number from 0 to 100",
        task=number + 1,
        typed=repr(typed[:20]),
    )


def with_time(result: OccupationRisk, typed: Sequence[float]) -> OccupationRisk:
    """The occupation with the Time % of a reader, scaled to sum to 100.

    A number that was not changed stands for the exact time share, not for its rounded value, and
    keeps its source, which has an error. A number that was changed is taken as exact.

    Args:
        result: a scored occupation.
        typed: Time % of each task, in the order of the tasks, ≥ 0.

    Raises:
        InputError: if their number is wrong, one is below 0 or too large, or all are 0.
    """
    tasks = result.tasks
    if len(typed) != len(tasks):
        raise InputError(f"got {len(typed)} time shares for {len(tasks)} tasks; give one for each")
    if not all(0 <= number <= _MOST for number in typed) or sum(typed) < _LEAST:
        raise PageError(
            gettext(
                "Time %% is invalid; type numbers from 0 to %(most)s, at least one of them above 0",
                most=spoken().decimal(_MOST),
            )
        )
    kept = [
        float(as_typed(task.time_share or 0.0)) == number
        for task, number in zip(tasks, typed, strict=True)
    ]
    shares = [
        (task.time_share or 0.0) if keep else number / 100
        for task, number, keep in zip(tasks, typed, kept, strict=True)
    ]
    total = math.fsum(shares)
    timed = tuple(
        replace(
            task,
            time_share=share / total,
            time_share_source=task.time_share_source if keep else GIVEN,
        )
        for task, share, keep in zip(tasks, shares, kept, strict=True)
    )
    return replace(result, tasks=timed, estimates=combined(timed, result.errors))
