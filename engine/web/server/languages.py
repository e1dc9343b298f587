"""The language of a request: by its address, such as /de/data, or else by ``Accept-Language``."""

from __future__ import annotations

import math
from urllib.parse import quote

from fastapi import APIRouter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.web.pages.languages import DEFAULT, LANGUAGES, Visit, visiting
from engine.web.pages.links import ServerLinks, has_language


def preferred(header: str) -> str:
    """Return the language of the pages that a reader prefers; the default if they have none of it.

    Args:
        header: ``Accept-Language`` (RFC 9110), such as "de-CH, fr;q=0.8"; "" if it is missing.
    """
    best, most = DEFAULT, 0.0
    for item in header.split(","):
        tag, _, parameter = item.partition(";")
        code = tag.strip().split("-")[0].lower()
        code = DEFAULT if code == "*" else code
        quality = _quality(parameter)
        if code in LANGUAGES and quality > most:
            best, most = code, quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if name.strip() == "q" and math.isfinite(quality) else 0.0


class Languages:
    """ASGI middleware that sets the language of a request, and takes it out of its path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        root = scope.get("root_path", "").rstrip("/")
        path = scope["path"]
        mounted = root if root and path.startswith(f"{root}/") else ""
        first, slash, rest = path.removeprefix(mounted).removeprefix("/").partition("/")
        rest = rest.lstrip("/")
        if first not in LANGUAGES:
            here = path.removeprefix(mounted).removeprefix("/")
            language = DEFAULT
            if has_language(here):
                language = preferred(Headers(scope=scope).get("accept-language", ""))
            await self._answer(scope, receive, send, Visit(language, "", _address(scope, here)))
            return
        if not slash or not has_language(rest):  # for ``language_routes``
            await self._answer(scope, receive, send, Visit(first, f"{first}/", ""))
            return
        inner = f"{mounted}/{rest}"
        visit = Visit(first, f"{first}/", _address(scope, rest))
        await self._answer(
            {**scope, "path": inner, "raw_path": quote(inner).encode()}, receive, send, visit
        )

    async def _answer(self, scope: Scope, receive: Receive, send: Send, visit: Visit) -> None:
        async def send_language(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("content-language", visit.language)
                if not visit.prefix:
                    headers.add_vary_header("Accept-Language")
            await send(message)

        depends = has_language((visit.here or "").partition("?")[0])
        with visiting(visit):
            await self._app(scope, receive, send_language if depends else send)


def language_routes(links: ServerLinks) -> APIRouter:
    """Redirect ``/de`` to ``/de/``, and files under it to the files, which are in no language."""
    router = APIRouter(include_in_schema=False)

    async def redirect(request: Request, path: str = "") -> Response:
        query = request.url.query
        return RedirectResponse(links(path.lstrip("/")) + (f"?{query}" if query else ""), 308)

    for code in LANGUAGES:
        for address in (f"/{code}", f"/{code}/{{path:path}}"):
            router.add_api_route(address, redirect, methods=["GET", "HEAD"])
    return router


def _address(scope: Scope, path: str) -> str:
    """Return path and query of a page; what is sent by a form has no query."""
    query = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query and scope["method"] != "POST" else path
