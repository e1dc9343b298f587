"""The job that a call is about: an occupation of the catalog, or a title with tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.careers.own_occupation import OwnOccupation, as_start, find_own
from engine.corpus.catalogue import suggestions
from engine.errors import InputError, UnknownOccupationError
from engine.mcp.arguments import TaskInput, job
from engine.records.results import OccupationRisk
from engine.risk_engine import RiskEngine

_SUGGESTIONS = 5


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where career moves start.

    Attributes:
        scored: the job.
        origin: the job as the start; see ``as_start``.
        own: the occupation that a job given by its tasks looks like; None for others.
    """

    scored: OccupationRisk
    origin: OccupationRisk
    own: OwnOccupation | None = None


def score(
    engine: RiskEngine,
    code: str | None,
    title: str | None,
    tasks: Sequence[str | TaskInput] | None,
) -> OccupationRisk:
    """Score the job of a call.

    Args:
        engine: the engine.
        code: of an occupation; with tasks, only the occupation whose reference tasks are left out.
        title: with tasks, the title of the job; otherwise a title of the catalog.
        tasks: of the job.

    Raises:
        InputError: if there is none of them, or one is invalid.
        UnknownOccupationError: with suggestions.
    """
    if tasks:
        return engine.score_occupation(job(title, tasks, code))
    if code is not None:
        return score_code(engine, code)
    if title is not None:
        return engine.score_occupation(engine.titles.code(title))
    raise InputError("no occupation; give code, or title, or title and tasks")


def score_code(engine: RiskEngine, code: str) -> OccupationRisk:
    """Score an occupation of the catalog.

    Raises:
        InputError: if there is none with this code, with suggestions by code and title.
    """
    try:
        return engine.score_occupation(code)
    except UnknownOccupationError:  # it has suggestions
        raise
    except InputError as error:
        near = engine.titles.find(code, _SUGGESTIONS)
        raise InputError(f"{error}{suggestions(engine.corpus, near)}") from None


def start(
    engine: RiskEngine,
    code: str | None,
    title: str | None,
    tasks: Sequence[str | TaskInput] | None,
) -> Start:
    """Score the job of a call as the start of career moves; arguments and errors as ``score``."""
    scored = score(engine, code, title, tasks)
    if not tasks or code is not None:
        return Start(scored=scored, origin=scored)
    own = find_own(engine, scored)
    return Start(scored=scored, origin=as_start(engine, scored, own), own=own)
