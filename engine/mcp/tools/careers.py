"""Tools that look at other careers: similar ones, paths, comparisons."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine.careers.comparison import COMPARED
from engine.careers.filters import DEFAULT_MATCHES, MAX_EFFORT
from engine.careers.paths import MAX_STEPS
from engine.mcp import limits
from engine.mcp.arguments import (
    AnyJob,
    JobCode,
    JobTasks,
    JobTitle,
    ShortText,
    job,
)
from engine.mcp.filters import DEFAULT, FilterInput
from engine.mcp.results.careers import (
    TASKS,
    CareerMatch,
    CareerPath,
    CareerPaths,
    CommonTask,
    ComparedOccupation,
    Comparison,
    SimilarCareers,
)
from engine.mcp.results.scores import OccupationSummary, OwnOccupation
from engine.mcp.tools import jobs
from engine.report.move_reasons import explain, explain_paths
from engine.risk_engine import RiskEngine

_SHOWN = {TASKS: limits.TASKS_OF_MOVE}


def similar_careers(
    engine: RiskEngine,
    code: JobCode = None,
    title: JobTitle = None,
    tasks: JobTasks = None,
    k: Annotated[
        int, Field(ge=1, le=limits.MAX_CAREERS, description="Maximum number of matches.")
    ] = DEFAULT_MATCHES,
    diversity: Annotated[
        float,
        Field(ge=0, le=1, description="0 for the best matches, 1 for matches unlike each other."),
    ] = 0.0,
    filters: FilterInput = DEFAULT,
) -> SimilarCareers:
    """Find similar careers, by default those with better prospects, the best first.

    Give the job as for score_occupation. Each match says how its risk differs, how sure that is,
    what carries over, what is new, and its wage, outlook and preparation in the United States. An
    empty list is an answer: reason says what each filter removed, and next what comes close.
    """
    found = jobs.start(engine, code, title, tasks)
    matches = explain(
        engine.similar_careers(found.origin, k, diversity=diversity, **filters.model_dump()),
        own_job=found.own is not None,
    )
    return SimilarCareers(
        origin=OccupationSummary.of(found.scored),
        looks_like=OwnOccupation.if_any(found.own),
        matches=[CareerMatch.of(match, **_SHOWN) for match in matches],
        next=[CareerMatch.of(match, **_SHOWN) for match in matches.next],
        considered=matches.considered,
        reason=matches.reason,
    )


def career_paths(
    engine: RiskEngine,
    code: JobCode = None,
    title: JobTitle = None,
    tasks: JobTasks = None,
    target: Annotated[
        ShortText | None,
        Field(description="Code of the destination; null for any with better prospects."),
    ] = None,
    k: Annotated[
        int, Field(ge=1, le=limits.MAX_CAREERS, description="Maximum number of destinations.")
    ] = 5,
    max_steps: Annotated[
        int, Field(ge=1, le=MAX_STEPS, description="Maximum number of moves in a path.")
    ] = MAX_STEPS,
    max_risk: Annotated[
        float | None,
        Field(ge=0, le=1, description="Highest risk of a destination; null for any."),
    ] = None,
    max_effort: Annotated[
        float | None,
        Field(ge=0, description="Highest effort of a path without a target; null for any."),
    ] = MAX_EFFORT,
    filters: FilterInput = DEFAULT,
) -> CareerPaths:
    """Find paths of one to three feasible moves to better prospects, or to a target.

    Give the job as for score_occupation. Filters on preparation, wage and on what carries over
    apply to each move; the others compare the destination with the start, and not with a target.
    """
    found = jobs.start(engine, code, title, tasks)
    paths = engine.career_paths(
        found.origin,
        target,
        k,
        max_steps=max_steps,
        max_risk=max_risk,
        max_effort=max_effort,
        filters=filters.filters(),
    )
    explain_paths(paths, own_job=found.own is not None)
    return CareerPaths(
        origin=OccupationSummary.of(found.scored),
        looks_like=OwnOccupation.if_any(found.own),
        paths=[CareerPath.of(path, **_SHOWN) for path in paths],
        reason=paths.reason,
    )


def compare_occupations(
    engine: RiskEngine,
    occupations: Annotated[
        list[AnyJob],
        Field(
            min_length=COMPARED[0],
            max_length=COMPARED[1],
            description=f"{COMPARED[0]} to {COMPARED[1]} occupations: codes of the catalog, or "
            "objects with title and tasks.",
        ),
    ],
) -> Comparison:
    """Compare two to five occupations: risk, pay, outlook, use of time, common and distinct tasks.

    Wages and outlook are those of the United States, and null where nothing is published.
    """
    results = [
        jobs.score_code(engine, one)
        if isinstance(one, str)
        else engine.score_occupation(job(one.title, one.tasks))
        for one in occupations
    ]
    compared = engine.compare(results)
    return Comparison(
        occupations=[ComparedOccupation.of(one) for one in compared.occupations],
        common_tasks=[CommonTask.of(task) for task in compared.common_tasks],
        confidence=engine.confidence,
        reference=engine.corpus.name,
    )
