"""Linear algebra is held to one thread where that is asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from engine.threads import blas_in_one_thread


def _threads() -> set[int]:
    """Of the linear algebra of numpy."""
    assert np.ones((2, 2)).sum() == 4
    return {one["num_threads"] for one in threadpool_info() if "numpy" in one["filepath"]}


def test_a_block_ends_with_what_it_began_with() -> None:
    with threadpool_limits(2, user_api="blas"):
        with blas_in_one_thread():
            assert _threads() == {1}
            with blas_in_one_thread():
                assert _threads() == {1}
            assert _threads() == {1}
        assert _threads() == {2}


def test_what_other_threads_ask_for_does_not_undo_it() -> None:
    def asked(_: int) -> set[int]:
        with blas_in_one_thread():
            return _threads()

    with blas_in_one_thread(), ThreadPoolExecutor(4) as threads:
        assert set().union(*threads.map(asked, range(40))) == {1}
        assert _threads() == {1}
