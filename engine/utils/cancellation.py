"""End long work early when nobody waits for its result.

A thread cannot be stopped from outside. So loops that take seconds, such as those over the batches
of an encoder, call ``check_cancelled`` once in each round.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class WorkCancelledError(Exception):
    """Nobody waits for the result of this thread. Nobody sees the error, so it has no message."""


class _Current(threading.local):
    cancelled: threading.Event | None = None


_current = _Current()


@contextmanager
def cancelled_by(cancelled: threading.Event) -> Iterator[None]:
    """Let ``check_cancelled`` end the work of this thread in the block once the event is set."""
    _current.cancelled = cancelled
    try:
        yield
    finally:
        _current.cancelled = None


def check_cancelled() -> None:
    """Return unless the work of this thread was cancelled.

    Raises:
        WorkCancelledError: if it was.
    """
    cancelled = _current.cancelled
    if cancelled is not None and cancelled.is_set():
        raise WorkCancelledError
