"""What if time were spent otherwise: an occupation's risk at other shares of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import InputError
from engine.intervals import pooled_error
from engine.records import SHARE_TOLERANCE, Estimate, OccupationRisk, TaskRisk
from engine.text import text_key


@dataclass(frozen=True, slots=True)
class ShareChange:
    """What a task's new share of time does to the risk of its occupation.

    Attributes:
        task: the sentence.
        before, after: its share of time, in [0, 1].
        contribution_change: (after − before) × the task's risk, in [-1, 1]; over all tasks they
            sum to the change of the occupation's risk.
    """

    task: str
    before: float
    after: float
    contribution_change: float


@dataclass(frozen=True, slots=True)
class WhatIf:
    """An occupation before and after its time is shared out anew.

    Attributes:
        before, after: the scored occupation; its tasks' own scores do not change.
        changes: one a task, the one that moves the risk most first.
    """

    before: OccupationRisk
    after: OccupationRisk
    changes: tuple[ShareChange, ...]

    @property
    def risk_difference(self) -> float:
        """Risk after less risk before, in [-1, 1]."""
        return self.after.risk - self.before.risk


def what_if(result: OccupationRisk, time_shares: Mapping[str, float]) -> WhatIf:
    """The occupation with new shares of time for some tasks.

    The other tasks divide what is left in proportion to what they had, or equally where they had
    nothing. Tasks of one text share what is given for it likewise.

    Args:
        time_shares: text of a task -> its new share of time, in [0, 1]; together at most 1, and
            exactly 1 if every task is named.

    Raises:
        InputError: if a task is not one of the occupation's, or the shares do not fit together.
    """
    before = np.array([task.time_share or 0.0 for task in result.tasks])
    after = _shared_out(result.tasks, before, _positions(result.tasks, time_shares))
    moved = tuple(
        replace(task, time_share=float(share), time_share_source="given")
        for task, share in zip(result.tasks, after, strict=True)
    )
    changes = [
        ShareChange(task.task, float(old), float(new), float(new - old) * task.risk)
        for task, old, new in zip(result.tasks, before, after, strict=True)
    ]
    changes.sort(key=lambda change: -abs(change.contribution_change))
    estimates = {name: _estimate(result, name, after) for name in result.estimates}
    return WhatIf(result, replace(result, tasks=moved, estimates=estimates), tuple(changes))


def sensitivities(result: OccupationRisk) -> tuple[float, ...]:
    """∂risk/∂share of each task, in the order of the tasks, the others rescaled to fill the rest.

    With R = Σ sⱼ rⱼ and the others in proportion, R(sᵢ) is linear, of slope (rᵢ − R) / (1 − sᵢ):
    the task's risk less the mean risk of the rest. A value of .5 says that one hundredth more of
    the time in this task, taken from all others, is half a point more risk. 0 for an only task.
    """
    shares = np.array([task.time_share or 0.0 for task in result.tasks])
    risks = np.array([task.risk for task in result.tasks])
    slopes = []
    for row in range(len(shares)):
        others = np.delete(np.arange(len(shares)), row)
        if not len(others):
            return (0.0,)
        rest = shares[others] if shares[others].sum() > 0 else np.ones(len(others))
        slopes.append(float(risks[row] - rest @ risks[others] / rest.sum()))
    return tuple(slopes)


def _positions(
    tasks: Sequence[TaskRisk], time_shares: Mapping[str, float]
) -> list[tuple[list[int], float]]:
    """Each share that was given, with the rows of the tasks it is for; checked."""
    if not isinstance(time_shares, Mapping) or not time_shares:
        raise InputError(
            f"time_shares is {str(time_shares)[:40]!r}: expected the text of at least one task and "
            "its share of time, such as {'Answer calls.': 0.2}"
        )
    rows: dict[str, list[int]] = {}
    for row, task in enumerate(tasks):
        rows.setdefault(text_key(task.task), []).append(row)
    found: dict[str, tuple[list[int], float]] = {}
    for text, share in time_shares.items():
        key = text_key(text) if isinstance(text, str) else ""
        if key not in rows:
            raise InputError(
                f"time_shares names {str(text)[:60]!r}, which is no task of this occupation: "
                f"expected one of its {len(tasks)} tasks, such as {_closest(key, tasks)!r}"
            )
        if key in found:
            raise InputError(f"time_shares names {text[:60]!r} twice: expected each task once")
        number = isinstance(share, (int, float)) and not isinstance(share, bool)
        if not number or not 0 <= share <= 1:
            raise InputError(
                f"time share of {text[:60]!r} is {share!r}: expected a number from 0 to 1; write "
                "0.2 for 20 %"
            )
        found[key] = (rows[key], float(share))
    total = sum(share for _, share in found.values())
    complete = len(found) == len(rows)
    if total > 1 + SHARE_TOLERANCE or (complete and total < 1 - SHARE_TOLERANCE):
        expected = "exactly 1, as every task has one" if complete else "at most 1"
        raise InputError(f"time_shares sum to {total:.4g}: expected {expected}; correct them")
    return list(found.values())


def _closest(key: str, tasks: Sequence[TaskRisk]) -> str:
    from rapidfuzz import fuzz

    return max(tasks, key=lambda task: fuzz.ratio(key, text_key(task.task))).task


def _shared_out(
    tasks: Sequence[TaskRisk], before: np.ndarray, given: Sequence[tuple[list[int], float]]
) -> np.ndarray:
    after = np.zeros(len(tasks))
    named = [row for rows, _ in given for row in rows]
    others = [row for row in range(len(tasks)) if row not in named]
    left = max(0.0, 1.0 - sum(share for _, share in given))
    for rows, share in [*given, (others, left)]:
        if rows:
            weight = before[rows]
            weight = weight if weight.sum() > 0 else np.ones(len(rows))
            after[rows] = share * weight / weight.sum()
    return after / after.sum()


def _estimate(result: OccupationRisk, name: str, shares: np.ndarray) -> Estimate:
    values = np.array([task.estimates[name].value for task in result.tasks])
    errors = np.array([task.estimates[name].error for task in result.tasks])
    model = result.errors[name]
    value = float(np.clip(shares @ values, 0.0, 1.0))
    error = pooled_error(shares, errors, model.correlation)
    reach = model.reach * error
    return Estimate(value, max(0.0, value - reach), min(1.0, value + reach), error)
