"""The JSON API: the same content under the field names of the Python records."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from engine.records.inputs import MAX_TASKS, UNTITLED, Occupation, Task
from engine.web.content.site import Site
from engine.web.server.responses import JSON, answer, made
from engine.web.server.scoring_queue import ScoringQueue
from engine.web.store.pipeline import changes_since

Soc = Annotated[str, Field(description="SOC code, as 29-1129.01", examples=["29-1129.01"])]


def _problem(said: str) -> dict[str, Any]:
    """How an error answers, as RFC 9457 has it; see ``engine.web.problems``."""
    fields = {"type": "string", "title": "string", "status": "integer", "detail": "string"}
    schema = {
        "type": "object",
        "properties": {name: {"type": kind} for name, kind in fields.items()},
        "required": list(fields),
    }
    return {"description": said, "content": {"application/problem+json": {"schema": schema}}}


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: _problem("The request is not HTTP as it should be, or its body cannot be read."),
    404: _problem("There is no such occupation or run."),
    413: _problem("The request is too large."),
    422: _problem("Something in the request cannot be used; the detail says what, and the mend."),
    503: _problem("The store cannot be used just now."),
}


class TaskInput(BaseModel):
    """One sentence of work, with what is known of it; as ``engine.Task``."""

    model_config = ConfigDict(extra="forbid")

    task: str
    time_share: float | None = None
    frequency: float | None = None
    importance: float | None = None
    core: bool = True
    category: str | None = None


class JobInput(BaseModel):
    """A job to score; as ``engine.Occupation``. Nothing of it is stored or logged."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(UNTITLED, max_length=200)
    tasks: list[str | TaskInput] = Field(min_length=1, max_length=MAX_TASKS)
    soc_code: str | None = None
    job_zone: int | None = None
    description: str = Field("", max_length=5_000)

    def occupation(self) -> Occupation:
        """The record of it."""
        tasks = [
            task
            if isinstance(task, str)
            else Task(**{"text" if k == "task" else k: v for k, v in task.model_dump().items()})
            for task in self.tasks
        ]
        return Occupation(self.title, tasks, self.soc_code, self.job_zone, self.description)


class TimeShares(BaseModel):
    """New shares of time: text of a task -> its share, in [0, 1]; the others divide the rest."""

    model_config = ConfigDict(extra="forbid")

    time_shares: dict[str, float] = Field(min_length=1, max_length=MAX_TASKS)


def api(site: Site, scoring: ScoringQueue) -> APIRouter:
    """Routes below /api."""
    router = APIRouter(prefix="/api", tags=["api"], responses=PROBLEMS)

    @router.get("/occupations")
    def occupations(
        request: Request,
        q: Annotated[str, Query(max_length=200, description="Part of a title or code.")] = "",
        group: Annotated[str, Query(max_length=2, description="Major group, as 29.")] = "",
        sort: Literal["soc_code", "title", "risk", "ai_capability"] | None = None,
        descending: bool = False,
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
        per_page: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Response:
        """Occupations with their key figures, a page at a time; by likeness where q is given."""
        rows = site.overview()
        if q.strip():
            rows = site.found(rows, q, limit=1_000)
        rows = [row for row in rows if row["soc_code"].startswith(group)]
        if sort is not None:
            known = [row for row in rows if row[sort] is not None]
            unknown = [row for row in rows if row[sort] is None]
            rows = sorted(known, key=lambda row: row[sort], reverse=descending) + unknown
        first = (page - 1) * per_page
        pages = max(1, -(-len(rows) // per_page))
        return _reply(
            request,
            {
                "total": len(rows),
                "page": page,
                "per_page": per_page,
                "pages": pages,
                "occupations": rows[first : first + per_page],
            },
        )

    @router.get("/occupations/{soc}")
    def occupation(
        request: Request, soc: Soc, run: Annotated[int | None, Query(ge=1)] = None
    ) -> Response:
        """An occupation with its tasks, scores and evidence; run_id is null if not yet scored."""
        return _reply(request, site.occupation(soc, run))

    @router.get("/occupations/{soc}/similar")
    def similar(
        request: Request,
        soc: Soc,
        k: Annotated[int, Query(ge=1, le=50)] = 10,
        safer_only: bool = True,
        max_job_zone_gap: Annotated[int | None, Query(ge=0, le=4)] = None,
        min_wage_ratio: Annotated[float | None, Query(ge=0, le=10)] = None,
    ) -> Response:
        """Similar careers that pass the filters, most similar first."""
        record = site.occupation(soc)
        matches = (
            site.similar(
                record,
                safer_only=safer_only,
                max_job_zone_gap=max_job_zone_gap,
                min_wage_ratio=min_wage_ratio,
                limit=k,
            )
            if record["run_id"] is not None
            else []
        )
        return _reply(
            request,
            {"soc_code": record["soc_code"], "run_id": record["run_id"], "matches": matches},
        )

    @router.get("/runs")
    def runs(request: Request) -> Response:
        """Complete scoring runs of this engine, the newest first; progress of a first one."""
        progress = site.progress()
        return _reply(
            request,
            {
                "progress": progress and asdict(progress),
                "runs": [
                    {
                        "run_id": run.run_id,
                        "reference": run.reference,
                        "confidence": run.confidence,
                        "finished": run.finished,
                    }
                    for run in site.runs()
                ],
            },
        )

    @router.get("/runs/{run_id}/changes")
    def changes(request: Request, run_id: int) -> Response:
        """What is shown now against what this run had: occupations that differ, most first."""
        found = changes_since(site.store, run_id, site.engine.fingerprint)
        return _reply(
            request,
            {
                "run_id": run_id,
                "changes": [
                    {
                        "soc_code": change.soc_code,
                        "title": change.title,
                        "before": change.before,
                        "after": change.after,
                    }
                    for change in found
                ],
            },
        )

    _add_scoring(router, site, scoring)
    return router


def _add_scoring(router: APIRouter, site: Site, scoring: ScoringQueue) -> None:
    """What needs the engine, not the store: a few at a time."""

    @router.get("/compare")
    async def compare(
        request: Request, soc: Annotated[list[str], Query(min_length=2, max_length=5)]
    ) -> Response:
        """Two to five occupations side by side: their figures, the tasks they share or not, and
        the path of moves from the first to each of the others."""
        found = await scoring.run(lambda: site.compared(soc))
        return _reply(request, found)

    @router.post("/occupations/{soc}/what-if")
    async def what_if(soc: Soc, change: TimeShares) -> Response:
        """The occupation with its time shared out anew: risk and interval again."""
        record = await scoring.run(lambda: site.what_if(soc, change.time_shares))
        return Response(json.dumps(record, ensure_ascii=False), media_type=JSON)

    @router.post("/score")
    async def score(job: JobInput) -> Response:
        """Score a job of your own. Nothing of it is stored or logged."""
        record = await scoring.run(lambda: site.scored(job.occupation()))
        response = Response(json.dumps(record, ensure_ascii=False), media_type=JSON)
        response.headers["cache-control"] = "no-store"
        return response


def _reply(request: Request, content: Any) -> Response:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return answer(request, made(text, JSON))
