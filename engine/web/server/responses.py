"""Answers that browsers and caches can keep: ETag, gzip, 304."""

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
SVG = "image/svg+xml"


@dataclass(frozen=True)
class Made:
    """A finished body, compressed, with its ETag."""

    zipped: bytes
    etag: str
    media_type: str


def made(text: str, media_type: str) -> Made:
    """A body, compressed once for all who will ask for it."""
    body = text.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    return Made(gzip.compress(body, 6, mtime=0), etag, media_type)


def answer(request: Request, content: Made, file_name: str | None = None) -> Response:
    """The body, compressed where the client can read it; 304 where the client has it already."""
    headers = {"etag": content.etag, "cache-control": "no-cache", "vary": "accept-encoding"}
    if file_name is not None:
        headers["content-disposition"] = f'attachment; filename="{file_name}"'
    known = request.headers.get("if-none-match", "")
    if known == "*" or content.etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]:
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        body = gzip.decompress(content.zipped)
        return Response(body, media_type=content.media_type, headers=headers)
    headers["content-encoding"] = "gzip"
    return Response(content.zipped, media_type=content.media_type, headers=headers)


Run = Callable[[Callable[[], Made]], Awaitable[Made]]


class Remembered:
    """The newest answers by key, up to a number; each made once, however many ask at once.

    Of one event loop; answers are made in threads beside it.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: dict[Hashable, Made] = {}
        self._being_made: dict[Hashable, asyncio.Task[Made]] = {}

    async def get(
        self, key: Hashable, make: Callable[[], Made], run: Run = to_thread.run_sync
    ) -> Made:
        """What is remembered under ``key``, or what ``make`` makes; what it raises is not kept.

        ``run`` runs it in a thread, when its turn has come.
        """
        known = self._answers.get(key)
        if known is not None:
            return known
        task = self._being_made.get(key)
        if task is None:
            task = asyncio.create_task(self._make(key, make, run))
            self._being_made[key] = task
        return await asyncio.shield(task)  # whoever asked first may have gone

    async def _make(self, key: Hashable, make: Callable[[], Made], run: Run) -> Made:
        try:
            answer = await run(make)
            self._answers[key] = answer
            while len(self._answers) > self._size:
                del self._answers[next(iter(self._answers))]
            return answer
        finally:
            del self._being_made[key]
