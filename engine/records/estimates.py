"""Estimates with intervals, and reference tasks as evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.records.measures import Source


class FrozenMapping(Mapping[str, Any]):
    """An immutable mapping that can be hashed, copied and pickled."""

    __slots__ = ("_items",)

    @classmethod
    def of(cls, mapping: Mapping[str, Any]) -> FrozenMapping:
        """Return the mapping itself if it is one, or else a frozen copy."""
        return mapping if isinstance(mapping, cls) else cls(mapping)

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """An estimated measure with its source.

    Attributes:
        value: in [0, 1].
        interval: lower and upper end, in [0, 1], with low ≤ value ≤ high.
        source: title of the publication or corpus whose outcomes are estimated.
        rater: who judged or counted them; "" if unknown.
        date: when, as an ISO date of any precision; "" if unknown.
        license: license of the outcomes; "" if unknown.
    """

    value: float
    interval: tuple[float, float]
    source: str
    rater: str
    date: str
    license: str

    @classmethod
    def of(cls, estimate: Estimate, source: Source) -> Measured:
        """Join an estimate with the source of its measure."""
        return cls(
            value=estimate.value,
            interval=estimate.interval,
            source=source.title,
            rater=source.rater,
            date=source.date,
            license=source.license,
        )


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
        object.__setattr__(self, "outcomes", FrozenMapping.of(self.outcomes))
