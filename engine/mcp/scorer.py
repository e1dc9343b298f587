"""The one engine of a server: loaded in the background, and called by a few threads at once."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Self, TypeVar

from engine.errors import BusyError, EngineError
from engine.intake.postings import read_posting
from engine.risk_engine import RiskEngine
from engine.scoring.side_by_side import scoring_side_by_side
from engine.utils.work_queue import WorkQueue

_Result = TypeVar("_Result")

PATIENCE_SECONDS = 45.0
"""How long a call waits for the engine; many clients give up after a minute."""

_logger = logging.getLogger(__name__)


class Scorer:
    """Loads an engine in the background, so that the server can answer at once, and calls it.

    Use it as a context manager: the block starts to load, and its end closes the threads.

    Args:
        load: loads the engine, such as ``RiskEngine.load``.
        patience: seconds that a call waits for the engine.
    """

    def __init__(
        self, load: Callable[[], RiskEngine], *, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._load = load
        self._patience = patience
        self._engine: Future[RiskEngine] = Future()
        self._queue = WorkQueue()
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._prepare, name="loading", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._queue.close()

    async def run(self, job: Callable[[RiskEngine], _Result]) -> _Result:
        """Call ``job`` with the engine, in a thread of the queue, and return its result.

        Raises:
            BusyError: if the engine is not loaded in time, or too many calls wait.
            EngineError: if the engine cannot be loaded, or as ``job``.
        """
        loaded = asyncio.shield(asyncio.wrap_future(self._engine))
        try:
            engine = await asyncio.wait_for(loaded, self._patience)
        except TimeoutError:
            raise BusyError(
                "the engine is still loading; try again in a minute, or in some minutes if it is "
                "built for the first time"
            ) from None
        return await self._queue.process(lambda: job(engine))

    def _prepare(self) -> None:
        """Load the engine, and keep the limits of threads until the server ends."""
        _say("loading the engine in the background; calls wait for it")
        started = time.perf_counter()
        try:
            engine = self._load()
            with scoring_side_by_side():
                _warm_up(engine)
                self._engine.set_result(engine)
                seconds = time.perf_counter() - started
                _say(f"ready after {seconds:.1f} s; reference: {engine.corpus.name}")
                self._ended.wait()
        except EngineError as error:
            _say(str(error))
            self._engine.set_exception(error)
        except BaseException as error:
            _logger.exception("the engine cannot be loaded")
            self._engine.set_exception(error)
            raise


def _warm_up(engine: RiskEngine) -> None:
    """Score one job, because the first one loads the encoder and other parts."""
    posting = read_posting("Clerk\n\nDuties:\n- Write reports for clients.\n- File letters.")
    engine.similar_careers(engine.score_occupation(posting.occupation()), 1)
    engine.match_titles(["Clerk"])


def _say(text: str) -> None:
    """Write a line for the person who runs the server; stdout belongs to the protocol."""
    print(f"occupation-risk mcp: {text}", file=sys.stderr, flush=True)
