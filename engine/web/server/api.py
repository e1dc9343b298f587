"""The JSON API: the content of the pages, under the field names of the Python records."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from engine.careers.comparison import COMPARED
from engine.careers.filters import DEFAULT_FILTERS, DEFAULT_MATCHES, MoveFilters
from engine.careers.index import FEW
from engine.intake.postings import read_posting
from engine.records import codes, serialize
from engine.web import MAX_TYPED_CHARACTERS
from engine.web.content.career_filters import DEFAULT_GAP, ZoneGap, as_gap, nearly_passing, passing
from engine.web.content.site import Site
from engine.web.server import answers
from engine.web.server.api_inputs import Change, JobInput, PostingInput
from engine.web.server.request_queue import Queues, RequestQueue
from engine.web.server.responses import JSON, Content, compress, respond
from engine.web.store.changes import changes_since
from engine.web.store.store import Record

SocCode = Annotated[
    str,
    Field(
        description="SOC code, such as 29-1129.01. A code of ISCO-08, such as ISCO-3313, and the "
        "UUID of an occupation of ESCO work too if they stand for one occupation of the catalog.",
        examples=["29-1129.01"],
    ),
]


def api(site: Site, queues: Queues) -> APIRouter:
    """Routes under /api."""
    router = APIRouter(prefix="/api", tags=["api"], responses=answers.PROBLEMS)
    reading = queues.reading

    @router.get("/occupations", response_model=answers.OccupationList)
    async def occupations(
        request: Request,
        q: Annotated[
            str,
            Query(
                max_length=MAX_TYPED_CHARACTERS,
                description="Part of a title, or the beginning of a code.",
            ),
        ] = "",
        group: Annotated[
            str, Query(max_length=2, description="Major group: 29 of SOC, 3 of ISCO-08.")
        ] = "",
        sort: Literal["soc_code", "title", "risk", "ai_capability"] | None = None,
        descending: bool = False,
        page: Annotated[int, Query(ge=1, le=10_000)] = 1,
        per_page: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Response:
        """Occupations with their key figures, page by page; with q, the best matches first."""

        def found() -> Record:
            rows = site.overview()
            if q.strip():
                rows = site.found(rows, q, limit=1_000)
            rows = [row for row in rows if codes.number(row["soc_code"]).startswith(group)]
            rows = _sorted(rows, sort, descending=descending)
            first = (page - 1) * per_page
            return {
                "total": len(rows),
                "page": page,
                "per_page": per_page,
                "pages": max(1, -(-len(rows) // per_page)),
                "occupations": rows[first : first + per_page],
            }

        return await _reply(request, reading, found)

    @router.get("/occupations/{soc}", response_model=answers.OccupationAnswer)
    async def occupation(
        request: Request, soc: SocCode, run: Annotated[int | None, Query(ge=1)] = None
    ) -> Response:
        """An occupation with its tasks, scores and evidence; run_id is null if it has no score."""
        return await _reply(request, reading, lambda: site.occupation(soc, run))

    @router.get("/occupations/{soc}/similar", response_model=answers.SimilarAnswer)
    async def similar(
        request: Request,
        soc: SocCode,
        k: Annotated[int, Query(ge=1, le=50)] = DEFAULT_MATCHES,
        safer_only: Annotated[
            bool, Query(description="Only occupations of lower risk.")
        ] = DEFAULT_FILTERS.safer_only,
        max_job_zone_gap: Annotated[
            ZoneGap,
            Query(description="Only job zones at most this far away; 'any' for no limit."),
        ] = DEFAULT_GAP,
        max_education_gap: Annotated[
            float | None,
            Query(ge=0, le=10, description="Only education that differs by at most these years."),
        ] = DEFAULT_FILTERS.max_education_gap,
        min_wage_ratio: Annotated[
            float | None,
            Query(ge=0, le=10, description="Only wages at least this multiple of the current one."),
        ] = DEFAULT_FILTERS.min_wage_ratio,
        no_worse_outlook: Annotated[
            bool,
            Query(description="Not falling where this one is not, nor slower without better pay."),
        ] = DEFAULT_FILTERS.no_worse_outlook,
    ) -> Response:
        """Similar careers that pass the filters, the most similar first; next, what comes close.

        Where fewer than five pass, ``next`` has those that fail the fewest filters, and ``failed``
        names the filters.
        """
        filters = MoveFilters(
            safer_only=safer_only,
            max_job_zone_gap=as_gap(max_job_zone_gap),
            max_education_gap=max_education_gap,
            min_wage_ratio=min_wage_ratio,
            no_worse_outlook=no_worse_outlook,
        )

        def found() -> Record:
            record = site.occupation(soc)
            stored = site.matches(record)
            matches = passing(stored, filters)[:k]
            near = nearly_passing(stored, filters, max(0, min(k, FEW) - len(matches)))
            facts = {"soc_code": record["soc_code"], "run_id": record["run_id"]}
            return facts | {"matches": matches, "next": near}

        return await _reply(request, reading, found)

    _add_runs(router, site, reading)
    _add_scoring(router, site, queues.scoring)
    return router


def _add_runs(router: APIRouter, site: Site, reading: RequestQueue) -> None:
    """Routes of the scoring runs."""

    @router.get("/runs", response_model=answers.RunsAnswer)
    async def runs(request: Request) -> Response:
        """Complete scoring runs of this engine, the newest first; progress of the first run."""

        def found() -> Record:
            progress = site.monitor.progress()
            return {
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
            }

        return await _reply(request, reading, found)

    @router.get("/runs/{run_id}/changes", response_model=answers.ChangesAnswer)
    async def changes(request: Request, run_id: int) -> Response:
        """Occupations whose risk changed since this run, the largest change first."""

        def found() -> Record:
            return {
                "run_id": run_id,
                "changes": [
                    {
                        "soc_code": change.soc_code,
                        "title": change.title,
                        "before": change.before,
                        "after": change.after,
                    }
                    for change in changes_since(site.store, run_id, site.engine.fingerprint)
                ],
            }

        return await _reply(request, reading, found)


def _add_scoring(router: APIRouter, site: Site, scoring: RequestQueue) -> None:
    """Routes that score with the engine, a few requests at a time."""

    @router.get("/linked", response_model=answers.LinkedAnswer)
    async def linked(
        request: Request,
        code: Annotated[
            str,
            Query(
                max_length=MAX_TYPED_CHARACTERS,
                description="ISCO-08 unit group, such as ISCO-3313, or the URI of an occupation of "
                "ESCO.",
            ),
        ],
    ) -> Response:
        """What a code of ISCO-08 or ESCO stands for: occupations, weights, and their mix."""
        return await _reply(request, scoring, lambda: site.linked(code))

    @router.get("/compare", response_model=answers.ComparisonAnswer)
    async def compare(
        request: Request,
        soc: Annotated[list[str], Query(min_length=COMPARED[0], max_length=COMPARED[1])],
    ) -> Response:
        """Two to five occupations side by side: figures, shared and distinct tasks, and paths from
        the first to each of the others."""
        return await _reply(request, scoring, lambda: site.compared(soc))

    @router.post("/occupations/{soc}/what-if", response_model=answers.StoredOccupation)
    async def what_if(soc: SocCode, change: Change) -> Response:
        """The occupation at other time shares, or with software that reaches further: its new risk
        and interval, and what each task contributes."""
        record = await scoring.process(
            lambda: site.what_if(soc, change.time_shares, change.frontier)
        )
        return Response(json.dumps(record, ensure_ascii=False), media_type=JSON)

    @router.post("/score", response_model=answers.StoredOccupation)
    async def score(job: JobInput) -> Response:
        """Score a job. Nothing that is sent is stored or logged."""
        return _unstored(await scoring.process(lambda: site.submitted.scored(job.occupation())))

    @router.post("/posting", response_model=answers.PostingAnswer)
    async def posting(pasted: PostingInput) -> Response:
        """Read a pasted job: title, department, tasks with their share of time and place in the
        text, and every other line with the reason why it is no task. Nothing that is sent is stored
        or logged."""
        found = await scoring.process(lambda: read_posting(pasted.text))
        return _unstored(
            {
                "title": found.title,
                "department": found.department,
                "language": found.language,
                "tasks": serialize.as_plain(found.tasks),
                "left_out": serialize.as_plain(found.left_out),
            }
        )


def _sorted(rows: list[Record], sort: str | None, *, descending: bool) -> list[Record]:
    """Return rows by a field; those without it come last. None keeps their order."""
    if sort is None:
        return rows
    known = [row for row in rows if row[sort] is not None]
    unknown = [row for row in rows if row[sort] is None]
    return sorted(known, key=lambda row: row[sort], reverse=descending) + unknown


def _unstored(content: Any) -> Response:
    """Return what was made of what a client sent; nobody may keep it but the client."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return Response(text, media_type=JSON, headers={"cache-control": "no-store"})


async def _reply(request: Request, queue: RequestQueue, create: Callable[[], Any]) -> Response:
    """Send what ``create`` returns; the queue calls it, and writes it as JSON."""

    def written() -> Content:
        text = json.dumps(create(), ensure_ascii=False, allow_nan=False)
        return compress(text, JSON)

    return respond(request, await queue.process(written))
