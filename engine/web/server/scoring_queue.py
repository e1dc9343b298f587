"""The queue of requests that need the engine; one that is refused is answered with status 503."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from starlette.exceptions import HTTPException

from engine.errors import BusyError
from engine.utils.work_queue import WorkQueue

_Result = TypeVar("_Result")

_RETRY_SECONDS = "5"


class ScoringQueue(WorkQueue):
    """A ``WorkQueue`` for requests."""

    async def process(self, job: Callable[[], _Result]) -> _Result:
        """Call ``job`` in a thread once one is free, and return its result.

        Raises:
            HTTPException: 503, if too many jobs wait.
        """
        try:
            # The job answers the visit, so it speaks its language.
            return await super().process(partial(copy_context().run, job))
        except BusyError as error:
            detail = f"{str(error)[:1].upper()}{str(error)[1:]}."
            raise HTTPException(503, detail, {"retry-after": _RETRY_SECONDS}) from None
