"""Pages that stay the same until the next scoring run is complete."""

from __future__ import annotations

from collections.abc import Callable

from anyio import to_thread
from fastapi import Request
from starlette.responses import Response

from engine.web.content.site import Site
from engine.web.pages.languages import visit
from engine.web.server.responses import HTML, ContentCache, ThreadRunner, compress, respond

_PAGES_CACHED = 1_024


class PageCache:
    """Responses of one site, each created once for all clients.

    Args:
        site: its runs decide how long a response stays the same.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._cache = ContentCache(_PAGES_CACHED)

    async def respond(
        self,
        request: Request,
        create: Callable[[], str | bytes],
        media_type: str = HTML,
        file_name: str | None = None,
        in_thread: ThreadRunner = to_thread.run_sync,
    ) -> Response:
        """A response that stays the same until the next run is complete, created once for all."""
        monitor = self._site.monitor
        if monitor.is_due:  # queries the store, so not in the event loop
            await to_thread.run_sync(monitor.revision)
        progress = monitor.progress()
        key = (
            monitor.revision(),
            progress and progress.done,
            request.url.path,
            request.url.query,
            visit().language,
            visit().prefix,
        )
        content = await self._cache.get(key, lambda: compress(create(), media_type), in_thread)
        return respond(request, content, file_name)
