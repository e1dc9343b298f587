"""Score a staff list: match its jobs, and combine them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mode
from typing import Any, TypedDict

from engine.errors import InputError, abbreviate
from engine.intake.roster import Roster
from engine.intake.roster_rows import StaffRow
from engine.persistence.engine_parts import EngineParts
from engine.records.results import OccupationRisk
from engine.records.rubric import RISK_MEASURE
from engine.records.workforce import ScoredStaff, UnresolvedTitle, Weight
from engine.workforce.catalog import CatalogRisks, standard_error
from engine.workforce.confirmations import read_confirmed
from engine.workforce.matching import JobKey, Matched, Matcher, Tools, job_key
from engine.workforce.pooling import Job, Unit, Workforce, title_error
from engine.workforce.report_data import ReportInput, workforce_report
from engine.workforce.result import WorkforceRisk

WEIGHTS: tuple[Weight, ...] = ("headcount", "pay")
NO_DEPARTMENT = "No department"
"""Name of the people whose department the list does not give."""


class WorkforceOptions(TypedDict, total=False):
    """Options of ``score_workforce``.

    Attributes:
        weight: what jobs are weighted by: ``headcount``, the default, or ``pay``, which is
            headcount times the pay of one person a year.
        confirmed: occupations of titles that a user confirmed: the path of a file that
            ``WorkforceRisk.confirmations`` wrote, filled in, or a mapping of title, or of title and
            department, to SOC code.
        show_small: show groups of fewer than five people in what is shared.
    """

    weight: Weight
    confirmed: Any
    show_small: bool


def score_workforce(
    roster: Roster,
    tools: Tools,
    parts: EngineParts,
    *,
    weight: Weight = "headcount",
    confirmed: Any = None,
    show_small: bool = False,
) -> WorkforceRisk:
    """Score a staff list.

    Args:
        roster: the list.
        tools: what the engine does for it.
        parts: parts of the engine.
        weight, confirmed, show_small: see ``WorkforceOptions``.

    Raises:
        InputError: if the list counts nobody, has no pay to weight by, or a confirmation is
            invalid.
    """
    _check(roster, weight)
    confidence, catalog = parts.confidence, CatalogRisks.of(parts)
    matcher = Matcher(tools, read_confirmed(confirmed))
    keys = [job_key(row) for row in roster.rows]
    distinct: dict[JobKey, StaffRow] = {}
    for key, row in zip(keys, roster.rows, strict=True):
        distinct.setdefault(key, row)
    matched = matcher.match(distinct)
    departments = _department_names(keys, roster.rows)
    rows = tuple(
        _scored(row, matched[key], departments[key[1]], weight)
        for key, row in zip(keys, roster.rows, strict=True)
    )
    units, results, numbers = _units(matched, confidence)
    jobs = _jobs(keys, rows, matched, list(departments), numbers, catalog, weight)
    given = ReportInput(
        workforce=Workforce(units, jobs, catalog, confidence) if jobs else None,
        departments=list(departments.values()) if roster.has_departments else [],
        results=results,
        unresolved=_unresolved(keys, rows, matched),
        headcount=sum(row.headcount for row in rows),
        weight=weight,
        confidence=confidence,
        reference=parts.reference.corpus.name,
        faulty_rows=sum(bool(row.faults) for row in rows),
        decisions=[*roster.decisions, *_decisions(rows, weight, matcher.unused)],
    )
    full = workforce_report(given, show_small=True)
    shared = full if show_small else workforce_report(given, show_small=False)
    return WorkforceRisk(rows=rows, full=full, shared=shared)


def _check(roster: Roster, weight: str) -> None:
    """Check that there is something to weight by.

    Raises:
        InputError: if there is not.
    """
    if weight not in WEIGHTS:
        raise InputError(f"weight is {abbreviate(weight)}; choose from: {', '.join(WEIGHTS)}")
    if not any(row.headcount > 0 for row in roster.rows):
        faults = next((row for row in roster.rows if row.faults), None)
        why = f", such as row {faults.line}: {faults.faults[0]}" if faults else ""
        raise InputError(f"{roster.source} counts nobody{why}; correct the headcounts")
    if weight == "pay":
        if not any(row.pay and row.headcount > 0 for row in roster.rows):
            raise InputError(
                f"{roster.source} has no pay to weight by; add a column 'Pay', or weight by "
                "headcount"
            )
        if len(roster.currencies) > 1:
            raise InputError(
                f"{roster.source} has pay in several currencies "
                f"({', '.join(roster.currencies)}); convert it to one, or weight by headcount"
            )


def _department_names(keys: Sequence[JobKey], rows: Sequence[StaffRow]) -> dict[str, str]:
    """Map the text key of each department to its most common spelling."""
    spellings: dict[str, list[str]] = {}
    for (_, department, _, _), row in zip(keys, rows, strict=True):
        spellings.setdefault(department, []).append(row.department)
    return {key: mode(names) or NO_DEPARTMENT for key, names in spellings.items()}


def _weight(row: StaffRow | ScoredStaff, weight: str) -> float:
    return row.headcount * (row.pay or 0.0) if weight == "pay" else row.headcount


def _scored(row: StaffRow, job: Matched, department: str, weight: str) -> ScoredStaff:
    return ScoredStaff(
        line=row.line,
        title=row.title,
        department=department if row.department else "",
        location=row.location,
        headcount=row.headcount,
        pay=row.pay,
        soc_code=job.soc_code,
        occupation=job.occupation,
        source=job.source,
        probability=job.probability,
        alternatives=job.alternatives,
        risk=job.risk,
        can_help=job.can_help,
        counted=job.result is not None and _weight(row, weight) > 0,
        faults=(*row.faults, *job.faults),
    )


def _units(
    matched: Mapping[JobKey, Matched], confidence: float
) -> tuple[list[Unit], list[OccupationRisk], dict[object, int]]:
    """Return the distinct occupations and own jobs, their scores, and the number of each."""
    units: list[Unit] = []
    results: list[OccupationRisk] = []
    numbers: dict[object, int] = {}
    for job in matched.values():
        if job.result is None or job.unit in numbers:
            continue
        numbers[job.unit] = len(units)
        results.append(job.result)
        own = job.source == "tasks"
        units.append(
            Unit(
                name=(job.title or job.result.title) if own else job.result.title,
                code=job.soc_code or _nearest_group(job.result),
                soc_code=None if own else job.soc_code,
                risk=job.result.risk,
                can_help=job.can_help or 0.0,
                error=standard_error(job.result.estimates[RISK_MEASURE], confidence),
            )
        )
    return units, results, numbers


def _nearest_group(result: OccupationRisk) -> str:
    """Return the major group that most tasks of a job have their nearest evidence in."""
    groups = [task.neighbours[0].soc_code[:2] for task in result.tasks if task.neighbours]
    return mode(groups) if groups else ""


def _jobs(
    keys: Sequence[JobKey],
    rows: Sequence[ScoredStaff],
    matched: Mapping[JobKey, Matched],
    departments: Sequence[str],
    numbers: Mapping[object, int],
    catalog: CatalogRisks,
    weight: str,
) -> list[Job]:
    """Add up the rows of each job, and say how sure its occupation is."""
    people: dict[JobKey, list[float]] = {}
    for key, row in zip(keys, rows, strict=True):
        if row.counted:
            sums = people.setdefault(key, [0.0, 0.0])
            sums[0] += row.headcount
            sums[1] += _weight(row, weight)
    places = {key: number for number, key in enumerate(departments)}
    titles: dict[str, int] = {}
    jobs = []
    for key, (headcount, weighed) in people.items():
        job = matched[key]
        assert job.result is not None  # counted
        shift = spread = 0.0
        if job.source == "title":
            shift, spread = title_error(job.result.risk, job.probability, job.alternatives, catalog)
        jobs.append(
            Job(
                unit=numbers[job.unit],
                title=titles.setdefault(key[0], len(titles)),
                department=places[key[1]],
                headcount=headcount,
                weight=weighed,
                probability=job.probability,
                shift=shift,
                spread=spread,
            )
        )
    return jobs


def _unresolved(
    keys: Sequence[JobKey], rows: Sequence[ScoredStaff], matched: Mapping[JobKey, Matched]
) -> list[UnresolvedTitle]:
    """Return the titles of people without a score, those of most people first."""
    found: dict[tuple[str, str], list[ScoredStaff]] = {}
    reasons: dict[tuple[str, str], str] = {}
    for key, row in zip(keys, rows, strict=True):
        if row.risk is None and row.headcount > 0:
            found.setdefault(key[:2], []).append(row)
            reasons[key[:2]] = matched[key].reason
    titles = [
        UnresolvedTitle(
            title=own[0].title,
            department=own[0].department,
            headcount=sum(row.headcount for row in own),
            lines=tuple(row.line for row in own),
            reason=reasons[pair],
            suggestions=own[0].alternatives,
        )
        for pair, own in found.items()
    ]
    return sorted(titles, key=lambda one: (-one.headcount, one.lines[0]))


def _decisions(rows: Sequence[ScoredStaff], weight: str, unused: int) -> list[str]:
    said = []
    if weight == "pay":
        said.append("Jobs are weighted by headcount times the pay of one person a year.")
        without = sum(row.headcount for row in rows if row.risk is not None and not row.counted)
        if without:
            said.append(f"{without:,.0f} people without pay are not part of the weighted risk.")
    if unused:
        said.append(
            f"{unused:,} confirmed title{'s are' if unused > 1 else ' is'} not in the list."
        )
    return said
