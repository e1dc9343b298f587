"""The pages of the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from engine.errors import EngineError, InputError
from engine.records.inputs import MAX_TASKS, UNTITLED, Occupation
from engine.web.content import downloads
from engine.web.content.job_splitter import split_job
from engine.web.content.site import Site
from engine.web.content.time_form import typed_shares, with_shares
from engine.web.pages import views
from engine.web.pages.rendering import ServerLinks
from engine.web.pages.views import CareerFilters
from engine.web.server import responses
from engine.web.server.errors import status_of
from engine.web.server.responses import CSV, HTML, JSON, Remembered, answer, made
from engine.web.server.scoring_queue import ScoringQueue
from engine.web.store.store import Record

_PAGES_REMEMBERED = 1_024
_NOT_KEPT = {"cache-control": "no-store"}

Run = Annotated[int | None, Query(ge=1, description="A run to stay with; else the newest.")]
Soc = Annotated[list[str] | None, Query(max_length=10)]


class _Pages:
    """Handlers of the pages."""

    def __init__(self, site: Site, links: ServerLinks, scoring: ScoringQueue) -> None:
        self._site = site
        self._links = links
        self._scoring = scoring
        self._remembered = Remembered(_PAGES_REMEMBERED)

    async def _kept(
        self,
        request: Request,
        make: Callable[[], str],
        kind: str,
        name: str | None = None,
        run: responses.Run = to_thread.run_sync,
    ) -> Response:
        """An answer that holds until the next run is complete, made once for all readers."""
        revision = (
            await to_thread.run_sync(self._site.revision)
            if self._site.is_due
            else self._site.revision()
        )
        progress = self._site.progress()
        key = (revision, progress and progress.done, request.url.path, request.url.query)
        content = await self._remembered.get(key, lambda: made(make(), kind), run)
        return answer(request, content, name)

    async def home(
        self, request: Request, q: Annotated[str, Query(max_length=200)] = ""
    ) -> Response:
        return await self._kept(
            request, lambda: views.home(self._site, self._links, q.strip()), HTML
        )

    async def wages(self, request: Request) -> Response:
        if not self._site.has_wages:
            return RedirectResponse(self._links(""))
        return await self._kept(
            request, lambda: views.home(self._site, self._links, vertical="median_wage"), HTML
        )

    async def group(self, request: Request, code: str) -> Response:
        return await self._kept(request, lambda: views.group(self._site, self._links, code), HTML)

    async def as_json(self, request: Request, soc: str, run: Run = None) -> Response:
        def text() -> str:
            return downloads.occupation_json(*self._with_careers(soc, run))

        return await self._kept(request, text, JSON, f"{_file_name(soc)}.json")

    def _with_careers(self, soc: str, run: int | None) -> tuple[Record, list[Record]]:
        record = self._site.occupation(soc, run)
        return record, [] if record["run_id"] is None else self._site.similar(record)

    async def as_csv(self, request: Request, soc: str, run: Run = None) -> Response:
        def text() -> str:
            record = self._site.occupation(soc, run)
            if record["run_id"] is None:
                raise InputError(f"{soc} has not been scored yet: there is nothing to download")
            return downloads.tasks_csv(record)

        return await self._kept(request, text, CSV, f"{_file_name(soc)}.csv")

    async def occupation(
        self,
        request: Request,
        soc: str,
        run: Run = None,
        filtered: bool = False,
        safer: bool = False,
        zones: Annotated[Literal["any", "0", "1", "2"], Query()] = "1",
        wage: Annotated[Literal["any", "0.8", "1", "1.2"], Query()] = "any",
    ) -> Response:
        code = self._site.code(soc)
        if code != soc:  # a superseded code, or one without its ending
            return RedirectResponse(self._links(f"occupations/{code}"), 308)
        # A box that is not ticked is not sent: only a form that was sent can mean «not safer».
        filters = CareerFilters(
            safer_only=safer or not filtered,
            max_job_zone_gap=None if zones == "any" else int(zones),
            min_wage_ratio=None if wage == "any" else float(wage),
        )

        def page() -> str:
            record = self._site.occupation(code, run)
            return views.occupation(
                self._site, self._links, record, filters, pinned=run is not None
            )

        return await self._kept(request, page, HTML)

    async def at_shares(self, request: Request, soc: str) -> Response:
        """The page of an occupation with the reader's Time %, for readers without JavaScript."""
        form = await request.form(max_fields=MAX_TASKS + 10)

        def page() -> str:
            tasks = self._site.engine.find(self._site.code(soc)).tasks
            record = self._site.at_shares(soc, typed_shares(form, len(tasks)))
            return views.at_shares(self._site, self._links, record)

        html = await self._scoring.run(page)
        return HTMLResponse(html, headers=_NOT_KEPT)

    async def compare(
        self,
        request: Request,
        soc: Soc = None,
        q: Annotated[str, Query(max_length=200)] = "",
    ) -> Response:
        codes = [part for code in soc or [] for part in code.split(",") if part.strip()]

        def page() -> str:
            return views.compare(self._site, self._links, codes, q.strip())

        return await self._kept(request, page, HTML, run=self._scoring.run)

    async def score_form(self, request: Request) -> Response:
        return await self._kept(request, lambda: views.score_form(self._links), HTML)

    async def score(self, request: Request) -> Response:
        form = await request.form(max_fields=MAX_TASKS + 10)
        title, text, step = (str(form.get(name, "")) for name in ("title", "text", "step"))

        def page() -> tuple[str, int]:
            try:
                if step not in ("score", "time"):
                    split = split_job(text)
                    if not split.tasks:
                        raise InputError("There is no task in the text: expected sentences of work")
                    return views.score_form(self._links, title=title, text=text, split=split), 200
                lines = [line for line in text.splitlines() if line.strip()]
                job = Occupation(title.strip()[:200] or UNTITLED, lines)
                if step == "time":
                    job = with_shares(job, typed_shares(form, len(lines)))
                return views.scored(self._site, self._links, job), 200
            except EngineError as error:
                shown = views.score_form(self._links, title=title, text=text, fault=str(error))
                return shown, status_of(error)

        html, status = await self._scoring.run(page)
        return HTMLResponse(html, status, headers=_NOT_KEPT)

    async def methodology(self, request: Request) -> Response:
        return await self._kept(request, lambda: views.methodology(self._site, self._links), HTML)

    async def data(self, request: Request) -> Response:
        return await self._kept(request, lambda: views.data(self._site, self._links), HTML)

    async def summary(self, request: Request) -> Response:
        return await self._kept(
            request, lambda: downloads.summary_csv(self._site.overview()), CSV, "occupations.csv"
        )

    async def api_guide(self, request: Request) -> Response:
        return await self._kept(
            request, lambda: views.api_guide(self._links, request.app.openapi()), HTML
        )


def pages(site: Site, links: ServerLinks, scoring: ScoringQueue) -> APIRouter:
    """Routes of the pages."""
    router = APIRouter(include_in_schema=False)
    handlers = _Pages(site, links, scoring)
    routes: list[tuple[str, str, Callable[..., Any]]] = [
        ("GET", "/", handlers.home),
        ("GET", "/wages", handlers.wages),
        ("GET", "/groups/{code}", handlers.group),
        ("GET", "/occupations/{soc}.json", handlers.as_json),
        ("GET", "/occupations/{soc}.csv", handlers.as_csv),
        ("GET", "/occupations/{soc}", handlers.occupation),
        ("POST", "/occupations/{soc}", handlers.at_shares),
        ("GET", "/compare", handlers.compare),
        ("GET", "/score", handlers.score_form),
        ("POST", "/score", handlers.score),
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
    return "".join(character for character in soc if character in "0123456789-.")[:20]
