"""Scored tasks and occupations, their table, and the effect of other time shares."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from engine.records import rubric, serialize, what_if
from engine.records.estimates import ErrorModel, Estimate, FrozenMapping, Neighbour

if TYPE_CHECKING:
    import pandas as pd

FRAME_COLUMNS = ("Task", "Category", "AI Capability", "Risk Score", "Time %")
"""Columns of the table on an occupation page."""


class _Estimated:
    """Estimates by measure; risk and AI capability are two of them."""

    __slots__ = ()

    estimates: Mapping[str, Estimate]

    @property
    def risk(self) -> float:
        """Expected automation, in [0, 1]; of an occupation: Σ time share × risk of its tasks."""
        return self.estimates[rubric.RISK_MEASURE].value

    @property
    def risk_interval(self) -> tuple[float, float]:
        """Interval of the risk at the engine's confidence, in [0, 1]."""
        return self.estimates[rubric.RISK_MEASURE].interval

    @property
    def ai_capability(self) -> float:
        """Expected exposure, in [0, 1]; of an occupation: the time-weighted mean of its tasks."""
        return self.estimates[rubric.CAPABILITY_MEASURE].value

    @property
    def ai_capability_interval(self) -> tuple[float, float]:
        """Interval of the AI capability at the engine's confidence, in [0, 1]."""
        return self.estimates[rubric.CAPABILITY_MEASURE].interval

    @property
    def measures(self) -> Mapping[str, float]:
        """Measure -> estimated value in [0, 1], for every measure that the engine estimates."""
        return FrozenMapping({name: estimate.value for name, estimate in self.estimates.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRisk(_Estimated):
    """A scored task.

    Attributes:
        task: the sentence.
        estimates: measure -> ``Estimate``; always has ``automation`` (risk) and ``exposure`` (AI
            capability).
        ai_capability_level: the most likely exposure level: E0, E2 or E1.
        category: work-activity group.
        novelty: share of reference tasks that lie closer to the rest of the reference than this
            task does, in [0, 1]. 0.99 means farther away than 99% of them.
        out_of_scope: the text does not read like work, or lies too far from the reference for a
            well-supported score.
        neighbours: the nearest reference tasks, nearest first: the evidence. Never the task
            itself or a task of its own occupation.
        in_reference: the reference has this exact text.
        known_outcomes: measure -> outcome that the reference has for this exact text; empty if it
            has none. The estimates do not use it.
        time_share: share of working time, in [0, 1]; None outside an occupation.
        time_share_source: given, frequency, importance, similar_tasks or equal; None outside an
            occupation.
    """

    derived: ClassVar[tuple[str, ...]] = (
        "risk",
        "risk_interval",
        "ai_capability",
        "ai_capability_interval",
        "contribution",
    )

    task: str
    estimates: Mapping[str, Estimate]
    ai_capability_level: str
    category: str
    novelty: float
    out_of_scope: bool
    neighbours: tuple[Neighbour, ...]
    in_reference: bool = False
    known_outcomes: Mapping[str, float] = field(default_factory=dict)
    time_share: float | None = None
    time_share_source: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "estimates", FrozenMapping(self.estimates))
        object.__setattr__(self, "known_outcomes", FrozenMapping(self.known_outcomes))

    @property
    def contribution(self) -> float | None:
        """The task's part of the occupation's risk: time share × risk."""
        return None if self.time_share is None else self.time_share * self.risk


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupationRisk(_Estimated):
    """A scored occupation: its tasks and their time-weighted sums.

    Attributes:
        title, soc_code, job_zone, description: of the scored occupation.
        tasks: scored tasks in the order given; their time shares sum to 1.
        estimates: measure -> ``Estimate`` of Σ time share × measure.
        confidence: probability of the intervals, such as 0.9.
        reference: name of the reference corpus behind the numbers.
        errors: measure -> ``ErrorModel``, which ``what_if`` needs for its intervals.
    """

    derived: ClassVar[tuple[str, ...]] = (
        "risk",
        "risk_interval",
        "ai_capability",
        "ai_capability_interval",
        "high_risk_time_share",
        "out_of_scope_time_share",
        "tier",
    )
    internal: ClassVar[tuple[str, ...]] = ("errors",)

    title: str
    tasks: tuple[TaskRisk, ...]
    estimates: Mapping[str, Estimate]
    confidence: float
    reference: str
    soc_code: str | None = None
    job_zone: int | None = None
    description: str = ""
    errors: Mapping[str, ErrorModel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "estimates", FrozenMapping(self.estimates))
        object.__setattr__(self, "errors", FrozenMapping(self.errors))

    @property
    def high_risk_time_share(self) -> float:
        """Share of working time in high-risk tasks (``rubric.HIGH_RISK`` or more), in [0, 1]."""
        return math.fsum(
            task.time_share or 0.0 for task in self.tasks if task.risk >= rubric.HIGH_RISK
        )

    @property
    def out_of_scope_time_share(self) -> float:
        """Share of working time in tasks that are out of scope, in [0, 1]."""
        return math.fsum(task.time_share or 0.0 for task in self.tasks if task.out_of_scope)

    @property
    def tier(self) -> str:
        """Low, Moderate, High or Very high."""
        return rubric.tier(self.risk)

    @property
    def tasks_by_contribution(self) -> tuple[TaskRisk, ...]:
        """The tasks, the largest part of the occupation's risk first."""
        return tuple(sorted(self.tasks, key=lambda task: -(task.contribution or 0.0)))

    @property
    def time_by_category(self) -> dict[str, float]:
        """Work-activity group -> share of working time, the largest first; they sum to 1."""
        return time_by_category((task.category, task.time_share or 0.0) for task in self.tasks)

    def to_frame(self, *, by_contribution: bool = False) -> pd.DataFrame:
        """The table of an occupation page, one row per task.

        Columns: Task, Category, and AI Capability, Risk Score and Time % as percentages from 0 to
        100.
        """
        import pandas as pd

        tasks = self.tasks_by_contribution if by_contribution else self.tasks
        rows = [
            (
                task.task,
                task.category,
                100 * task.ai_capability,
                100 * task.risk,
                100 * (task.time_share or 0.0),
            )
            for task in tasks
        ]
        return pd.DataFrame(rows, columns=list(FRAME_COLUMNS))

    def to_json(self, *, by_contribution: bool = False) -> str:
        """The result as JSON, with the field names of the records and values in [0, 1]."""
        ordered = replace(self, tasks=self.tasks_by_contribution) if by_contribution else self
        return serialize.to_json(ordered)

    def what_if(self, time_shares: Mapping[str, float]) -> WhatIf:
        """The occupation with new time shares for some tasks.

        The other tasks divide the remaining time in proportion to what they had.

        Args:
            time_shares: text of a task -> its new time share, in [0, 1]; at most 1 in total, and
                exactly 1 if every task is named.

        Raises:
            InputError: if a task is not in the occupation, or the shares do not add up.
        """
        before = [task.time_share or 0.0 for task in self.tasks]
        after = what_if.reallocate([task.task for task in self.tasks], before, time_shares)
        changes = [
            ShareChange(
                task=task.task,
                before=old,
                after=new,
                contribution_change=(new - old) * task.risk,
            )
            for task, old, new in zip(self.tasks, before, after, strict=True)
        ]
        changed = replace(
            self,
            tasks=tuple(
                replace(task, time_share=share, time_share_source="given")
                for task, share in zip(self.tasks, after, strict=True)
            ),
            estimates={
                name: self.errors[name].weighted_mean(
                    after, [task.estimates[name] for task in self.tasks]
                )
                for name in self.estimates
            },
        )
        changes.sort(key=lambda change: -abs(change.contribution_change))
        return WhatIf(before=self, after=changed, changes=tuple(changes))

    def sensitivities(self) -> tuple[float, ...]:
        """∂risk/∂time share of each task; see ``engine.records.what_if.sensitivities``."""
        return what_if.sensitivities(
            [task.time_share or 0.0 for task in self.tasks], [task.risk for task in self.tasks]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareChange:
    """The effect of a task's new time share on the risk of its occupation.

    Attributes:
        task: the sentence.
        before, after: its time share, in [0, 1].
        contribution_change: (after − before) × the task's risk, in [-1, 1]; over all tasks they
            sum to the change in the occupation's risk.
    """

    task: str
    before: float
    after: float
    contribution_change: float


@dataclass(frozen=True, slots=True)
class WhatIf:
    """An occupation before and after its time is reallocated.

    Attributes:
        before, after: the scored occupation; the scores of its tasks do not change.
        changes: one per task, the one that moves the risk most first.
    """

    before: OccupationRisk
    after: OccupationRisk
    changes: tuple[ShareChange, ...]

    @property
    def risk_difference(self) -> float:
        """Risk after minus risk before, in [-1, 1]."""
        return self.after.risk - self.before.risk


def time_by_category(tasks: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Category -> total time share of (category, time share) pairs, the largest first."""
    totals: dict[str, float] = {}
    for category, share in tasks:
        totals[category] = totals.get(category, 0.0) + share
    return dict(sorted(totals.items(), key=lambda item: -item[1]))
