"""Score parts on all cores of this machine: a pool of processes, each with its own engine."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from engine.batch.attempts import attempt, listed, underway
from engine.batch.plan import Part
from engine.batch.scorer import Job, PartResult, PartScorer
from engine.errors import EngineError

_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "ARROW_NUM_THREADS": "1",
}
"""One thread per process, because each core has a process; libraries read these on import."""

_job: Job | None = None
_scorer: PartScorer | None = None


def score_locally(parts: Sequence[Part], job: Job, workers: int | None) -> Iterator[PartResult]:
    """Score parts in a pool of processes; yield results as they are completed.

    Args:
        workers: number of processes; one for each core if None.

    Raises:
        EngineError: if a process is killed, or a part cannot be scored; completed parts are kept.
    """
    workers = min(workers or os.cpu_count() or 1, len(parts))
    # Spawned rather than forked: the threads of libraries do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with (
        _environment(_ONE_THREAD),
        ProcessPoolExecutor(workers, context, _start, (job,)) as pool,
    ):
        try:
            futures = [pool.submit(_score, part) for part in parts]
            for future in as_completed(futures):
                yield future.result()
        except BrokenProcessPool:
            lost = listed(underway(job.output, parts)) or "it began"
            raise EngineError(
                f"a process of the run in {job.output} was killed, perhaps for lack of memory, "
                f"while it scored {lost}; completed parts are kept. Lower --workers and run the "
                "same command again to resume"
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _start(job: Job) -> None:
    global _job
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    _job = job


def _exit_with_parent() -> None:
    """End this process when the run is killed, so that no process writes after the lock is free."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _score(part: Part) -> PartResult:
    global _scorer  # a process of the pool keeps its engine between parts
    if _job is None:
        raise RuntimeError("the process received a part before its job")
    with attempt(_job.output, part):
        if _scorer is None:
            _scorer = PartScorer(_job)
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
