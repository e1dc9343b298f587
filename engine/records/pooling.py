"""How the estimates of tasks, and their errors, combine in an occupation."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.records.estimates import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A task as a part of an occupation.

    Attributes:
        share: time share, in [0, 1].
        value: estimate of the task, in [0, 1].
        error: expected size of its error, ≥ 0.
        share_error: expected size of the error of the time share, ≥ 0.
        key: equal for copies of a task, whose errors are one error.
    """

    share: float
    value: float
    error: float
    share_error: float = 0.0
    key: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorModel:
    """How the errors of an occupation's tasks combine into the interval of the occupation.

    Attributes:
        correlation: correlation of the errors of two tasks of one occupation, in [0, 1].
        edges: estimates that separate the ranges of ``reaches``, ascending.
        reaches: half the width of the interval at the engine's confidence, in units of the pooled
            error, for each range of the estimate; may be infinite. Score stores and pages know it
            by this name.
        deviate: half the width of the interval of the time shares, in units of their error.
    """

    correlation: float
    edges: tuple[float, ...]
    reaches: tuple[float, ...]
    deviate: float = 0.0

    def combine(self, parts: Sequence[Part]) -> Estimate:
        """Estimate Σ share × value over the tasks of an occupation, in [0, 1], with its interval.

        The interval joins two independent errors: that of the estimates of the tasks, and that of
        the time shares.

        Args:
            parts: tasks whose time shares sum to 1.
        """
        total = math.fsum(part.share * part.value for part in parts)
        value = min(max(total, 0.0), 1.0)
        error = pooled_error(parts, self.correlation)
        half = self.reaches[bisect.bisect_right(self.edges, value)] * error
        half = math.hypot(half, self.deviate * time_error(parts, value))
        return Estimate(
            value=value, low=max(0.0, value - half), high=min(1.0, value + half), error=error
        )


MIN_ESTIMATED_TIME = 0.5
"""Share of working time that needs an estimate of a measure to state one for the occupation."""


def combine_known(
    model: ErrorModel,
    *,
    shares: Sequence[float],
    values: Sequence[float | None],
    errors: Sequence[float],
    share_errors: Sequence[float],
    keys: Sequence[object],
) -> Estimate | None:
    """Combine the tasks of an occupation that have an estimate of a measure.

    Args:
        model: how the errors of the measure combine.
        shares: time shares that sum to 1.
        values: estimates in [0, 1]; None or NaN for a task without one.
        errors, share_errors: expected sizes of the errors of estimates and of shares.
        keys: equal for copies of a task.

    Returns:
        The estimate over the tasks that have one, or None if these take less than half of the time.
    """
    known = [row for row, value in enumerate(values) if value is not None and not math.isnan(value)]
    time = math.fsum(shares[row] for row in known)
    if time < MIN_ESTIMATED_TIME:
        return None
    return model.combine(
        [
            Part(
                share=shares[row] / time,
                value=float(values[row] or 0.0),
                error=errors[row],
                share_error=share_errors[row] / time,
                key=keys[row],
            )
            for row in known
        ]
    )


def pooled_error(parts: Iterable[Part], correlation: float) -> float:
    """Return the standard deviation of Σ share × error if all pairs of errors correlate equally.

    √((1 − ρ) Σ (sᵢ eᵢ)² + ρ (Σ sᵢ eᵢ)²) over distinct tasks; each error is a standard deviation.
    Copies of a task have one error, so their shares are added first.
    """
    weighted: dict[object, float] = {}
    for number, part in enumerate(parts):
        key = number if part.key is None else part.key
        weighted[key] = weighted.get(key, 0.0) + part.share * part.error
    independent = (1 - correlation) * math.fsum(part * part for part in weighted.values())
    return math.sqrt(independent + correlation * math.fsum(weighted.values()) ** 2)


def time_error(parts: Iterable[Part], value: float) -> float:
    """Return the standard deviation of Σ share × value that the errors of the shares cause.

    √Σ (eᵢ (vᵢ − V))², with eᵢ the error of a share and V the value of the occupation: time that a
    task gains is taken from all tasks.
    """
    return math.sqrt(math.fsum((part.share_error * (part.value - value)) ** 2 for part in parts))
