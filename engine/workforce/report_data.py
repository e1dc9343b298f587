"""Group the jobs of a workforce by department and occupation, for its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.records.results import OccupationRisk
from engine.records.workforce import (
    MIN_SHOWN,
    UnresolvedTitle,
    Weight,
    WorkforceGroup,
    WorkforceReport,
)
from engine.workforce.disclosure import small_groups
from engine.workforce.pooling import Workforce
from engine.workforce.tasks import top_tasks

EVERYONE = "Everyone"


@dataclass(frozen=True, kw_only=True)
class ReportInput:
    """What a report is made of.

    Attributes:
        workforce: jobs with a score; None if no title is resolved.
        departments: names, by number; empty if the list has no departments.
        results: scored occupation of each unit of the workforce.
        unresolved: titles without an occupation, the largest first.
        headcount: all people of the list.
        weight: what jobs are weighted by.
        confidence: of the intervals, in (0, 1).
        reference: name of the reference corpus.
        faulty_rows: number of rows with a fault.
        decisions: how the list was read.
    """

    workforce: Workforce | None
    departments: Sequence[str]
    results: Sequence[OccupationRisk]
    unresolved: Sequence[UnresolvedTitle]
    headcount: float
    weight: Weight
    confidence: float
    reference: str
    faulty_rows: int
    decisions: Sequence[str]


def workforce_report(given: ReportInput, *, show_small: bool) -> WorkforceReport:
    """Return the report of a workforce.

    Args:
        given: what it is made of.
        show_small: show groups of fewer than five people; otherwise they are merged.
    """
    least = 0.0 if show_small else float(MIN_SHOWN)
    workforce = given.workforce
    total: WorkforceGroup | None = None
    by_department: list[WorkforceGroup] = []
    by_job: list[WorkforceGroup] = []
    tasks = []
    said = list(given.decisions)
    if workforce is not None:
        jobs = np.arange(len(workforce.unit))
        total = workforce.group(jobs, EVERYONE)
        if given.departments:
            names: list[tuple[str, str | None]] = [(name, None) for name in given.departments]
            by_department, _ = _groups(workforce, workforce.department, names, least, "departments")
        occupations = [(unit.name, unit.soc_code) for unit in workforce.units]
        by_job, shown = _groups(workforce, workforce.unit, occupations, least, "jobs")
        tasks = top_tasks(workforce, given.results, shown)
        said += [
            f"{group.merged} {what} of fewer than {MIN_SHOWN} people, or from which one of those "
            f"could be worked out, are joined as {group.name!r}."
            for what, groups in (("departments", by_department), ("jobs", by_job))
            for group in groups
            if group.merged
        ]
    unresolved = [one for one in given.unresolved if one.headcount >= least]
    return WorkforceReport(
        total=total,
        by_department=tuple(by_department),
        by_job=tuple(by_job),
        top_tasks=tuple(tasks),
        unresolved=tuple(unresolved),
        headcount=given.headcount,
        unresolved_headcount=sum(one.headcount for one in given.unresolved),
        hidden_titles=len(given.unresolved) - len(unresolved),
        weight=given.weight,
        confidence=given.confidence,
        reference=given.reference,
        faulty_rows=given.faulty_rows,
        decisions=tuple(said),
        show_small=show_small,
    )


def _groups(
    workforce: Workforce,
    labels: np.ndarray,
    names: Sequence[tuple[str, str | None]],
    least: float,
    what: str,
) -> tuple[list[WorkforceGroup], list[int]]:
    """Return the groups of the jobs, the largest first, and the labels that are shown.

    Args:
        labels: group of each job, shape (n_jobs,).
        names: name and SOC code of each group.
        least: fewest people of a group that is not merged with others.
        what: the groups in words.
    """
    present = np.unique(labels)
    rows = [np.flatnonzero(labels == label) for label in present]
    people = [float(workforce.headcount[jobs].sum()) for jobs in rows]
    merged = small_groups(people, least)
    shown = [place for place in range(len(present)) if place not in set(merged)]
    groups = [
        workforce.group(rows[place], names[present[place]][0], soc_code=names[present[place]][1])
        for place in shown
    ]
    groups.sort(key=lambda group: (-group.headcount, group.name))
    if merged:
        name = f"Other {what}" if shown else f"All {what}"
        together = np.concatenate([rows[place] for place in merged])
        groups.append(workforce.group(together, name, merged=len(merged)))
    return groups, [int(present[place]) for place in shown]
