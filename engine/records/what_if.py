"""What changes the risk of an occupation: other time shares, or software that reaches further."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.errors import InputError, abbreviate
from engine.records import rubric
from engine.records.estimates import Estimate
from engine.records.frontier import Frontier
from engine.records.inputs import check_time_shares
from engine.records.measures import BARRIERS
from engine.records.task_risk import TaskRisk
from engine.utils.text import text_key

WITHIN = 0.5
"""Probability from which a task counts as within a frontier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChange:
    """The effect of a change on a task's part of the risk of its occupation.

    Attributes:
        task: the sentence.
        before, after: its time share, in [0, 1].
        contribution_change: its time share × risk afterward minus before, in [-1, 1]; over all
            tasks they sum to the change in the occupation's risk.
        reached: whether the task more likely than not lies within the frontier; None without one.
    """

    task: str
    before: float
    after: float
    contribution_change: float
    reached: bool | None = None


def within(task: TaskRisk, frontier: Frontier) -> TaskRisk:
    """Return a task with the risk that it has in a scenario.

    Raises:
        InputError: if a barrier of the task is not estimated.
    """
    missing = [measure for name, measure in BARRIERS.items() if name not in task.barriers]
    if missing:
        raise InputError(
            f"the engine does not estimate {', '.join(missing)}, which a frontier needs; use an "
            "engine of the starter or the published reference"
        )
    risk, reached = task.estimates[rubric.RISK_MEASURE], frontier.reaches(task.barriers)
    if reached <= risk.value:
        return task
    # The outcome is 1 within the frontier and today's beyond it, so its error is that of a chance.
    raised = Estimate(
        value=reached,
        low=min(risk.low, reached),
        high=max(risk.high, reached),
        error=max(risk.error, 2 * reached * (1 - reached)),
    )
    return replace(task, estimates={**task.estimates, rubric.RISK_MEASURE: raised})


def reallocate(
    tasks: Sequence[str], before: Sequence[float], time_shares: Mapping[str, float]
) -> list[float]:
    """Return the time shares of all tasks when some of them change; they sum to 1.

    The other tasks divide the remaining time in proportion to what they had, or equally if they
    had none. Tasks with equal text divide the share given for that text in the same way.

    Args:
        tasks: the sentences of an occupation, in order.
        before: their time shares, in [0, 1], in the same order.
        time_shares: text of a task -> its new share, in [0, 1]; at most 1 in total, and exactly 1
            if every task is named.

    Raises:
        InputError: if a task is not in the occupation, or the shares do not add up.
    """
    given = _rows_and_shares(tasks, time_shares)
    named = {row for rows, _ in given for row in rows}
    others = [row for row in range(len(tasks)) if row not in named]
    rest = max(0.0, 1.0 - math.fsum(share for _, share in given))
    after = [0.0] * len(tasks)
    for rows, share in [*given, (others, rest)]:
        had = math.fsum(before[row] for row in rows)
        for row in rows:
            after[row] = share * (before[row] / had if had > 0 else 1 / len(rows))
    total = math.fsum(after)
    return [share / total for share in after]


def sensitivities(shares: Sequence[float], risks: Sequence[float]) -> tuple[float, ...]:
    """Return ∂risk/∂share of each task when the others are rescaled to fill the remaining time.

    With R = Σ sⱼ rⱼ, R(sᵢ) is linear with slope (rᵢ − R) / (1 − sᵢ): the task's risk minus the mean
    risk of the rest. A value of .5 means that one more percentage point of time in this task, taken
    from all others, adds half a point of risk. The only task of an occupation has 0.

    Args:
        shares: time shares, in [0, 1], that sum to 1.
        risks: in [0, 1], in the same order.
    """
    slopes = []
    for row, risk in enumerate(risks):
        others = [other for other in range(len(risks)) if other != row]
        if not others:
            return (0.0,)
        time = math.fsum(shares[other] for other in others)
        weights = [shares[other] if time > 0 else 1.0 for other in others]
        rest = math.fsum(w * risks[other] for w, other in zip(weights, others, strict=True))
        slopes.append(risk - rest / math.fsum(weights))
    return tuple(slopes)


def _rows_and_shares(
    tasks: Sequence[str], time_shares: Mapping[str, float]
) -> list[tuple[list[int], float]]:
    """Check the given shares, and return each with the rows of its tasks."""
    if not isinstance(time_shares, Mapping) or not time_shares:
        raise InputError(
            f"time_shares is {abbreviate(time_shares)}; map the text of at least one task to its "
            "time share, such as {'Answer calls.': 0.2}"
        )
    rows: dict[str, list[int]] = {}
    for row, task in enumerate(tasks):
        rows.setdefault(text_key(task), []).append(row)
    found: dict[str, tuple[list[int], float]] = {}
    for text, share in time_shares.items():
        key = text_key(text) if isinstance(text, str) else ""
        if key not in rows:
            raise InputError(
                f"time_shares names {str(text)[:60]!r}, which is not a task of this occupation; "
                f"name one of its {len(tasks)} tasks, such as {_closest(key, tasks)!r}"
            )
        if key in found:
            raise InputError(f"duplicate task {text[:60]!r} in time_shares; remove one")
        number = isinstance(share, (int, float)) and not isinstance(share, bool)
        if not number or not 0 <= share <= 1:
            raise InputError(
                f"time share of {text[:60]!r} is {share!r}; give a number from 0 to 1, such as "
                "0.2 for 20%"
            )
        found[key] = (rows[key], float(share))
    known = [share for _, share in found.values()]
    missing = [None] * (len(rows) - len(found))
    check_time_shares([*known, *missing], "new time shares")
    return list(found.values())


def _closest(key: str, tasks: Sequence[str]) -> str:
    from rapidfuzz import fuzz

    return max(tasks, key=lambda task: fuzz.ratio(key, text_key(task)))
