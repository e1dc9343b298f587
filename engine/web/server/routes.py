"""Routes of the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from engine.errors import InputError, UnknownOccupationError
from engine.records.esco import esco_uri, parse_esco
from engine.records.inputs import MAX_TASKS
from engine.records.isco import parse_isco
from engine.scoring.linked import is_linked_code
from engine.web import MAX_TYPED_CHARACTERS
from engine.web.content import downloads
from engine.web.content.career_filters import (
    DEFAULT_WAGE,
    DEFAULT_ZONES,
    CareerChoices,
    WageChoice,
    ZoneChoice,
)
from engine.web.content.site import Site
from engine.web.content.time_form import typed_shares
from engine.web.pages import share_image, sharing, views
from engine.web.pages.links import ServerLinks
from engine.web.server.page_cache import PageCache
from engine.web.server.request_queue import Queues
from engine.web.server.responses import CSV, JSON, PNG

_UNCACHED = {"cache-control": "no-store"}
_MAX_FORM_FIELDS = MAX_TASKS + 10

RunId = Annotated[int | None, Query(ge=1, description="Run to show; else the newest.")]
SocCodes = Annotated[list[str] | None, Query(max_length=10)]
SearchText = Annotated[str, Query(max_length=MAX_TYPED_CHARACTERS)]


class _Pages:
    """Handlers of the pages."""

    def __init__(self, site: Site, links: ServerLinks, queues: Queues, cache: PageCache) -> None:
        self._site = site
        self._links = links
        self._scoring = queues.scoring
        self._reading = queues.reading
        self._cached = cache.respond

    async def home(self, request: Request, q: SearchText = "") -> Response:
        query = q.strip()
        return await self._cached(
            request, lambda: views.home(self._site, self._links, query), query
        )

    async def group(self, request: Request, code: str) -> Response:
        return await self._cached(request, lambda: views.group(self._site, self._links, code), code)

    async def as_json(self, request: Request, soc: str, run: RunId = None) -> Response:
        def text() -> str:
            record = self._site.occupation(soc, run)
            return downloads.occupation_json(record, self._site.matches(record))

        name = f"{_file_name(soc)}.json"
        return await self._cached(request, text, soc, run, media_type=JSON, file_name=name)

    async def as_csv(self, request: Request, soc: str, run: RunId = None) -> Response:
        def text() -> str:
            record = self._site.occupation(soc, run)
            if record["run_id"] is None:
                raise InputError(
                    f"{soc} has no scores to download; they will be available after the scoring "
                    "pipeline runs"
                )
            return downloads.tasks_csv(record)

        name = f"{_file_name(soc)}.csv"
        return await self._cached(request, text, soc, run, media_type=CSV, file_name=name)

    async def occupation(
        self,
        request: Request,
        soc: str,
        run: RunId = None,
        filtered: bool = False,
        safer: bool = False,
        zones: ZoneChoice = DEFAULT_ZONES,
        wage: WageChoice = DEFAULT_WAGE,
        outlook: bool = False,
    ) -> Response:
        try:
            code = self._site.code(soc)
        except UnknownOccupationError:
            raise
        except InputError:  # no code, so probably a title
            text = quote(soc[:MAX_TYPED_CHARACTERS])
            return RedirectResponse(f"{self._links('')}?q={text}", 303)
        if code != soc:  # a superseded code, or one without its ending; links differ by engine
            status = 307 if is_linked_code(soc) else 308
            return RedirectResponse(self._links(f"occupations/{code}"), status)
        # Browsers do not send an unchecked box. So a missing one means "unchecked" only if the form
        # was sent, which ``filtered`` indicates.
        choices = CareerChoices(zones=zones, wage=wage)
        if filtered:
            choices = replace(choices, safer_only=safer, outlook=outlook)

        def page() -> str:
            record = self._site.occupation(code, run)
            matches = self._site.matches(record)
            return views.occupation(
                self._site, self._links, record, matches, choices, pinned=run is not None
            )

        return await self._cached(request, page, code, run, choices)

    async def card(self, request: Request, soc: str) -> Response:
        """The card of an occupation, which other sites show in a frame."""

        def page() -> str:
            return sharing.card(self._links, self._site.occupation(soc))

        return await self._cached(request, page, soc)

    async def share_image(self, request: Request, soc: str) -> Response:
        return await self._cached(
            request, lambda: share_image.draw(self._site.occupation(soc)), soc, media_type=PNG
        )

    async def at_shares(self, request: Request, soc: str) -> Response:
        """The page of an occupation with the reader's Time %, for readers without JavaScript."""
        form = await request.form(max_fields=_MAX_FORM_FIELDS)

        def page() -> str:
            tasks = self._site.engine.find(self._site.code(soc)).tasks
            record = self._site.at_shares(soc, typed_shares(form, len(tasks)))
            order = self._site.task_order(record["soc_code"])
            return views.at_shares(self._links, record, order)

        html = await self._scoring.process(page)
        return HTMLResponse(html, headers=_UNCACHED)

    async def isco(self, request: Request, digits: str) -> Response:
        return await self._linked(request, parse_isco(digits))

    async def esco(self, request: Request, uuid: str) -> Response:
        return await self._linked(request, esco_uri(parse_esco(uuid)))

    async def _linked(self, request: Request, code: str) -> Response:
        """The page of the one occupation that a code stands for, or a page of the several."""
        found = await self._reading.process(lambda: self._site.engine.linked(code))
        if len(found.links) == 1:
            return RedirectResponse(self._links(f"occupations/{found.links[0].soc_code}"))
        return await self._cached(
            request,
            lambda: views.linked(self._site, self._links, code),
            code,
            queue=self._scoring,
        )

    async def compare(self, request: Request, soc: SocCodes = None, q: SearchText = "") -> Response:
        codes = [part for code in soc or [] for part in code.split(",") if part.strip()]
        query = q.strip()

        def page() -> str:
            return views.compare(self._site, self._links, codes, query)

        queue = self._scoring if codes else self._reading
        return await self._cached(request, page, tuple(codes), query, queue=queue)

    async def methodology(self, request: Request) -> Response:
        return await self._cached(request, lambda: views.methodology(self._site, self._links))

    async def numbers(self, request: Request) -> Response:
        return await self._cached(request, lambda: views.numbers(self._site, self._links))

    async def quality(self, request: Request) -> Response:
        return await self._cached(request, lambda: views.quality(self._site, self._links))

    async def data(self, request: Request) -> Response:
        return await self._cached(request, lambda: views.data(self._site, self._links))

    async def summary(self, request: Request) -> Response:
        return await self._cached(
            request,
            lambda: downloads.summary_csv(self._site.overview()),
            media_type=CSV,
            file_name="occupations.csv",
        )

    async def api_guide(self, request: Request) -> Response:
        return await self._cached(
            request, lambda: views.api_guide(self._site, self._links, request.app.openapi())
        )


def pages(site: Site, links: ServerLinks, queues: Queues, cache: PageCache) -> APIRouter:
    """Routes of the pages."""
    router = APIRouter(include_in_schema=False)
    handlers = _Pages(site, links, queues, cache)
    routes: list[tuple[str, str, Callable[..., Any]]] = [
        ("GET", "/", handlers.home),
        ("GET", "/groups/{code}", handlers.group),
        ("GET", "/occupations/{soc}.json", handlers.as_json),
        ("GET", "/occupations/{soc}.csv", handlers.as_csv),
        ("GET", "/occupations/{soc}", handlers.occupation),
        ("POST", "/occupations/{soc}", handlers.at_shares),
        ("GET", "/embed/{soc}.html", handlers.card),
        ("GET", "/embed/{soc}", handlers.card),
        ("GET", "/og/{soc}.png", handlers.share_image),
        ("GET", "/isco/{digits}", handlers.isco),
        ("GET", "/esco/{uuid}", handlers.esco),
        ("GET", "/compare", handlers.compare),
        ("GET", "/numbers", handlers.numbers),
        ("GET", "/quality", handlers.quality),
        ("GET", "/methodology", handlers.methodology),
        ("GET", "/data", handlers.data),
        ("GET", "/data/occupations.csv", handlers.summary),
        ("GET", "/api", handlers.api_guide),
    ]
    for method, path, handler in routes:
        methods = ["GET", "HEAD"] if method == "GET" else [method]
        router.add_api_route(path, handler, methods=methods)
    return router


def _file_name(soc: str) -> str:
    """A code from an address as the name of a file."""
    return "".join(character for character in soc if character in "0123456789-.ISCO")[:20]
