"""What a forked process needs: locks that nobody holds, and libraries that do without threads.

A fork copies one thread. A lock that another one held stays locked in the copy, and a library that
waits for its own threads waits for ever.
"""  # MERGE: """Work on several cores at once, by threads whose numerical libraries then take one core each."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


def in_children(action: Callable[[], object]) -> None:
    """Do this first in every process that is forked from now on, where there is forking."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=action)


def shared_lock() -> threading.RLock:
    """A lock for a module, which a fork waits for, so that it is free on both sides."""
    lock = threading.RLock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(
            before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release
        )
    return lock


class LastingThread:
    """Runs jobs one at a time, in no thread that may end; a fork waits for the one that is running.

    For MKL, by which torch multiplies: its memory is locked not only while it multiplies, but again
    while a thread that has used it ends, which nobody can wait for. A process that is forked then
    waits for ever. Jobs of the main thread run there, where they can be interrupted.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._running = shared_lock()
        self._start_afresh()
        in_children(self._start_afresh)

    def run(self, job: Callable[[], T]) -> T:
        """What ``job`` returns or raises; it must not call this again."""
        if threading.current_thread() is threading.main_thread():
            return self._run(job)
        return self._thread.submit(self._run, job).result()

    def _run(self, job: Callable[[], T]) -> T:
        with self._running:
            return job()

    def _start_afresh(self) -> None:
        self._thread = ThreadPoolExecutor(1, self._name)  # starts with its first job


class LastingThreads:
    """Some lasting threads; a job takes one that is free, or waits for it."""

    def __init__(self, name: str, count: int = 1) -> None:
        self.count = count
        self._threads = [LastingThread(f"{name} {number}") for number in range(count)]
        self._start_afresh()
        in_children(self._start_afresh)

    def run(self, job: Callable[[], T]) -> T:
        """What ``job`` returns or raises; it must not call this again."""
        thread = self._free.get()
        try:
            return thread.run(job)
        finally:
            self._free.put(thread)

    def _start_afresh(self) -> None:
        self._free: SimpleQueue[LastingThread] = SimpleQueue()
        for thread in self._threads:
            self._free.put(thread)


def _encode_in_one_thread() -> None:
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


in_children(_encode_in_one_thread)


def take_one_core() -> None:
    """Take one thread of OpenMP from now on, in the calling thread alone, as OpenMP has it."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1, user_api="openmp")


@contextlib.contextmanager
def core_threads() -> Iterator[ThreadPoolExecutor]:
    """A pool of as many threads as OpenMP would take by itself, so that OMP_NUM_THREADS counts.

    Threads of a library inside threads of ours would only wait for each other.
    """
    from threadpoolctl import ThreadpoolController

    libraries = ThreadpoolController()
    found = [one["num_threads"] for one in libraries.info() if one["user_api"] == "openmp"]
    with (
        libraries.limit(limits=1, user_api="blas"),  # of the whole process, while this goes on
        ThreadPoolExecutor(max(found, default=1), initializer=take_one_core) as pool,
    ):
        yield pool
