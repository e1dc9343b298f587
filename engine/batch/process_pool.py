"""Parts on all cores of this machine: a pool of processes, each with an engine of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from engine.batch.plan import Part, Settings
from engine.batch.scorer import Outcome, PartScorer
from engine.errors import EngineError

_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "ARROW_NUM_THREADS": "1",
}
"""A process a core leaves threads nothing to gain; read by libraries when they are loaded."""

_scorer: PartScorer | None = None


def score_locally(
    parts: Sequence[Part], settings: Settings, output: Path, workers: int | None
) -> Iterator[Outcome]:
    """Score parts with ``workers`` processes, one a core if None, giving outcomes as they come.

    Raises:
        EngineError: if a process is ended from outside; what was written stays.
    """
    workers = min(workers or os.cpu_count() or 1, len(parts))
    # Started afresh rather than forked: threads of libraries do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with (
        _environment(_ONE_THREAD),
        ProcessPoolExecutor(workers, context, _start, (settings, output)) as pool,
    ):
        try:
            waiting = [pool.submit(_score, part) for part in parts]
            for future in as_completed(waiting):
                yield future.result()
        except BrokenProcessPool:
            raise EngineError(
                f"a process of the run into {output} was ended from outside, perhaps for lack of "
                "memory: expected it to finish; take fewer --workers, and run the same command "
                "again to go on"
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _start(settings: Settings, output: Path) -> None:
    global _scorer  # what a process of the pool keeps between parts
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _scorer = PartScorer(settings, output)


def _end_with_parent() -> None:
    """A run that is killed takes its processes along, so that the next has the folder alone."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _score(part: Part) -> Outcome:
    if _scorer is None:
        raise RuntimeError("a part came before the engine")
    return _scorer(part)


@contextlib.contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
