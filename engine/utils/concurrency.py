"""Share the cores among threads, and refuse to run in a forked process."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from engine.errors import EncoderError

_process: int | None = None
"""ID of the process that loaded an engine or an encoder; a fork inherits the number."""


def check_not_forked() -> None:
    """Raise an error if this process was forked from one that has called this function.

    Call this before every use of torch, faiss or a lock. A fork copies only one thread. A lock that
    another thread held stays locked in the copy, and a library waits forever for threads that the
    copy lacks.

    Raises:
        EncoderError: if this process was forked.
    """
    global _process
    if _process is None:
        _process = os.getpid()
    if _process != os.getpid():
        raise EncoderError(
            "an engine or an encoder was loaded before this process was forked; start worker "
            "processes with the 'spawn' method, as multiprocessing.get_context('spawn') does"
        )


def core_count() -> int:
    """Return how many threads may compute at once: OMP_NUM_THREADS, or the cores of the process."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    if given.isdecimal() and int(given):
        return int(given)
    if hasattr(os, "sched_getaffinity"):  # not on macOS and Windows
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def take_one_core() -> None:
    """Limit OpenMP to one thread in the calling thread; other threads keep their limits."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="openmp")


@contextlib.contextmanager
def one_blas_thread() -> Iterator[None]:
    """Limit linear algebra to one thread, for the entire process, until the block ends.

    Fits are many products of small matrices. More threads gain little, and on a busy machine they
    wait for each other: a build took five times as long.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        yield


@contextlib.contextmanager
def core_threads() -> Iterator[ThreadPoolExecutor]:
    """Yield a pool of as many threads as OpenMP would use, so that OMP_NUM_THREADS counts.

    In each of them, numerical libraries use one thread, because more would only wait for each
    other.
    """
    from threadpoolctl import ThreadpoolController

    libraries = ThreadpoolController()
    counts = [one["num_threads"] for one in libraries.info() if one["user_api"] == "openmp"]
    with (
        libraries.limit(limits=1, user_api="blas"),  # for the entire process until the pool closes
        ThreadPoolExecutor(max(counts, default=1), initializer=take_one_core) as pool,
    ):
        yield pool
