"""Estimates with intervals, how errors pool, and reference tasks as evidence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


class FrozenMapping(Mapping[str, Any]):
    """An immutable mapping that can be hashed, copied and pickled."""

    __slots__ = ("_items",)

    def __init__(self, mapping: Mapping[str, Any]) -> None:
        self._items = dict(mapping)

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An estimated measure and its interval, all in [0, 1], with low ≤ value ≤ high.

    ``error`` is the expected size of the estimate's error, ≥ 0; it does not depend on the
    confidence of the interval.
    """

    internal: ClassVar[tuple[str, ...]] = ("error",)

    value: float
    low: float
    high: float
    error: float = 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end, in [0, 1]."""
        return (self.low, self.high)


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """How the errors of an occupation's tasks combine into the interval of the occupation.

    Attributes:
        correlation: correlation of the errors of two tasks of one occupation, in [0, 1].
        reach: half the width of the interval at the engine's confidence, in units of the pooled
            error; may be infinite. Score stores and pages know it by this name.
    """

    correlation: float
    reach: float

    def combine(
        self, shares: Sequence[float], values: Sequence[float], errors: Sequence[float]
    ) -> Estimate:
        """Estimate Σ share × value, clipped to [0, 1], with its interval.

        Args:
            shares: time shares that sum to 1, one per task.
            values: estimates in [0, 1], one per task.
            errors: expected errors of the estimates, ≥ 0, one per task.
        """
        total = math.fsum(share * value for share, value in zip(shares, values, strict=True))
        value = min(max(total, 0.0), 1.0)
        error = pooled_error(shares, errors, self.correlation)
        half = self.reach * error
        return Estimate(
            value=value, low=max(0.0, value - half), high=min(1.0, value + half), error=error
        )

    def weighted_mean(self, shares: Sequence[float], estimates: Sequence[Estimate]) -> Estimate:
        """Combine the estimates of tasks; see ``combine``."""
        return self.combine(
            shares,
            [estimate.value for estimate in estimates],
            [estimate.error for estimate in estimates],
        )


def pooled_error(shares: Iterable[float], errors: Iterable[float], correlation: float) -> float:
    """Return the standard deviation of Σ share × error if all pairs of errors correlate equally.

    √((1 − ρ) Σ (sᵢ eᵢ)² + ρ (Σ sᵢ eᵢ)²); each error is a standard deviation.
    """
    weighted = [share * error for share, error in zip(shares, errors, strict=True)]
    independent = (1 - correlation) * math.fsum(part * part for part in weighted)
    return math.sqrt(independent + correlation * math.fsum(weighted) ** 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A reference task shown as evidence.

    Attributes:
        text: the reference task.
        similarity: cosine similarity to the scored task, in [-1, 1].
        outcomes: measure -> known outcome in [0, 1]; unknown measures are absent.
        occupation: title of the occupation that has the task.
        soc_code: code of that occupation.
        task_id: ID of the task in its corpus.
    """

    text: str
    similarity: float
    outcomes: Mapping[str, float]
    occupation: str
    soc_code: str
    task_id: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "outcomes", FrozenMapping(self.outcomes))
