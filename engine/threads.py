"""Work on several cores at once, by threads whose numerical libraries then take one core each."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor


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
