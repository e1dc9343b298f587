"""The shape of what each route of the API returns, errors included; see ``shapes``."""

from __future__ import annotations

from typing import Any

from pydantic import RootModel

from engine.careers.comparison import ComparedOccupation, Comparison
from engine.careers.match_parts import CareerMatch, CareerPath, Outlook
from engine.corpus.crosswalk import Link
from engine.records.estimates import Estimate
from engine.records.frontier import Frontier
from engine.records.inputs import Occupation
from engine.records.posting import Posting
from engine.records.results import OccupationRisk
from engine.records.task_risk import TaskRisk
from engine.records.workforce import ScoredStaff, WorkforceReport
from engine.scoring.linked import LinkedOccupation
from engine.web.content.run_monitor import Progress
from engine.web.content.site import PROSPECTS
from engine.web.server.shapes import columns_of, shape, shape_of, types_of
from engine.web.store import schema
from engine.web.store.changes import Change
from engine.web.store.documents import FIGURES
from engine.web.store.store import ScoringRun

_OUTLOOK = types_of(Outlook, PROSPECTS) | {"outlook_group": str}
_CATALOG = types_of(Occupation, ("title", "job_zone", "description")) | {"soc_code": str}

_Scenario = shape(
    "Scenario",
    **types_of(OccupationRisk, FIGURES),
    name=str,
    frontier=shape_of(Frontier),
    reached_time_share=float,
    tasks=list[shape("ScenarioTask", risk=float, reached=bool)],  # type: ignore[misc]
)
_StoredTask = shape("StoredTask", shape_of(TaskRisk, complete=True), lacks=["sources"])
StoredOccupation = shape(
    "ScoredOccupation",
    shape_of(OccupationRisk, complete=True),
    lacks=["tasks"],
    may_have=_OUTLOOK,
    tasks=list[_StoredTask],  # type: ignore[valid-type]
    scenarios=list[_Scenario],  # type: ignore[valid-type]
    run_id=int | None,
)
"""A scored occupation; without ``run_id``, of no scoring run."""

_Unscored = shape(
    "UnscoredOccupation",
    **_CATALOG,
    tasks=list[shape("UnscoredTask", task=str)],  # type: ignore[misc]
    run_id=None,
)
OccupationAnswer = RootModel[StoredOccupation | _Unscored]  # type: ignore[valid-type]

_ROW: dict[str, Any] = columns_of(schema.SUMMARY) | _CATALOG
_Row = shape("OccupationSummary", may_have=_OUTLOOK, **_ROW)
OccupationList = shape(
    "OccupationList",
    total=int,
    page=int,
    per_page=int,
    pages=int,
    occupations=list[_Row],  # type: ignore[valid-type]
)

_Match = shape_of(CareerMatch)
SimilarAnswer = shape(
    "SimilarCareers",
    soc_code=str,
    run_id=int | None,
    matches=list[_Match],  # type: ignore[valid-type]
    next=list[_Match],  # type: ignore[valid-type]
)

_Run = shape("Run", **types_of(ScoringRun, ("run_id", "reference", "confidence", "finished")))
RunsAnswer = shape(
    "Runs",
    progress=shape_of(Progress) | None,
    runs=list[_Run],  # type: ignore[valid-type]
)
ChangesAnswer = shape("Changes", run_id=int, changes=list[shape_of(Change)])  # type: ignore[misc]

_Link = shape("LinkedSummary", _Row, **types_of(Link, ("kind", "weight")))
LinkedAnswer = shape(
    "LinkedCode",
    **types_of(LinkedOccupation, ("code", "title", "group", "by_group", "missing")),
    **types_of(OccupationRisk, ("risk", "risk_interval", "ai_capability", "tier")),
    explanation=str,
    tasks=int,
    links=list[_Link],  # type: ignore[valid-type]
)

_Compared = shape(
    "ComparedOccupation",
    shape_of(ComparedOccupation),
    ai_capability_interval=tuple[float, float],
    barriers=dict[str, shape_of(Estimate)],  # type: ignore[misc]
)
ComparisonAnswer = shape(
    "Comparison",
    shape_of(Comparison),
    lacks=["occupations"],
    occupations=list[_Compared],  # type: ignore[valid-type]
    paths=list[shape_of(CareerPath) | None],  # type: ignore[misc]
    out_of_reach=list[str | None],
)

PostingAnswer = shape("Posting", shape_of(Posting), lacks=["text"])
WorkforceAnswer = shape(
    "Workforce",
    shape_of(WorkforceReport),
    may_have={"rows": list[shape_of(ScoredStaff)]},  # type: ignore[misc]
)


def _problem(description: str) -> dict[str, Any]:
    """OpenAPI description of an error response; see RFC 9457 and ``engine.web.server.errors``."""
    fields = {"type": "string", "title": "string", "status": "integer", "detail": "string"}
    schema = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in fields.items()},
        "required": list(fields),
    }
    content = {"application/problem+json": {"schema": schema}}
    return {"description": description, "content": content}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: _problem("The request is not valid HTTP, or its body cannot be read."),
    404: _problem("There is no such occupation or run."),
    408: _problem("The request did not arrive completely in time."),
    413: _problem("The request is too large."),
    422: _problem("Part of the request is invalid; the detail says what, and how to fix it."),
    429: _problem("The client has made too many requests; Retry-After says when to try again."),
    500: _problem("Something went wrong on the server."),
    503: _problem("The store or the engine is not available at the moment."),
}
