"""A queue for calls that need the engine: a few run at once, some wait, more are refused."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from engine.errors import BusyError
from engine.utils.cancellation import cancelled_by
from engine.utils.concurrency import take_one_core

_Result = TypeVar("_Result")

SCORING_AT_ONCE = 2
"""Scoring uses all cores. More jobs at once would only make each of them slower."""

MAX_WAITING = 64

_SHARE_OF_OWNER = 4
"""One owner may fill this fraction of the places: a quarter."""


class _Ticket:
    """A job, who sent it, and what becomes of it."""

    def __init__(self, job: Callable[[], Any], owner: Hashable) -> None:
        self.job = job
        self.owner = owner
        self.cancelled = threading.Event()
        self.result: asyncio.Future[Any] = asyncio.get_running_loop().create_future()


class WorkQueue:
    """Runs jobs in its own threads, and rejects jobs when too many wait.

    Numerical libraries keep helper threads and memory for every thread that calls them, so few
    threads may call them. Jobs run in the order in which they came, except that one owner never
    occupies all threads while another one waits behind it.

    Args:
        at_once: number of threads.
        max_waiting: number of jobs that may wait for a thread.
        name: of the threads.
    """

    def __init__(
        self,
        at_once: int = SCORING_AT_ONCE,
        max_waiting: int = MAX_WAITING,
        name: str = "scoring",
    ) -> None:
        self._threads = ThreadPoolExecutor(at_once, name, take_one_core)
        self._at_once = at_once
        self._capacity = at_once + max_waiting
        self._of_owner = max(1, self._capacity // _SHARE_OF_OWNER)
        self._waiting: list[_Ticket] = []
        self._running: list[_Ticket] = []

    @property
    def waiting(self) -> int:
        """Number of jobs that wait for a thread."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """Number of jobs in threads, including those whose callers have left."""
        return len(self._running)

    async def process(self, job: Callable[[], _Result], owner: Hashable = None) -> _Result:
        """Call ``job`` in a thread once one is free, and return its result.

        If the caller is cancelled, a waiting job is dropped, and a running one ends at its next
        ``check_cancelled``.

        Args:
            owner: who sent the job; None if unknown, for any share of the queue.

        Raises:
            BusyError: if too many jobs wait, or too many of this owner.
        """
        jobs = [*self._running, *self._waiting]
        if len(jobs) >= self._capacity:
            raise BusyError("too many jobs are waiting; try again in a few seconds")
        if owner is not None and _count(jobs, owner) >= self._of_owner:
            raise BusyError(
                f"{self._of_owner} of your jobs are waiting; send the next one when one is done"
            )
        ticket = _Ticket(job, owner)
        self._waiting.append(ticket)
        self._start_jobs()
        try:
            result: _Result = await ticket.result
        except asyncio.CancelledError:
            ticket.cancelled.set()
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            raise
        return result

    def close(self) -> None:
        """Drop waiting jobs, cancel running ones, and let the threads end after them."""
        for ticket in self._waiting:
            ticket.result.cancel()
        self._waiting.clear()
        for ticket in self._running:
            ticket.cancelled.set()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _start_jobs(self) -> None:
        """Give free threads to the first jobs whose owners leave a thread to others."""
        loop = asyncio.get_running_loop()
        while self.running < self._at_once and (ticket := self._next()) is not None:
            self._waiting.remove(ticket)
            self._running.append(ticket)
            self._threads.submit(self._run, ticket, loop)

    def _next(self) -> _Ticket | None:
        most = max(1, self._at_once - 1)
        for ticket in self._waiting:
            if ticket.owner is None or _count(self._running, ticket.owner) < most:
                return ticket
        return None

    def _run(self, ticket: _Ticket, loop: asyncio.AbstractEventLoop) -> None:
        """Run a job in a thread of the pool, and hand its result to the event loop."""
        result, error = None, None
        try:
            with cancelled_by(ticket.cancelled):
                result = ticket.job()
        except BaseException as caught:  # noqa: BLE001 as in every executor, for the caller
            error = caught
        with contextlib.suppress(RuntimeError):  # the loop was closed
            loop.call_soon_threadsafe(self._finish, ticket, result, error)

    def _finish(self, ticket: _Ticket, result: Any, error: BaseException | None) -> None:
        self._running.remove(ticket)
        self._start_jobs()
        if ticket.result.done():  # cancelled
            return
        if error is None:
            ticket.result.set_result(result)
        else:
            ticket.result.set_exception(error)


def _count(jobs: list[_Ticket], owner: Hashable) -> int:
    return sum(ticket.owner == owner for ticket in jobs)
