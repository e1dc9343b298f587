"""Pages that stay the same until the next scoring run is complete."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import replace
from urllib.parse import urlencode

from anyio import to_thread
from fastapi import Request
from starlette.responses import Response

from engine.web.content.site import Site
from engine.web.pages.languages import visit, visiting
from engine.web.server.request_queue import RequestQueue
from engine.web.server.responses import HTML, ContentCache, compress, respond

_PAGES_CACHED = 1_024


class PageCache:
    """Responses of one site, each created once for all clients.

    Args:
        site: its runs decide how long a response stays the same.
        reading: creates responses.
    """

    def __init__(self, site: Site, reading: RequestQueue) -> None:
        self._site = site
        self._reading = reading
        self._cache = ContentCache(_PAGES_CACHED)

    async def respond(
        self,
        request: Request,
        create: Callable[[], str | bytes],
        *parameters: Hashable,
        media_type: str = HTML,
        file_name: str | None = None,
        queue: RequestQueue | None = None,
    ) -> Response:
        """A response that stays the same until the next run is complete, created once for all.

        Args:
            create: creates the body.
            parameters: everything that the body depends on besides the route, as the route reads
                it. The query itself may have more, and other spellings of the same.
            media_type: of the body.
            file_name: makes the response a download of this name.
            queue: calls ``create``; by default that for reading.
        """
        monitor = self._site.monitor
        if monitor.is_due:  # queries the store, so not in the event loop
            await to_thread.run_sync(monitor.revision)
        progress = monitor.progress()
        key = (
            monitor.revision(),
            progress and progress.done,
            request.scope["route"].path,
            parameters,
            visit().language,
            visit().prefix,
        )
        in_thread = (queue or self._reading).process
        with visiting(replace(visit(), here=_here(request))):
            content = await self._cache.get(key, lambda: compress(create(), media_type), in_thread)
        return respond(request, content, file_name)


def _here(request: Request) -> str | None:
    """Where the page is, without parameters that the route does not read: others get it too."""
    here = visit().here
    if here is None:
        return None
    path, query, _ = here.partition("?")
    names = {parameter.alias for parameter in request.scope["route"].dependant.query_params}
    read = [item for item in request.query_params.multi_items() if item[0] in names]
    return f"{path}{query}{urlencode(read)}" if read else path
