"""A queue for calls that need the engine: a few run at once, some wait, more are refused."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from engine.errors import BusyError
from engine.utils.concurrency import take_one_core

_Result = TypeVar("_Result")

SCORING_AT_ONCE = 2
"""Scoring uses all cores. More jobs at once would only make each of them slower."""

MAX_WAITING = 64


class WorkQueue:
    """Runs jobs in its own threads, and rejects jobs when too many wait.

    Numerical libraries keep helper threads and memory for every thread that calls them, so few
    threads may call them.
    """

    def __init__(self, at_once: int = SCORING_AT_ONCE, max_waiting: int = MAX_WAITING) -> None:
        self._threads = ThreadPoolExecutor(at_once, "scoring", take_one_core)
        self._at_once = at_once
        self._capacity = at_once + max_waiting
        self._jobs = 0

    @property
    def waiting(self) -> int:
        """Number of jobs that wait for a thread."""
        return max(0, self._jobs - self._at_once)

    async def process(self, job: Callable[[], _Result]) -> _Result:
        """Call ``job`` in a thread once one is free, and return its result.

        Raises:
            BusyError: if too many jobs wait.
        """
        if self._jobs >= self._capacity:
            raise BusyError("too many jobs are waiting to be scored; try again in a few seconds")
        self._jobs += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, job)
        finally:
            self._jobs -= 1

    def close(self) -> None:
        """Drop waiting jobs, and let the threads end after their current jobs."""
        self._threads.shutdown(wait=False, cancel_futures=True)
