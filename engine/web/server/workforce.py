"""Routes for staff lists: the page with its form, and the JSON API. Nothing is stored."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, Response

from engine.display.wording import gettext
from engine.errors import EngineError, InputError
from engine.intake.roster import parse_roster
from engine.records.workforce import Weight
from engine.web.content.faults import PageError
from engine.web.content.site import Site
from engine.web.pages.links import ServerLinks
from engine.web.pages.workforce import workforce_form, workforce_report
from engine.web.server.answers import PROBLEMS, WorkforceAnswer
from engine.web.server.api_inputs import INPUT
from engine.web.server.errors import said, status_of
from engine.web.server.request_limits import MAX_BODY_BYTES
from engine.web.server.request_queue import RequestQueue
from engine.web.server.responses import JSON
from engine.workforce.scoring import WEIGHTS

_UNCACHED = {"cache-control": "no-store"}
_MAX_FIELDS, _MAX_FILES = 10, 2
_MAX_ROWS = 20_000

Value = str | float | list[str] | None


class StaffInput(BaseModel):
    """A staff list; as ``RiskEngine.score_workforce``. It is not stored or logged."""

    model_config = INPUT

    rows: Annotated[
        list[str | dict[str, Value]],
        Field(
            min_length=1,
            max_length=_MAX_ROWS,
            description="Job titles, or rows with the headers of a staff list as names.",
            examples=[[{"job title": "Registered Nurse", "department": "ICU", "headcount": 12}]],
        ),
    ]
    weight: Literal["headcount", "pay"] = "headcount"
    confirmed: Annotated[
        dict[str, str], Field(description="SOC codes of job titles that were confirmed.")
    ] = {}
    show_small: bool = False


def workforce_routes(site: Site, links: ServerLinks, scoring: RequestQueue) -> APIRouter:
    """Routes of the page and the API for staff lists."""
    router = APIRouter()
    reference = site.engine.corpus.name

    @router.get("/workforce", include_in_schema=False)
    @router.head("/workforce", include_in_schema=False)
    async def form() -> Response:
        html = workforce_form(links, reference, max_bytes=MAX_BODY_BYTES)
        return HTMLResponse(html, headers={"cache-control": "no-cache"})

    @router.post("/workforce", include_in_schema=False)
    async def report(request: Request) -> Response:
        async with request.form(max_files=_MAX_FILES, max_fields=_MAX_FIELDS) as sent:
            text = str(sent.get("text", ""))
            staff, name = await _upload(sent, "staff")
            confirmed, _ = await _upload(sent, "confirmed")
            weight, show_small = str(sent.get("weight", "headcount")), "show_small" in sent

        def page() -> tuple[str, int]:
            try:
                content = staff or text.encode()
                if not content.strip():
                    raise PageError(gettext("There is no list. Choose a file, or paste rows."))
                result = site.engine.score_workforce(
                    parse_roster(content, name or "The list"),
                    weight=_weight(weight),
                    confirmed=confirmed or None,
                    show_small=show_small,
                )
                return workforce_report(links, result), 200
            except EngineError as error:
                again = workforce_form(
                    links, reference, max_bytes=MAX_BODY_BYTES, text=text, fault=said(error)
                )
                return again, status_of(error)

        html, status = await scoring.process(page)
        return HTMLResponse(html, status, headers=_UNCACHED)

    @router.post("/api/workforce", tags=["api"], responses=PROBLEMS, response_model=WorkforceAnswer)
    async def workforce(staff: StaffInput) -> Response:
        """Score a staff list: risk by department and job, top tasks, titles without an occupation.

        Groups of fewer than five people are joined, unless show_small is true. Nothing that is sent
        is stored or logged.
        """

        def text() -> str:
            return site.engine.score_workforce(
                staff.rows,
                weight=staff.weight,
                confirmed=staff.confirmed,
                show_small=staff.show_small,
            ).to_json()

        content = await scoring.process(text)
        return Response(content, media_type=JSON, headers=_UNCACHED)

    return router


def _weight(value: str) -> Weight:
    for known in WEIGHTS:
        if value == known:
            return known
    raise InputError(f"weight is {value[:40]!r}; choose from: {', '.join(WEIGHTS)}")


async def _upload(sent: FormData, name: str) -> tuple[bytes, str]:
    """Return the content of an uploaded file and its name; nothing if none was chosen."""
    given: Any = sent.get(name)
    if not isinstance(given, UploadFile):
        return b"", ""
    return await given.read(), (given.filename or "")[:80]
