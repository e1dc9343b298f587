"""Jobs that users submit: scored, and compared with the catalog. Nothing of them is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.careers.own_occupation import OwnOccupation, as_start, find_own
from engine.records import serialize
from engine.records.inputs import Occupation
from engine.records.results import OccupationRisk
from engine.report.move_reasons import explain
from engine.risk_engine import RiskEngine
from engine.web.content.comparison import compared_record
from engine.web.content.time_form import with_time
from engine.web.store.documents import document
from engine.web.store.store import Record


@dataclass(frozen=True, kw_only=True)
class ScoredJob:
    """A job that a user submitted, scored.

    Attributes:
        record: in the form of a stored score.
        matches: similar careers with better prospects, without the job's own occupation.
        nearly: those that come next, and what they fail.
        own: the occupation that the job looks like; None if the catalog has none like it.
    """

    record: Record
    matches: list[Record]
    nearly: list[Record]
    own: OwnOccupation | None


class SubmittedJobs:
    """Score jobs that users submit.

    Args:
        engine: scores them.
    """

    def __init__(self, engine: RiskEngine) -> None:
        self._engine = engine

    def scored(self, job: Occupation) -> Record:
        """Score a job; return the form of a stored score."""
        return unstored(self._engine.score_occupation(job))

    def scored_with_careers(
        self, job: Occupation, typed: Sequence[float] | None = None, *, department: str = ""
    ) -> ScoredJob:
        """Score a job, and find what it looks like and similar careers.

        The careers start from the occupation that the job looks like: it is not among them, and
        their job zones and wages are compared with its own.

        Args:
            job: the job.
            typed: Time % of every task, as ``with_time``; None for the engine's time shares.
            department: of the job; "" if unknown.

        Raises:
            InputError: if the Time % is invalid.
        """
        engine = self._engine
        result = engine.score_occupation(job)
        if typed is not None:
            result = with_time(result, typed)
        own = find_own(engine, result, department)
        start = as_start(engine, result, own)
        found = explain(engine.similar_careers(start), own_job=True)
        return ScoredJob(
            record=unstored(result),
            matches=serialize.as_plain(found),
            nearly=serialize.as_plain(found.next),
            own=own,
        )

    def compared(self, job: Occupation, code: str) -> Record:
        """Compare a job with an occupation of the catalog; see ``compared_record``.

        Raises:
            UnknownOccupationError: if the catalog has no such code.
        """
        engine = self._engine
        other = engine.score_occupation(code)
        return compared_record(engine, engine.score_occupation(job), [other])


def unstored(result: OccupationRisk) -> Record:
    """Return a result in the form of a stored score that belongs to no scoring run."""
    return document(result) | {"run_id": None}
