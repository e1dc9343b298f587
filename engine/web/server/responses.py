"""Responses that browsers can cache (ETag, gzip, 304), and a cache of them on the server."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

HTML, JSON, CSV = "text/html; charset=utf-8", "application/json", "text/csv; charset=utf-8"
PNG = "image/png"


@dataclass(frozen=True)
class Content:
    """The body of a response, compressed, and its ETag."""

    compressed: bytes
    etag: str
    media_type: str


def compress(content: str | bytes, media_type: str) -> Content:
    """Compress a body once, for all clients that request it."""
    body = content if isinstance(content, bytes) else content.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    return Content(gzip.compress(body, 6, mtime=0), etag, media_type)


def respond(request: Request, content: Content, file_name: str | None = None) -> Response:
    """Send a body, compressed if the client accepts it; 304 if the client has it already.

    Args:
        file_name: makes the response a download of this name.
    """
    headers = {"etag": content.etag, "cache-control": "no-cache", "vary": "accept-encoding"}
    if file_name is not None:
        headers["content-disposition"] = f'attachment; filename="{file_name}"'
    known = request.headers.get("if-none-match", "")
    if known == "*" or content.etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]:
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        body = gzip.decompress(content.compressed)
        return Response(body, media_type=content.media_type, headers=headers)
    headers["content-encoding"] = "gzip"
    return Response(content.compressed, media_type=content.media_type, headers=headers)


ThreadRunner = Callable[[Callable[[], Content]], Awaitable[Content]]
"""Calls a function in a thread and awaits its result."""


@dataclass
class _Pending:
    """A body that is being created, and the number of requests that wait for it."""

    task: asyncio.Task[Content]
    waiting: int = 0


class ContentCache:
    """The newest bodies by key; each is created once, no matter how many requests wait for it.

    Belongs to one event loop; bodies are created in threads.

    Args:
        size: maximum number of bodies; the oldest go first.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._contents: dict[Hashable, Content] = {}
        self._pending: dict[Hashable, _Pending] = {}

    async def get(
        self,
        key: Hashable,
        create: Callable[[], Content],
        in_thread: ThreadRunner = to_thread.run_sync,
    ) -> Content:
        """The body under ``key``; otherwise call ``create`` in a thread. Errors are not cached.

        The first client may leave while others still wait. The last one that leaves cancels.
        """
        cached = self._contents.get(key)
        if cached is not None:
            return cached
        pending = self._pending.get(key)
        if pending is None:
            pending = _Pending(asyncio.create_task(self._create(key, create, in_thread)))
            self._pending[key] = pending
        pending.waiting += 1
        try:
            return await asyncio.shield(pending.task)
        finally:
            pending.waiting -= 1
            if not pending.waiting and not pending.task.done():
                pending.task.cancel()
                self._pending.pop(key, None)

    async def _create(
        self, key: Hashable, create: Callable[[], Content], in_thread: ThreadRunner
    ) -> Content:
        try:
            content = await in_thread(create)
            self._contents[key] = content
            while len(self._contents) > self._size:
                del self._contents[next(iter(self._contents))]
            return content
        finally:
            pending = self._pending.get(key)
            if pending is not None and pending.task is asyncio.current_task():
                del self._pending[key]
