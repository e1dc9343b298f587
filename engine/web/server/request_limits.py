"""Guard every request: limit its size and time, and set headers on its response."""

from __future__ import annotations

import logging

import anyio
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.display.wording import gettext
from engine.web.server.errors import problem

MAX_BODY_BYTES = 1_000_000
"""Bodies must be smaller than this; a thousand tasks take a tenth of it."""

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
_HEADERS = {
    "content-security-policy": f"{_POLICY}'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

_FRAMED = "/embed/{soc}"
"""Route of the card that other sites show in a frame."""
_FRAMED_HEADERS = {name: value for name, value in _HEADERS.items() if name != "x-frame-options"} | {
    "content-security-policy": f"{_POLICY}*"
}

_logger = logging.getLogger(__name__)


class Guard:
    """ASGI middleware, written without a framework because every request passes through it.

    Args:
        seconds: maximum time of a request, from its head to the end of its response.
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
        with anyio.move_on_after(self._seconds) as deadline:
            try:
                await self._app(scope, exchange.receive, exchange.send)
            except ClientDisconnect:
                return
            except Exception as error:
                _logger.error("request failed", exc_info=error, extra={"route": route(scope)})
                fault = (
                    500,
                    gettext("Something went wrong on the server. The error has been logged."),
                )
        if deadline.cancelled_caught:
            _logger.warning("request took too long", extra={"route": route(scope)})
            seconds = f"{self._seconds:g}"
            fault = (
                (
                    503,
                    gettext(
                        "The server did not finish within %(seconds)s seconds. Try again, or send "
                        "less at once.",
                        seconds=seconds,
                    ),
                )
                if exchange.received_all
                else (
                    408,
                    gettext(
                        "The request did not arrive completely within %(seconds)s seconds. Try "
                        "again.",
                        seconds=seconds,
                    ),
                )
            )
        if fault is not None and not exchange.responded:
            response = problem(Request(scope), *fault, translated=True)
            response.headers["connection"] = "close"
            await response(scope, receive, exchange.send)


class _Exchange:
    """A request, whose size is counted as it arrives, and the headers of its response."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._scope = scope
        self._bytes = 0
        names = {name for name, _ in scope["headers"]}
        self.received_all = names.isdisjoint({b"content-length", b"transfer-encoding"})
        self.responded = False

    async def receive(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        self.received_all = not message.get("more_body", False)
        if self._bytes >= MAX_BODY_BYTES:
            raise HTTPException(
                413, f"The request is too large. Send less than {MAX_BODY_BYTES:,} bytes at once."
            )
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.responded = True
            headers = MutableHeaders(scope=message)
            sent = _FRAMED_HEADERS if route(self._scope).startswith(_FRAMED) else _HEADERS
            for name, value in sent.items():
                headers.setdefault(name, value)
        await self._send(message)


def route(scope: Scope) -> str:
    """Path template of the route, or "none". The path itself may hold what a client typed."""
    return str(getattr(scope.get("route"), "path", "none"))
