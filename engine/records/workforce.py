"""A scored staff list: its groups, its tasks, the titles that are not resolved, and the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from engine.records import rubric
from engine.records.title_match import TitleCandidate

Weight = Literal["headcount", "pay"]

MIN_SHOWN = 5
"""Fewest people whose figures a shared report shows as a row of their own."""

SURE = 0.9
"""Lowest probability of the occupation of a title that does not count as unsure."""

RowSource = Literal["given", "confirmed", "title", "tasks"]
"""Where the occupation of a row comes from: the list's SOC code, a confirmation, its title, or its
own tasks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkforceGroup:
    """People whose risk is combined: of a department, of an occupation, or all of them.

    Attributes:
        name: of the department or occupation.
        soc_code: of the occupation; None for other groups, and for jobs scored by their own tasks.
        headcount: people with a score.
        share: part of the weighed workforce with a score, in [0, 1]; those of all groups sum to 1.
        risk: weighted mean of the risk of their jobs, in [0, 1]: what software can take over.
        risk_interval: its interval at the engine's confidence, in [0, 1].
        can_help: share of their working time that AI can help with beyond that, in [0, 1].
        unsure_share: share of their headcount whose occupation rests on an unsure title, in [0, 1].
        merged: number of small groups that this one joins; 0 for a plain group.
    """

    derived: ClassVar[tuple[str, ...]] = ("can_take_over", "stays_human", "tier")

    name: str
    headcount: float
    share: float
    risk: float
    risk_interval: tuple[float, float]
    can_help: float
    unsure_share: float
    soc_code: str | None = None
    merged: int = 0

    @property
    def can_take_over(self) -> float:
        """Share of working time that software can take over: the risk, in [0, 1]."""
        return self.risk

    @property
    def stays_human(self) -> float:
        """The rest of working time, in [0, 1]: with the two other parts, it makes 1."""
        return max(1.0 - self.risk - self.can_help, 0.0)

    @property
    def tier(self) -> str:
        """Low, Moderate, High or Very high."""
        return rubric.tier(self.risk)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTime:
    """A task of the workforce, over all occupations that have it.

    Attributes:
        task: the sentence.
        share: its share of all working time, in [0, 1].
        can_take_over: share of all working time in it that software can take over, in [0, share].
        can_help: share of all working time in it that AI can help with beyond that.
        headcount: people in occupations that have it.
        occupations: their titles, the one with the most time in it first.
    """

    derived: ClassVar[tuple[str, ...]] = ("risk",)

    task: str
    share: float
    can_take_over: float
    can_help: float
    headcount: float
    occupations: tuple[str, ...]

    @property
    def risk(self) -> float:
        """Risk of the task, in [0, 1]."""
        return self.can_take_over / self.share if self.share else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedTitle:
    """A job title, in one department, whose occupation is not certain enough to be counted.

    Attributes:
        title, department: as in the list; the department is "" if it gives none.
        headcount: people with this title there.
        lines: rows of the list.
        reason: why it has no occupation.
        suggestions: occupations that it may name, the most probable first.
    """

    title: str
    department: str
    headcount: float
    lines: tuple[int, ...]
    reason: str
    suggestions: tuple[TitleCandidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredStaff:
    """A row of a staff list with the score of its job.

    Attributes:
        line: row of the list.
        title, department, location: as in the list.
        headcount: number of people; 0 if the row counts nobody.
        pay: pay of one person a year; None if unknown.
        soc_code: of its occupation; None if that is not resolved, or for a job scored by its own
            tasks whose title is not resolved.
        occupation: title of its occupation.
        source: where the occupation comes from; None if it is not resolved.
        probability: that the occupation is right, in [0, 1]; if not resolved, of the best
            suggestion.
        alternatives: other occupations that the title may name, the most probable first.
        risk: of its job, in [0, 1]; None if not resolved.
        can_help: share of working time that AI can help with beyond it; None if not resolved.
        counted: whether the row is part of the workforce's risk.
        faults: what is wrong with the row, one sentence each.
    """

    line: int
    title: str
    department: str
    location: str
    headcount: float
    pay: float | None
    soc_code: str | None
    occupation: str | None
    source: RowSource | None
    probability: float
    alternatives: tuple[TitleCandidate, ...]
    risk: float | None
    can_help: float | None
    counted: bool
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkforceReport:
    """What is shared of a scored staff list: no row of fewer than five people, unless asked.

    Attributes:
        total: everyone with a score; None if no title is resolved.
        by_department: the largest first; empty if the list has no departments.
        by_job: occupations, the largest first.
        top_tasks: tasks of the jobs shown, those that could move the most time first.
        unresolved: titles without an occupation, the largest first.
        headcount: all people of the list.
        unresolved_headcount: people without a score.
        hidden_titles: number of titles without an occupation that are not shown.
        weight: what groups and totals are weighted by.
        confidence: probability of the intervals.
        reference: name of the reference corpus behind the numbers.
        faulty_rows: number of rows of the list with a fault.
        decisions: how the list was read, and what the report leaves out, for people.
        show_small: groups of fewer than five people are shown.
    """

    derived: ClassVar[tuple[str, ...]] = (
        *("risk", "risk_interval", "tier", "can_take_over", "can_help", "stays_human"),
        *("coverage", "resting_on_unsure"),
    )

    total: WorkforceGroup | None
    by_department: tuple[WorkforceGroup, ...]
    by_job: tuple[WorkforceGroup, ...]
    top_tasks: tuple[TaskTime, ...]
    unresolved: tuple[UnresolvedTitle, ...]
    headcount: float
    unresolved_headcount: float
    hidden_titles: int
    weight: Weight
    confidence: float
    reference: str
    faulty_rows: int
    decisions: tuple[str, ...]
    show_small: bool

    @property
    def risk(self) -> float | None:
        """Weighted mean of the risk of all jobs with a score, in [0, 1]; None if there is none."""
        return self.total.risk if self.total else None

    @property
    def risk_interval(self) -> tuple[float, float] | None:
        """Interval of the risk at the engine's confidence, in [0, 1]."""
        return self.total.risk_interval if self.total else None

    @property
    def can_take_over(self) -> float | None:
        """Share of working time that software can take over: the risk."""
        return self.risk

    @property
    def can_help(self) -> float | None:
        """Share of working time that AI can help with beyond that, in [0, 1]."""
        return self.total.can_help if self.total else None

    @property
    def stays_human(self) -> float | None:
        """The rest of working time, in [0, 1]: with the two other parts, it makes 1."""
        return self.total.stays_human if self.total else None

    @property
    def tier(self) -> str | None:
        """Low, Moderate, High or Very high."""
        return self.total.tier if self.total else None

    @property
    def resting_on_unsure(self) -> float:
        """Share of the scored headcount whose occupation rests on an unsure title, in [0, 1]."""
        return self.total.unsure_share if self.total else 0.0

    @property
    def coverage(self) -> float:
        """Share of the headcount that has a score, in [0, 1]."""
        return 1.0 - self.unresolved_headcount / self.headcount if self.headcount else 0.0
