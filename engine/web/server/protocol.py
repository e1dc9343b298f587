"""HTTP as uvicorn speaks it, with an end to waiting: for the head of a request, and for a client
that does not take its answer. Bodies and handlers are timed by the guard."""

from __future__ import annotations

from asyncio import TimerHandle, Transport

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
"""The head of a request must have come so long after the connection, or after the last answer."""

MAX_HEAD_BYTES = 65_536
MIN_SENT_BYTES = 16_384
"""A client that takes less of its answer than this in ``HEAD_SECONDS`` is let go."""


class BoundedProtocol(HttpToolsProtocol):
    """One connection. Those that overstay are cut off, which frees their socket at once."""

    _timer: TimerHandle | None = None
    _head_bytes = 0
    _unsent = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        """Count what came of an unfinished head."""
        super().data_received(data)
        if self._timer is not None:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self.transport.abort()

    def on_headers_complete(self) -> None:
        """The head has come: how long the rest may take is the guard's business."""
        self._stop_waiting()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """The answer is handed over: wait until it is taken, and for the next head."""
        super().on_response_complete()
        if self.cycle.response_complete:  # else a request that came meanwhile is being answered
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more to wait for."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        self._stop_waiting()
        self._head_bytes = 0
        self._unsent = self.transport.get_write_buffer_size()
        self._timer = self.loop.call_later(HEAD_SECONDS, self._overdue)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _overdue(self) -> None:
        left = self.transport.get_write_buffer_size()
        if 0 < left <= self._unsent - MIN_SENT_BYTES:  # a large answer over a slow line
            self._unsent = left
            self._timer = self.loop.call_later(HEAD_SECONDS, self._overdue)
        else:
            self.transport.abort()
