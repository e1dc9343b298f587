"""Work on several cores at once, by threads whose numerical libraries then take one core each."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any


@cache
def _libraries() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def blas_in_one_thread() -> Any:
    """Linear algebra without threads of its own, from now to the end of a ``with`` block, or on.

    Small products gain little by them, and afterwards they wait in a loop for the next one, which
    takes the cores from torch: scoring fifteen tasks took 1.7 times as long. It holds for the
    whole process, so if several threads ask for it, the first one's block is the one that counts.
    """
    return _libraries().limit(limits=1, user_api="blas")


@contextlib.contextmanager
def core_threads() -> Iterator[ThreadPoolExecutor]:
    """A pool of as many threads as OpenMP would take by itself, so that OMP_NUM_THREADS counts.

    Threads of a library inside threads of ours would only wait for each other.
    """
    libraries = _libraries()
    found = [one["num_threads"] for one in libraries.info() if one["user_api"] == "openmp"]

    def alone() -> None:
        libraries.limit(limits=1, user_api="openmp")  # of this thread only, as OpenMP has it

    with blas_in_one_thread(), ThreadPoolExecutor(max(found, default=1), initializer=alone) as pool:
        yield pool
