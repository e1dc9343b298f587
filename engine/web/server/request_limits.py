"""Around every answer: limits on what comes in and how long it takes, headers on what goes out."""

from __future__ import annotations

import logging

import anyio
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.web.server.errors import problem

MAX_BODY_BYTES = 1_000_000
"""Bodies of this size and more are refused; a thousand tasks are a tenth of it."""

_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

_logger = logging.getLogger(__name__)


class Guard:
    """ASGI middleware; plain, because it stands in the way of every request.

    Args:
        seconds: how long a request may take, from its head to the end of its answer.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send)
        fault: tuple[int, str] | None = None
        with anyio.move_on_after(self._seconds) as timed:
            try:
                await self._app(scope, exchange.receive, exchange.send)
            except ClientDisconnect:
                return
            except Exception as error:
                _logger.error("request failed", exc_info=error, extra={"route": route(scope)})
                fault = (500, "Something went wrong on our side. It has been logged.")
        if timed.cancelled_caught:
            _logger.warning("request took too long", extra={"route": route(scope)})
            waited = f"for {self._seconds:g} seconds"
            fault = (
                (503, f"This took too long: we tried {waited}; try again, or send less at once.")
                if exchange.received_all
                else (408, f"The request did not come to its end: we waited {waited}.")
            )
        if fault is not None and not exchange.answered:
            answer = problem(Request(scope), *fault)
            answer.headers["connection"] = "close"
            await answer(scope, receive, exchange.send)


class _Exchange:
    """A request as it comes in, its size counted, and its answer, which is given its headers."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._bytes = 0
        names = {name for name, _ in scope["headers"]}
        self.received_all = names.isdisjoint({b"content-length", b"transfer-encoding"})
        self.answered = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        self.received_all = not message.get("more_body", False)
        if self._bytes >= MAX_BODY_BYTES:
            limit = f"expected less than {MAX_BODY_BYTES:,} bytes"
            raise HTTPException(413, f"The request is too large: {limit}; send it in parts.")
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.answered = True
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def route(scope: Scope) -> str:
    """Template of the path that was asked for: the path itself is what a client made of it."""
    return str(getattr(scope.get("route"), "path", "none"))
