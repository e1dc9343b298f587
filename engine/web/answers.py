"""Answers that browsers and caches can keep: ETag, gzip, 304."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

T = TypeVar("T")

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


class Remembered(Generic[T]):
    """The newest values by key, up to a number; safe between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._items: dict[Hashable, T] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> T | None:
        """What is remembered under ``key``; None if nothing is."""
        return self._items.get(key)

    def put(self, key: Hashable, value: T) -> None:
        """Remember ``value``, and forget the oldest where they are too many."""
        with self._lock:
            self._items[key] = value
            while len(self._items) > self._size:
                del self._items[next(iter(self._items))]
