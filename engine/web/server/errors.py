"""Errors as answers: a page for people, problem+json (RFC 9457) below /api; never a stack trace."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from engine.errors import (
    EngineError,
    InputError,
    StoreError,
    UnknownOccupationError,
    UnknownRunError,
)
from engine.web.pages.rendering import ServerLinks, render

_SAID_SHOWN = 600


def problem(request: Request, status: int, detail: str) -> Response:
    """The answer to a request that failed."""
    title = HTTPStatus(status).phrase
    if request.url.path.startswith(f"{request.scope.get('root_path', '')}/api"):
        content = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return JSONResponse(content, status, media_type="application/problem+json")
    page = render(
        "error.html",
        ServerLinks(request.scope.get("root_path", "")),
        status=status,
        title=title,
        detail=detail,
    )
    return HTMLResponse(page, status)


def status_of(error: EngineError) -> int:
    """HTTP status that fits an error of the engine."""
    if isinstance(error, (UnknownOccupationError, UnknownRunError)):
        return 404
    if isinstance(error, InputError):
        return 422
    return 503 if isinstance(error, StoreError) else 500


def add_handlers(app: FastAPI) -> None:
    """Let the errors that are foreseen become clear answers; the guard has the others."""

    @app.exception_handler(EngineError)
    def _engine_error(request: Request, error: EngineError) -> Response:
        return problem(request, status_of(error), str(error)[:_SAID_SHOWN])

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        faults = [
            f"{' '.join(map(str, fault['loc'][1:])) or 'body'}: {fault['msg']}"
            for fault in error.errors()
        ]
        return problem(request, 422, "; ".join(faults)[:_SAID_SHOWN])

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        said = "There is no such page." if error.status_code == 404 else str(error.detail)
        answer = problem(request, error.status_code, said)
        answer.headers.update(error.headers or {})
        return answer
