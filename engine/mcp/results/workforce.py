"""A scored staff list: what may be shared of it."""

from __future__ import annotations

from typing import Annotated

from engine.mcp.results.base import Interval, Part, Result, first
from engine.mcp.results.occupations import TitleCandidate
from engine.records.workforce import MIN_SHOWN, WorkforceReport
from engine.report.workforce import NOT_ABOUT_PERSONS

GROUPS = "groups"
"""Name of the limit of groups, tasks and titles."""


class Group(Part):
    """People whose risk is combined; risks and shares in [0, 1]."""

    name: str
    """Of the department or occupation."""
    soc_code: str | None = None
    headcount: float
    """People with a score."""
    share: float
    """Part of the weighed workforce."""
    risk: float
    """Share of their working time that software could take over."""
    risk_interval: Interval
    tier: str
    """Low below .2, Moderate below .4, High below .6, Very high from there."""
    can_help: float
    """Share of their working time that AI can help with beyond that."""
    stays_human: float
    unsure_share: float
    """Share of their headcount whose occupation rests on an unsure title."""
    merged: int
    """Number of small groups that this one joins; 0 for a plain group."""


class TaskTime(Part):
    """A task of the workforce, over all occupations that have it."""

    task: str
    share: float
    """Its share of all working time, in [0, 1]."""
    can_take_over: float
    """Share of all working time in it that software could take over."""
    can_help: float
    """Share of all working time in it that AI can help with beyond that."""
    risk: float
    headcount: float
    occupations: list[str]


class UnresolvedTitle(Part):
    """A job title whose occupation is not certain enough to be counted."""

    title: str
    department: str
    headcount: float
    reason: str
    suggestions: list[TitleCandidate]
    """To confirm one, call again with confirmed: job title -> SOC code."""


class WorkforceScore(Result):
    """The risk of a workforce, by department and job."""

    persons: str = NOT_ABOUT_PERSONS
    """Say this to whoever reads the figures."""
    total: Group | None = None
    """Everyone with a score; null if no title names an occupation for sure."""
    by_department: Annotated[list[Group], first(GROUPS)]
    """The largest first; empty if the list has no departments."""
    departments: int
    """Number of all of them."""
    by_job: Annotated[list[Group], first(GROUPS)]
    """Occupations, the largest first."""
    jobs: int
    """Number of all of them."""
    top_tasks: Annotated[list[TaskTime], first(GROUPS)]
    """Tasks in which software could take over the most working time."""
    unresolved: Annotated[list[UnresolvedTitle], first(GROUPS)]
    """Titles without an occupation, those of most people first."""
    unresolved_titles: int
    """Number of all of them."""
    headcount: float
    """All people of the list."""
    unresolved_headcount: float
    """People without a score."""
    coverage: float
    """Share of the headcount that has a score, in [0, 1]."""
    resting_on_unsure: float
    """Share of the scored headcount whose occupation rests on an unsure title, in [0, 1]."""
    weight: str
    """What jobs are weighted by: headcount or pay."""
    faulty_rows: int
    """Rows with a fault."""
    decisions: list[str]
    """How the list was read, and what is left out. Tell the user."""
    confidence: float
    """Probability of the intervals."""
    reference: str
    """Name of the reference corpus behind the numbers."""

    @classmethod
    def of_report(cls, report: WorkforceReport, groups: int) -> WorkforceScore:
        """Return what may be shared of a workforce.

        Args:
            report: no group of it has fewer than ``MIN_SHOWN`` people, unless that was asked for.
            groups: number of groups, tasks and titles to show, of each.
        """
        counts = {
            "departments": len(report.by_department),
            "jobs": len(report.by_job),
            "unresolved_titles": len(report.unresolved) + report.hidden_titles,
        }
        names = [name for name in cls.model_fields if name not in {*counts, "note", "persons"}]
        taken = {name: getattr(report, name) for name in names}
        return cls.model_validate(taken | counts, context={GROUPS: groups})


SMALL = (
    f"Show groups of fewer than {MIN_SHOWN} people. Their figures are almost those of persons, so "
    "do not share them."
)
