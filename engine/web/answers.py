"""Answers that browsers and caches can keep: ETag, gzip, 304."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

HTML, JSON, CSV = "text/html; charset=utf-8", "application/json", "text/csv; charset=utf-8"
SVG = "image/svg+xml"


@dataclass(frozen=True)
class Made:
    """A finished body in both of its forms, with its ETag."""

    body: bytes
    zipped: bytes
    etag: str
    media_type: str


def made(text: str, media_type: str) -> Made:
    """A body, compressed once for all who will ask for it."""
    body = text.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    return Made(body, gzip.compress(body, 6, mtime=0), etag, media_type)


def answer(request: Request, content: Made, file_name: str | None = None) -> Response:
    """The body, compressed where the client can read it; 304 where the client has it already."""
    headers = {"etag": content.etag, "cache-control": "no-cache", "vary": "accept-encoding"}
    if file_name is not None:
        headers["content-disposition"] = f'attachment; filename="{file_name}"'
    known = request.headers.get("if-none-match", "")
    if known == "*" or content.etag in [tag.strip().removeprefix("W/") for tag in known.split(",")]:
        return Response(status_code=304, headers=headers)
    body = content.body
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = content.zipped
        headers["content-encoding"] = "gzip"
    return Response(body, media_type=content.media_type, headers=headers)
