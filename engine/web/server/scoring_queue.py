"""TODO."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.exceptions import HTTPException

from engine.utils.concurrency import take_one_core

T = TypeVar("T")

# Scoring takes all the cores there are: more at once would only wait longer, all of them.
SCORING_AT_ONCE = 2
MAX_WAITING = 64


class ScoringQueue:
    """Jobs that need the engine: a few at once, some waiting, the others turned away.

    In threads of their own: whichever thread calls a numerical library gets helper threads and
    working memory from it, and keeps them.
    """

    def __init__(self, at_once: int = SCORING_AT_ONCE, max_waiting: int = MAX_WAITING) -> None:
        self._threads = ThreadPoolExecutor(at_once, "scoring", take_one_core)
        self._at_once = at_once
        self._room = at_once + max_waiting
        self._jobs = 0

    @property
    def waiting(self) -> int:
        """How many jobs wait for their turn."""
        return max(0, self._jobs - self._at_once)

    async def run(self, job: Callable[[], T]) -> T:
        """Run a job in a thread when its turn has come.

        Raises:
            HTTPException: 503, if too many wait already.
        """
        if self._jobs >= self._room:
            said = "Too many jobs are waiting to be scored; try again in a few seconds."
            raise HTTPException(503, said, {"retry-after": "5"})
        self._jobs += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, job)
        finally:
            self._jobs -= 1

    def close(self) -> None:
        """Let the threads end once they have done what they are at."""
        self._threads.shutdown(wait=False, cancel_futures=True)
