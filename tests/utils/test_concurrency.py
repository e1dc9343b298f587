from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.errors import EncoderError
from engine.retrieval.faiss_library import load_faiss
from engine.utils import concurrency
from engine.utils.concurrency import (
    check_not_forked,
    core_threads,
    one_blas_thread,
    take_one_core,
)
from tests.conftest import ROOT

_FORK = """
import os, sys
from engine.errors import EncoderError
from engine.utils.concurrency import check_not_forked

def refuses():
    child = os.fork()
    if not child:
        try:
            check_not_forked()
        except EncoderError:
            os._exit(1)
        os._exit(0)
    return bool(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

print(refuses())  # nothing was loaded
check_not_forked()
print(refuses())
check_not_forked()  # the parent process can go on
"""


def test_the_process_that_loaded_an_engine_may_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concurrency, "_process", None)
    check_not_forked()
    check_not_forked()


def test_the_error_says_how_to_start_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concurrency, "_process", -1)
    with pytest.raises(EncoderError, match=r"before this process was forked; start .*'spawn'"):
        check_not_forked()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_fork_is_refused_once_something_was_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", _FORK], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["False", "True"], done.stderr


def _threads(api: str) -> set[int]:
    """Numbers of threads that the libraries of a kind would use in the calling thread."""
    from threadpoolctl import threadpool_info

    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == api}


@pytest.fixture
def _three_openmp_threads() -> Iterator[None]:
    faiss = load_faiss()

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    yield
    faiss.omp_set_num_threads(before)


@pytest.mark.usefixtures("_three_openmp_threads")
def test_a_thread_limits_itself_alone() -> None:
    def limited() -> set[int]:
        take_one_core()
        return _threads("openmp")

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(limited).result() == {1}
    assert 3 in _threads("openmp")


@pytest.mark.usefixtures("_three_openmp_threads")
def test_a_pool_has_as_many_threads_as_openmp_and_each_uses_one_core() -> None:
    before = {api: _threads(api) for api in ("openmp", "blas")}
    with core_threads() as pool:
        assert pool._max_workers == max(before["openmp"]) >= 3
        for api in ("openmp", "blas"):
            assert set.union(*pool.map(lambda _, api=api: _threads(api), range(12))) == {1}
    assert {api: _threads(api) for api in ("openmp", "blas")} == before


def test_linear_algebra_uses_one_thread_inside_a_fit_and_all_of_them_after_it() -> None:
    before = _threads("blas")
    with one_blas_thread():
        assert _threads("blas") == {1}
    assert _threads("blas") == before
