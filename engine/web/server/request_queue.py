"""The queues of requests: what a request takes is charged to its client, and may be refused."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from contextvars import copy_context
from dataclasses import dataclass
from typing import TypeVar

from starlette.exceptions import HTTPException

from engine.errors import BusyError
from engine.utils.work_queue import WorkQueue
from engine.web.server.allowances import CALLER

_Result = TypeVar("_Result")

_RETRY_SECONDS = "5"
_READING_AT_ONCE, _MAX_READING = 2, 256


class RequestQueue(WorkQueue):
    """A ``WorkQueue`` for requests; the owner of a job is the client of its request."""

    @classmethod
    def for_reading(cls) -> RequestQueue:
        """Return a queue for pages and searches.

        They hold the lock of the interpreter most of the time. So more threads would not finish
        them sooner, but delay the event loop, which has to wait for each of them.
        """
        return cls(_READING_AT_ONCE, _MAX_READING, "reading")

    async def process(self, job: Callable[[], _Result], owner: Hashable = None) -> _Result:
        """Call ``job`` in a thread once one is free, and return its result.

        Raises:
            HTTPException: 503, if too many jobs wait.
        """
        caller, context = CALLER.get(), copy_context()

        def charged() -> _Result:
            started = time.thread_time()
            try:
                return context.run(job)  # the job answers the visit, so it speaks its language
            finally:
                if caller is not None:
                    caller.charge(time.thread_time() - started)

        try:
            return await super().process(charged, owner or (caller and caller.client))
        except BusyError as error:
            detail = f"{str(error)[:1].upper()}{str(error)[1:]}."
            raise HTTPException(503, detail, {"retry-after": _RETRY_SECONDS}) from None


@dataclass(frozen=True)
class Queues:
    """The queues of a server: for what scores, and for everything else that takes time."""

    scoring: RequestQueue
    reading: RequestQueue

    @classmethod
    def start(cls) -> Queues:
        """Return queues with threads of their own."""
        return cls(RequestQueue(), RequestQueue.for_reading())

    def close(self) -> None:
        """Close both queues; see ``WorkQueue.close``."""
        self.scoring.close()
        self.reading.close()
