"""A queue for requests that need the engine: a few are processed at once, some wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.exceptions import HTTPException

from engine.utils.concurrency import take_one_core

_Result = TypeVar("_Result")

SCORING_AT_ONCE = 2
"""Scoring uses all cores. More jobs at once would only make each of them slower."""

MAX_WAITING = 64


class ScoringQueue:
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
            HTTPException: 503, if too many jobs wait.
        """
        if self._jobs >= self._capacity:
            detail = "Too many jobs are waiting to be scored. Try again in a few seconds."
            raise HTTPException(503, detail, {"retry-after": "5"})
        self._jobs += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, job)
        finally:
            self._jobs -= 1

    def close(self) -> None:
        """Drop waiting jobs, and let the threads end after their current jobs."""
        self._threads.shutdown(wait=False, cancel_futures=True)
