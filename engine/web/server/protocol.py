"""HTTP by uvicorn, with limits on request heads and on slow readers.

Uvicorn has neither. ``timeout_keep_alive`` starts only after a response. So a client that sends a
head byte by byte (slow loris), or never reads its response, can hold a socket forever.
``h11_max_incomplete_event_size`` limits the head only for the slower h11 parser, and
``limit_concurrency`` rejects everyone once such clients use it up. ``docs/reliability.md`` promises
that neither kind of client can stop the server.

``request_limits.Guard`` limits the time of bodies and handlers.
"""

from __future__ import annotations

from asyncio import TimerHandle, Transport
from collections.abc import Callable
from typing import Any

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from engine.web.server.security_headers import SECURITY_HEADERS

HEAD_SECONDS = 10.0
"""A head must be complete this long after the connection opened or the last response ended."""

MAX_HEAD_BYTES = 65_536
MIN_READ_BYTES = 16_384
"""A client must read at least this much of its response in each ``HEAD_SECONDS``."""

_EXTENSION = "occupation_risk.connection"


class Connection:
    """What the application may know about the connection of a request.

    Attributes:
        on_lost: called when the connection is lost while a request is answered.
        is_lost: True if nobody waits for the answer any more.
    """

    def __init__(self) -> None:
        self.on_lost: Callable[[], None] | None = None
        self.is_lost = False

    def lose(self) -> None:
        """Note that the connection is lost."""
        self.is_lost = True
        if self.on_lost is not None:
            self.on_lost()

    @staticmethod
    def of(scope: Scope) -> Connection | None:
        """Return the connection of a request; None under a server other than this one."""
        found = scope.get("extensions", {}).get(_EXTENSION, {}).get(0)
        return found if isinstance(found, Connection) else None


class _RefusedError(Exception):
    """Ends the parsing of a request that was refused."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection. A client that exceeds a limit loses it, which frees the socket at once."""

    _timer: TimerHandle | None = None
    _reading_timer: TimerHandle | None = None
    _head_bytes = 0
    _fields_bytes = 0
    _hosts = 0
    _unread = 0
    _answered: RequestResponseCycle | None = None
    _refusal: tuple[int, str] | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._connection = Connection()
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Count the bytes of an incomplete head."""
        super().data_received(data)
        if self._timer is not None and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refuse(431, "The head of the request is too large.")

    def on_message_begin(self) -> None:
        """Let the application know the connection."""
        super().on_message_begin()
        self._fields_bytes = self._hosts = 0
        self.scope["extensions"] = {_EXTENSION: {0: self._connection}}

    def on_url(self, url: bytes) -> None:
        """Count the bytes of the head."""
        super().on_url(url)
        self._fields_bytes += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Count the bytes of the head, and the names of the host."""
        super().on_header(name, value)
        self._fields_bytes += len(name) + len(value) + len(": \r\n")
        self._hosts += name.lower() == b"host"

    def on_headers_complete(self) -> None:
        """Stop waiting: ``Guard`` limits the rest of the request."""
        self._stop_waiting()
        if self._fields_bytes > MAX_HEAD_BYTES:
            self._refusal = (431, "The head of the request is too large.")
        elif self._hosts > 1:  # a proxy and the server might each read another one
            self._refusal = (400, "The request has more than one Host header.")
        if self._refusal is not None:
            raise _RefusedError
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Read on after a large body, as only a reader sees that the client has left."""
        super().on_message_complete()
        if not self.pipeline:  # a pipelined request pauses reading until its turn
            self.flow.resume_reading()

    def send_400_response(self, msg: str) -> None:
        """Refuse what the parser cannot read, or what this class has refused."""
        self._refuse(*(self._refusal or (400, msg)))

    def on_response_complete(self) -> None:
        """Wait until the client has read the response, and for the next head."""
        super().on_response_complete()
        if self.cycle.response_complete:  # False if a pipelined request is already in progress
            self._wait_for_head()

    def pause_writing(self) -> None:
        """Watch whether the client reads what waits to be sent."""
        super().pause_writing()
        self._watch_reader()

    def resume_writing(self) -> None:
        """Stop watching."""
        super().resume_writing()
        self._stop_watching()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting, and let the application know."""
        self._stop_waiting()
        self._stop_watching()
        super().connection_lost(exc)
        if self._answered is not None:  # uvicorn only knows the last one of a pipeline
            self._answered.disconnected = True
            self._answered.message_event.set()
        self._connection.lose()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answered = cycle
        super()._start_asgi_task(cycle, app)

    def _unsupported_upgrade_warning(self) -> None:
        """Ignore offers of other protocols, as servers may; clients would fill the log."""

    def _refuse(self, status: int, why: str) -> None:
        """Say why a request is refused, and close the connection.

        While an earlier request is being answered, its client would take this answer for its own.
        """
        self._stop_waiting()
        if self.cycle is not None and not self.cycle.response_complete:
            self.transport.abort()
            return
        headers = SECURITY_HEADERS | {
            "content-type": "text/plain; charset=utf-8",
            "content-length": str(len(why)),
            "connection": "close",
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self.transport.write(STATUS_LINE[status] + f"{lines}\r\n{why}".encode())
        self.transport.close()
        self._watch_reader()

    def _wait_for_head(self) -> None:
        self._stop_waiting()
        self._head_bytes = 0
        self._unread = self.transport.get_write_buffer_size()
        self._timer = self.loop.call_later(HEAD_SECONDS, self._time_out)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_out(self) -> None:
        unread = self.transport.get_write_buffer_size()
        if 0 < unread <= self._unread - MIN_READ_BYTES:  # a large response on a slow connection
            self._unread = unread
            self._timer = self.loop.call_later(HEAD_SECONDS, self._time_out)
        else:
            self.transport.abort()

    def _watch_reader(self) -> None:
        self._stop_watching()
        unread = self.transport.get_write_buffer_size()
        if unread:
            self._reading_timer = self.loop.call_later(HEAD_SECONDS, self._check_reader, unread)

    def _check_reader(self, unread_before: int) -> None:
        if self.transport.get_write_buffer_size() > unread_before - MIN_READ_BYTES:
            self.transport.abort()
        else:
            self._watch_reader()

    def _stop_watching(self) -> None:
        if self._reading_timer is not None:
            self._reading_timer.cancel()
            self._reading_timer = None
