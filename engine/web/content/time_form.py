"""The Time % that a reader types for every task of an occupation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.errors import InputError
from engine.records.inputs import Occupation


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
            raise InputError(
                f"Time % of task {number + 1} is {typed[:20]!r}; type a number from 0 to 100"
            ) from None
    return shares


def with_shares(occupation: Occupation, shares: Sequence[float]) -> Occupation:
    """The occupation with other time shares.

    Args:
        shares: one for each task, in the order of the tasks, ≥ 0; scaled to sum to 1.

    Raises:
        InputError: if their number is wrong, one is negative or not finite, or all are 0.
    """
    tasks = occupation.task_records
    if len(shares) != len(tasks):
        raise InputError(f"got {len(shares)} time shares for {len(tasks)} tasks; give one for each")
    if not all(math.isfinite(share) and share >= 0 for share in shares) or not sum(shares) > 0:
        raise InputError(
            "Time % is invalid; type numbers of 0 or more, at least one of them above 0"
        )
    total = math.fsum(shares)
    shared = [replace(t, time_share=share / total) for t, share in zip(tasks, shares, strict=True)]
    return replace(occupation, tasks=shared)
