"""Scored tasks and occupations, their table, and the effect of other time shares."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from engine.errors import InputError
from engine.records import rubric, serialize, what_if
from engine.records.estimates import Estimate, FrozenMapping
from engine.records.frontier import Frontier
from engine.records.measures import Source
from engine.records.occupation_views import OccupationViews
from engine.records.pooling import ErrorModel, combine_known
from engine.records.task_risk import TaskRisk
from engine.records.time_share import GIVEN, share_error
from engine.records.what_if import WITHIN, TaskChange
from engine.utils.text import text_key

MIN_RATED_TIME = 0.8
"""Share of working time that must be rated to state the rating of an occupation."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class OccupationRisk(OccupationViews):
    """A scored occupation: its tasks and their time-weighted sums.

    Attributes:
        title, soc_code, job_zone, description: of the scored occupation.
        tasks: scored tasks in the order given; their time shares sum to 1.
        estimates: measure -> ``Estimate`` of Σ time share × measure.
        confidence: probability of the intervals, such as 0.9.
        reference: name of the reference corpus behind the numbers.
        sources: measure -> where its outcomes come from.
        errors: measure -> ``ErrorModel``, which ``what_if`` needs for its intervals.
    """

    derived: ClassVar[tuple[str, ...]] = (
        "risk",
        "risk_interval",
        "ai_capability",
        "ai_capability_interval",
        "can_take_over",
        "can_help",
        "stays_human",
        "barriers",
        "known_outcomes",
        "high_risk_time_share",
        "out_of_scope_time_share",
        "unlike_reference_time_share",
        "tier",
        "rated_tier",
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
    sources: Mapping[str, Source] = field(default_factory=dict)
    errors: Mapping[str, ErrorModel] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "estimates", FrozenMapping(self.estimates))
        object.__setattr__(self, "sources", FrozenMapping(self.sources))
        object.__setattr__(self, "errors", FrozenMapping(self.errors))

    @property
    def can_take_over(self) -> float:
        """Share of working time that software can take over: the risk, in [0, 1]."""
        return self.risk

    @property
    def can_help(self) -> float:
        """Share of working time that AI can help with beyond what it can take over, in [0, 1]."""
        return math.fsum((task.time_share or 0.0) * task.can_help for task in self.tasks)

    @property
    def stays_human(self) -> float:
        """The rest of working time, in [0, 1]: with the two other parts, it makes 1."""
        return max(1.0 - self.can_take_over - self.can_help, 0.0)

    @property
    def known_outcomes(self) -> dict[str, float]:
        """Measure -> time-weighted mean of the known outcomes of the tasks, in [0, 1].

        A measure is absent if tasks that take more than a fifth of the time have no outcome.
        """
        known = {}
        for measure in dict.fromkeys(name for task in self.tasks for name in task.known_outcomes):
            rated = [
                (task.time_share or 0.0, task.known_outcomes[measure])
                for task in self.tasks
                if measure in task.known_outcomes
            ]
            time = math.fsum(share for share, _ in rated)
            if time >= MIN_RATED_TIME:
                mean = math.fsum(share * outcome for share, outcome in rated) / time
                known[measure] = min(mean, 1.0)
        return known

    @property
    def rated_tier(self) -> str | None:
        """Tier of the known ratings of risk; None if too few tasks are rated."""
        rated = self.known_outcomes.get(rubric.RISK_MEASURE)
        return None if rated is None else rubric.tier(rated)

    @property
    def high_risk_time_share(self) -> float:
        """Share of working time in high-risk tasks (``rubric.HIGH_RISK`` or more), in [0, 1]."""
        return math.fsum(
            task.time_share or 0.0 for task in self.tasks if task.risk >= rubric.HIGH_RISK
        )

    @property
    def out_of_scope_time_share(self) -> float:
        """Share of working time in texts that do not read like work, in [0, 1]."""
        return math.fsum(task.time_share or 0.0 for task in self.tasks if task.out_of_scope)

    @property
    def unlike_reference_time_share(self) -> float:
        """Share of working time in tasks unlike every reference task, in [0, 1]."""
        return math.fsum(task.time_share or 0.0 for task in self.tasks if task.unlike_reference)

    @property
    def time_by_category(self) -> dict[str, float]:
        """Work-activity group -> share of working time, the largest first; they sum to 1."""
        return time_by_category((task.category, task.time_share or 0.0) for task in self.tasks)

    def to_json(self, *, by_contribution: bool = False) -> str:
        """The result as JSON, with the field names of the records and values in [0, 1]."""
        ordered = replace(self, tasks=self.tasks_by_contribution) if by_contribution else self
        return serialize.to_json(ordered)

    def what_if(
        self,
        time_shares: Mapping[str, float] | None = None,
        *,
        frontier: Frontier | Mapping[str, float] | str | None = None,
    ) -> WhatIf:
        """The occupation with new time shares for some tasks, or if software reached further.

        Tasks without a new share divide the remaining time in proportion to what they had. In a
        scenario, the risk of a task is at least the probability that it lies within the frontier.

        Args:
            time_shares: text of a task -> its new time share, in [0, 1]; at most 1 in total, and
                exactly 1 if every task is named.
            frontier: what software handles: a ``Frontier``, a mapping of its fields, or the name of
                one of ``engine.records.frontier.STEPS``.

        Raises:
            InputError: if there is neither, a task is not in the occupation, the shares do not add
                up, the frontier is unknown, or the engine does not estimate barriers.
        """
        if time_shares is None and frontier is None:
            raise InputError("nothing to change; give time_shares, a frontier, or both")
        reach = None if frontier is None else Frontier.of(frontier)
        tasks = self.tasks if time_shares is None else self._reallocated(time_shares)
        if reach is not None:
            tasks = tuple(what_if.within(task, reach) for task in tasks)
        changes = [
            TaskChange(
                task=new.task,
                before=old.time_share or 0.0,
                after=new.time_share or 0.0,
                contribution_change=(new.contribution or 0.0) - (old.contribution or 0.0),
                reached=None if reach is None else reach.reaches(old.barriers) >= WITHIN,
            )
            for old, new in zip(self.tasks, tasks, strict=True)
        ]
        changes.sort(key=lambda change: -abs(change.contribution_change))
        estimates = combined(tasks, self.errors)
        after = replace(self, tasks=tasks, estimates=estimates)
        return WhatIf(before=self, after=after, changes=tuple(changes), frontier=reach)

    def _reallocated(self, time_shares: Mapping[str, float]) -> tuple[TaskRisk, ...]:
        before = [task.time_share or 0.0 for task in self.tasks]
        after = what_if.reallocate([task.task for task in self.tasks], before, time_shares)
        named = {text_key(text) for text in time_shares}
        return tuple(
            replace(
                task,
                time_share=share,
                time_share_source=GIVEN if text_key(task.task) in named else task.time_share_source,
            )
            for task, share in zip(self.tasks, after, strict=True)
        )

    def sensitivities(self) -> tuple[float, ...]:
        """∂risk/∂time share of each task; see ``engine.records.what_if.sensitivities``."""
        return what_if.sensitivities(
            [task.time_share or 0.0 for task in self.tasks], [task.risk for task in self.tasks]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """An occupation before and after its time is reallocated or software reaches further.

    Attributes:
        before, after: the scored occupation.
        changes: one per task, the one that moves the risk most first.
        frontier: what software handles in the scenario; None without a scenario.
    """

    before: OccupationRisk
    after: OccupationRisk
    changes: tuple[TaskChange, ...]
    frontier: Frontier | None = None

    @property
    def risk_difference(self) -> float:
        """Risk after minus risk before, in [-1, 1]."""
        return self.after.risk - self.before.risk

    @property
    def reached(self) -> tuple[str, ...]:
        """Tasks that lie within the frontier, the one that moves the risk most first."""
        return tuple(change.task for change in self.changes if change.reached)


def combined(tasks: Sequence[TaskRisk], errors: Mapping[str, ErrorModel]) -> dict[str, Estimate]:
    """Map each measure to Σ time share × measure over the tasks of an occupation.

    A measure that some tasks lack is the mean over the others; it is absent if these take less
    than half of the time.

    Args:
        tasks: with time shares that sum to 1.
        errors: how the errors of each measure combine.
    """
    shares = [task.time_share or 0.0 for task in tasks]
    share_errors = [share_error(task.time_share or 0.0, task.time_share_source) for task in tasks]
    keys = [text_key(task.task) for task in tasks]
    estimates = {}
    for measure, model in errors.items():
        found = [task.estimates.get(measure) for task in tasks]
        estimate = combine_known(
            model,
            shares=shares,
            values=[None if one is None else one.value for one in found],
            errors=[0.0 if one is None else one.error for one in found],
            share_errors=share_errors,
            keys=keys,
        )
        if estimate is not None:
            estimates[measure] = estimate
    return estimates


def time_by_category(tasks: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Category -> total time share of (category, time share) pairs, the largest first."""
    totals: dict[str, float] = {}
    for category, share in tasks:
        totals[category] = totals.get(category, 0.0) + share
    return dict(sorted(totals.items(), key=lambda item: -item[1]))
