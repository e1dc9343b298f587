"""HTTP by uvicorn, with two more time limits: on request heads and on slow readers.

Uvicorn has neither. ``timeout_keep_alive`` starts only after a response. So a client that sends a
head byte by byte (slow loris), or never reads its response, can hold a socket forever.
``h11_max_incomplete_event_size`` limits the head only for the slower h11 parser, and
``limit_concurrency`` rejects everyone once such clients use it up. ``docs/reliability.md`` promises
that neither kind of client can stop the server.

``request_limits.Guard`` limits the time of bodies and handlers.
"""

from __future__ import annotations

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
"""A head must be complete this long after the connection opened or the last response ended."""

MAX_HEAD_BYTES = 65_536
MIN_READ_BYTES = 16_384
"""A client must read at least this much of its response in each ``HEAD_SECONDS``."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection. A client that exceeds a limit loses it, which frees the socket at once."""

    _timer: TimerHandle | None = None
    _head_bytes = 0
    _unread = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Count the bytes of an incomplete head."""
        super().data_received(data)
        if self._timer is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self.transport.abort()

    def on_headers_complete(self) -> None:
        """Stop waiting: ``Guard`` limits the rest of the request."""
        self._stop_waiting()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Wait until the client has read the response, and for the next head."""
        super().on_response_complete()
        if self.cycle.response_complete:  # False if a pipelined request is already in progress
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

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
