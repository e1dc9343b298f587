"""Give every job of a staff list its occupation: as given, as confirmed, by its tasks or title."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.errors import MAX_FAULTS_LISTED, InputError
from engine.intake.roster_rows import StaffRow
from engine.records.inputs import UNTITLED, Occupation
from engine.records.results import OccupationRisk
from engine.records.title_match import TitleCandidate, TitleMatch
from engine.records.workforce import RowSource
from engine.utils.text import text_key

JobKey = tuple[str, str, str, tuple[str, ...]]
"""Text keys of title and department, SOC code as given, and tasks: equal for equal jobs."""

NO_TITLE = "has no job title that can be read"
UNSURE = "the title does not say for sure which occupation it is"


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What an engine does for a staff list.

    Attributes:
        match: match titles, each with its department or None.
        find: the occupation of the catalog that a code stands for.
        score: score an occupation, or a code.
    """

    match: Callable[[Sequence[str], Sequence[str | None]], Sequence[TitleMatch]]
    find: Callable[[str], Occupation]
    score: Callable[[Occupation | str], OccupationRisk]


@dataclass(frozen=True, kw_only=True)
class Matched:
    """A job with its occupation.

    Attributes:
        title: as in the list.
        result: its scored occupation, or its scored tasks; None if it is not resolved.
        risk, can_help: of the result.
        unit: equal for jobs with the same result.
        soc_code, occupation: of the occupation; None if it is not resolved.
        source: where the occupation comes from; None if it is not resolved.
        probability: that it is right, in [0, 1]; if not resolved, of the best suggestion.
        alternatives: other occupations, the most probable first.
        reason: why it is not resolved.
        faults: what is wrong with its cells.
    """

    title: str
    result: OccupationRisk | None = None
    risk: float | None = None
    can_help: float | None = None
    unit: object = None
    soc_code: str | None = None
    occupation: str | None = None
    source: RowSource | None = None
    probability: float = 0.0
    alternatives: tuple[TitleCandidate, ...] = ()
    reason: str = ""
    faults: tuple[str, ...] = ()


def job_key(row: StaffRow) -> JobKey:
    """Return what rows of the same job have in common."""
    return (text_key(row.title), text_key(row.department), row.soc_code or "", row.tasks)


class Matcher:
    """Match the jobs of a staff list; each distinct job and each occupation only once.

    Args:
        tools: of the engine.
        confirmed: as ``confirmations.read_confirmed`` returns it.

    Raises:
        InputError: listing every confirmed code that is not in the catalog.
    """

    def __init__(self, tools: Tools, confirmed: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        self._tools = tools
        self._scored: dict[str, OccupationRisk] = {}
        self._can_help: dict[str, float] = {}
        self._confirmed: dict[tuple[str, str], str] = {}
        self._used: set[tuple[str, str]] = set()
        faults = []
        for key, (code, where) in confirmed.items():
            try:
                self._confirmed[key] = self._tools.find(code).soc_code or code
            except InputError as error:
                faults.append(f"{where}: {error}")
        if faults:
            raise InputError("\n  ".join(faults[:MAX_FAULTS_LISTED]))

    def match(self, jobs: Mapping[JobKey, StaffRow]) -> dict[JobKey, Matched]:
        """Map each distinct job, given with one of its rows, to its occupation."""
        found: dict[JobKey, Matched] = {}
        open_jobs: dict[JobKey, StaffRow] = {}
        for key, row in jobs.items():
            matched = self._by_code(row)
            if matched.source is None and row.title:
                open_jobs[key] = row
            found[key] = matched
        pairs: dict[tuple[str, str], StaffRow] = {}
        for key, row in open_jobs.items():
            pairs.setdefault(key[:2], row)
        if pairs:
            matches = self._tools.match(
                [row.title for row in pairs.values()],
                [row.department or None for row in pairs.values()],
            )
            by_pair = dict(zip(pairs, matches, strict=True))
            for key in open_jobs:
                found[key] = self._by_title(found[key], by_pair[key[:2]])
        return {key: self._by_tasks(found[key], row) for key, row in jobs.items()}

    @property
    def unused(self) -> int:
        """Number of confirmed titles that the list does not have."""
        return len(self._confirmed.keys() - self._used)

    def _by_code(self, row: StaffRow) -> Matched:
        """Return a job by its confirmed or given code; without a result if it has none."""
        pair = (text_key(row.title), text_key(row.department))
        plain = Matched(title=row.title, reason=NO_TITLE)
        for key in (pair, (pair[0], "")):
            if row.title and key in self._confirmed:
                self._used.add(key)
                return self._resolved(plain, self._confirmed[key], "confirmed", 1.0)
        if row.soc_code is None:
            return plain
        try:
            code = self._tools.find(row.soc_code).soc_code or row.soc_code
        except InputError as error:
            return replace(plain, faults=(f"{error}; the title was used instead",))
        return self._resolved(plain, code, "given", 1.0)

    def _by_title(self, job: Matched, match: TitleMatch) -> Matched:
        others = tuple(one for one in match.alternatives if one.soc_code != match.soc_code)
        if match.soc_code is None:
            return replace(job, probability=match.probability, alternatives=others, reason=UNSURE)
        return replace(
            self._resolved(job, match.soc_code, "title", match.probability), alternatives=others
        )

    def _resolved(self, job: Matched, code: str, source: RowSource, probability: float) -> Matched:
        if code not in self._scored:
            self._scored[code] = self._tools.score(code)
            self._can_help[code] = self._scored[code].can_help
        result = self._scored[code]
        return replace(
            job,
            result=result,
            risk=result.risk,
            can_help=self._can_help[code],
            unit=code,
            soc_code=code,
            occupation=result.title,
            source=source,
            probability=probability,
            reason="",
        )

    def _by_tasks(self, job: Matched, row: StaffRow) -> Matched:
        """Return a job scored by its own tasks, if it has any that can be scored."""
        if not row.tasks:
            return job
        try:
            own = Occupation(row.title or UNTITLED, list(row.tasks), soc_code=job.soc_code)
            result = self._tools.score(own)
        except InputError as error:
            fault = f"its tasks cannot be scored ({error}); its title was used"
            return replace(job, faults=(*job.faults, fault))
        return replace(
            job,
            result=result,
            risk=result.risk,
            can_help=result.can_help,
            unit=(text_key(row.title), row.tasks, job.soc_code),
            occupation=job.occupation or row.title or UNTITLED,
            source="tasks",
            probability=1.0,
            reason="",
        )
