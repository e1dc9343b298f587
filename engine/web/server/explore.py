"""Routes of the pages that show all occupations at once: the map and the ranking."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from engine.web import MAX_TYPED_CHARACTERS
from engine.web.content.explore import MapChoices, MapSort, Vertical
from engine.web.content.listing import Order
from engine.web.content.ranking import RankChoices, RankedBy
from engine.web.content.site import Site
from engine.web.pages import browser_data, exploring
from engine.web.pages.links import ServerLinks
from engine.web.server.page_cache import PageCache
from engine.web.server.responses import JSON

SearchText = Annotated[str, Query(max_length=MAX_TYPED_CHARACTERS)]
Choice = Annotated[str, Query(max_length=12)]
PageNumber = Annotated[int, Query(ge=1, le=1_000)]


class _Exploring:
    """Handlers of the pages."""

    def __init__(self, site: Site, links: ServerLinks, cache: PageCache) -> None:
        self._site = site
        self._links = links
        self._cache = cache

    async def map(
        self,
        request: Request,
        vertical: Vertical | None = None,
        q: SearchText = "",
        group: Choice = "",
        zone: Choice = "",
        pay: Choice = "",
        own: bool = False,
        growing: bool = False,
        sort: MapSort = "employed",
        order: Order = "desc",
        page: PageNumber = 1,
    ) -> Response:
        choices = MapChoices(
            q=q.strip(),
            group=group,
            zone=zone,
            pay=pay,
            own=own,
            growing=growing,
            sort=sort,
            order=order,
            page=page,
        )
        return await self._cache.respond(
            request,
            lambda: exploring.explore(self._site, self._links, vertical, choices),
            vertical,
            choices,
        )

    async def points(self, request: Request, vertical: Vertical) -> Response:
        return await self._cache.respond(
            request,
            lambda: browser_data.map_points(self._site, vertical),
            vertical,
            media_type=JSON,
        )

    async def ranking(
        self,
        request: Request,
        by: RankedBy = "risk",
        group: Choice = "",
        barrier: Choice = "",
        order: Order = "desc",
        page: PageNumber = 1,
    ) -> Response:
        choices = RankChoices(group=group, barrier=barrier, order=order, page=page)
        return await self._cache.respond(
            request,
            lambda: exploring.ranking(self._site, self._links, by, choices),
            by,
            choices,
        )

    async def ranked_by_risk(self) -> Response:
        return RedirectResponse(self._links("ranking"), 308)


def explore_routes(site: Site, links: ServerLinks, cache: PageCache) -> APIRouter:
    """Routes of the map and the ranking."""
    router = APIRouter(include_in_schema=False)
    handlers = _Exploring(site, links, cache)
    for path, handler in (
        ("/explore", handlers.map),
        ("/explore/{vertical}.json", handlers.points),
        ("/explore/{vertical}", handlers.map),
        ("/ranking", handlers.ranking),
        ("/ranking/risk", handlers.ranked_by_risk),
        ("/ranking/{by}", handlers.ranking),
    ):
        router.add_api_route(path, handler, methods=["GET", "HEAD"])
    return router
