"""Guard every request: limit its size and time, and set headers on its response."""

from __future__ import annotations

import logging
import math

import anyio
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.display.wording import gettext
from engine.web.server.errors import problem
from engine.web.server.protocol import Connection
from engine.web.server.security_headers import FRAMED_HEADERS, SECURITY_HEADERS

MAX_BODY_BYTES = 1_000_000
"""Bodies must be smaller than this; a thousand tasks take a tenth of it."""

_DISCARDED_BYTES = 16 * MAX_BODY_BYTES
_DISCARD_SECONDS = 2.0
"""So much of a body is read after an answer is known, for so long."""

_FRAMED = "/embed/{soc}"
"""Route of the card that other sites show in a frame."""

_logger = logging.getLogger(__name__)


class Guard:
    """ASGI middleware, written without a framework because every request passes through it.

    Args:
        seconds: maximum time from the head of a request to the start of its response. How long
            the client takes to read the response is up to ``protocol.BoundedProtocol``.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        deadline = anyio.move_on_after(self._seconds)
        connection = Connection.of(scope) or Connection()
        connection.on_lost = deadline.cancel
        exchange = _Exchange(scope, receive, send, deadline)
        fault = None
        with deadline:
            fault = await self._fault_of(scope, exchange)
        connection.on_lost = None
        if connection.is_lost:
            return
        if deadline.cancelled_caught:
            _logger.warning("request took too long", extra={"route": route(scope)})
            fault = self._late(exchange)
        if fault is not None and not exchange.responded:
            response = problem(Request(scope), *fault, translated=True)
            response.headers["connection"] = "close"
            await response(scope, receive, exchange.send)

    async def _fault_of(self, scope: Scope, exchange: _Exchange) -> tuple[int, str] | None:
        """Let the application answer; return status and explanation if it fails."""
        try:
            await self._app(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            return None
        except Exception as error:
            _logger.error("request failed", exc_info=error, extra={"route": route(scope)})
            detail = gettext("Something went wrong on the server. The error has been logged.")
            return 500, detail
        return None

    def _late(self, exchange: _Exchange) -> tuple[int, str]:
        """Status and explanation for a request that took too long."""
        seconds = f"{self._seconds:g}"
        if exchange.received_all:
            return 503, gettext(
                "The server did not finish within %(seconds)s seconds. Try again, or send less at "
                "once.",
                seconds=seconds,
            )
        return 408, gettext(
            "The request did not arrive completely within %(seconds)s seconds. Try again.",
            seconds=seconds,
        )


class _Exchange:
    """A request, whose size is counted as it arrives, and the headers of its response.

    The deadline ends when the response starts.
    """

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, deadline: anyio.CancelScope
    ) -> None:
        self._receive = receive
        self._send = send
        self._scope = scope
        self._bytes = 0
        names = {name for name, _ in scope["headers"]}
        self.received_all = names.isdisjoint({b"content-length", b"transfer-encoding"})
        self._waits_to_send = b"expect" in names
        self.responded = False
        self._deadline = deadline

    async def receive(self) -> Message:
        message = await self._receive()
        self._count(message)
        if self._bytes >= MAX_BODY_BYTES:
            raise HTTPException(
                413, f"The request is too large. Send less than {MAX_BODY_BYTES:,} bytes at once."
            )
        return message

    async def _discard_rest(self) -> None:
        """Read on for a while: a client that still sends misses an answer with which we close."""
        if self._waits_to_send:
            return
        with anyio.move_on_after(_DISCARD_SECONDS):
            while not self.received_all and self._bytes < _DISCARDED_BYTES:
                self._count(await self._receive())

    def _count(self, message: Message) -> None:
        self._bytes += len(message.get("body", b""))
        self.received_all = not message.get("more_body", False)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._discard_rest()
            self.responded = True
            self._deadline.deadline = math.inf
            headers = MutableHeaders(scope=message)
            framed = route(self._scope).startswith(_FRAMED)
            sent = FRAMED_HEADERS if framed else SECURITY_HEADERS
            for name, value in sent.items():
                headers.setdefault(name, value)
        await self._send(message)


def route(scope: Scope) -> str:
    """Path template of the route, or "none". The path itself may hold what a client typed."""
    return str(getattr(scope.get("route"), "path", "none"))
