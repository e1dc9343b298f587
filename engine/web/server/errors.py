"""Turn errors into responses: a page for people, problem+json (RFC 9457) under /api."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from engine.display.wording import gettext, marked
from engine.errors import (
    EngineError,
    InputError,
    StoreError,
    UnknownOccupationError,
    UnknownRunError,
)
from engine.web.content.faults import PageError
from engine.web.pages.links import ServerLinks
from engine.web.pages.rendering import in_english, render

_MAX_DETAIL_CHARACTERS = 600

_TITLES = (
    *(marked("Bad Request"), marked("Not Found"), marked("Method Not Allowed")),
    *(marked("Request Timeout"), marked("Too Many Requests"), marked("Internal Server Error")),
    *(marked("Service Unavailable"), marked("Unprocessable Content")),
    *(marked("Unprocessable Entity"), marked("Content Too Large")),
    marked("Request Entity Too Large"),
)
"""Titles of pages of errors, which depend on the version of Python."""


def problem(
    request: Request,
    status: int,
    detail: str,
    near: Sequence[tuple[str, str]] = (),
    *,
    translated: bool = False,
) -> Response:
    """The response to a request that failed.

    Args:
        detail: why, and what to do.
        near: SOC code and title of each occupation that may be meant instead.
        translated: the detail is in the language of the visit, not in English.
    """
    title = HTTPStatus(status).phrase
    root_path = request.scope.get("root_path", "")
    if request.url.path.startswith(f"{root_path}/api"):
        content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return JSONResponse(content, status, media_type="application/problem+json")
    page = render(
        "error.html",
        ServerLinks(root_path),
        reference=getattr(request.app.state, "reference", None),
        status=status,
        title=title,
        detail=detail if translated else in_english(detail),
        near=near,
    )
    return HTMLResponse(page, status)


def status_of(error: EngineError) -> int:
    """The HTTP status for an error of the engine."""
    if isinstance(error, (UnknownOccupationError, UnknownRunError)):
        return 404
    if isinstance(error, InputError):
        return 422
    return 503 if isinstance(error, StoreError) else 500


def said(error: EngineError) -> str:
    """Return the message of an error for a page; most are in English alone."""
    return str(error) if isinstance(error, PageError) else in_english(str(error))


def add_handlers(app: FastAPI) -> None:
    """Turn foreseen errors into responses; ``request_limits.Guard`` handles all others."""

    @app.exception_handler(EngineError)
    def _engine_error(request: Request, error: EngineError) -> Response:
        near = error.near if isinstance(error, UnknownOccupationError) else ()
        detail = str(error)[:_MAX_DETAIL_CHARACTERS]
        translated = isinstance(error, PageError)
        return problem(request, status_of(error), detail, near, translated=translated)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        faults = [
            f"{' '.join(map(str, fault['loc'][1:])) or 'body'}: {fault['msg']}"
            for fault in error.errors()
        ]
        return problem(request, 422, "; ".join(faults)[:_MAX_DETAIL_CHARACTERS])

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        missing = error.status_code == 404
        detail = gettext("This page does not exist.") if missing else str(error.detail)
        response = problem(request, error.status_code, detail, translated=missing)
        response.headers.update(error.headers or {})
        return response
