"""Time % as a reader types it, for every task of an occupation."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.errors import InputError
from engine.records.inputs import Occupation


def typed_shares(form: Mapping[str, object], count: int) -> list[float]:
    """What was typed for the time of each of ``count`` tasks, in the fields share-0, share-1, …

    Raises:
        InputError: naming the first that is no number.
    """
    shares = []
    for number in range(count):
        typed = str(form.get(f"share-{number}", "")).strip()
        try:
            shares.append(float(typed))
        except ValueError:
            raise InputError(
                f"Time % of task {number + 1} is {typed[:20]!r}: expected a number from 0 to 100"
            ) from None
    return shares


def with_shares(occupation: Occupation, shares: Sequence[float]) -> Occupation:
    """The occupation with other shares of time.

    Args:
        shares: one a task, in the order of the tasks, ≥ 0; scaled to sum to 1.

    Raises:
        InputError: if they are not one a task, or not numbers from 0 up, or all 0.
    """
    tasks = occupation.task_records
    if len(shares) != len(tasks):
        raise InputError(f"{len(shares)} shares of time for {len(tasks)} tasks: expected one each")
    if not all(math.isfinite(share) and share >= 0 for share in shares) or not sum(shares) > 0:
        raise InputError(
            "the shares of time cannot be used: expected numbers from 0 up, at least one above 0"
        )
    total = math.fsum(shares)
    shared = [replace(t, time_share=share / total) for t, share in zip(tasks, shares, strict=True)]
    return replace(occupation, tasks=shared)
