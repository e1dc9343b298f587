from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.utils.concurrency import LastingThreads


def test_as_many_jobs_run_at_once_as_there_are_threads_and_no_more() -> None:
    threads = LastingThreads("test", 2)
    met = threading.Barrier(2, timeout=60)  # a job waits here for the other one
    running, most = 0, 0
    counting = threading.Lock()

    def job() -> int:
        nonlocal running, most
        with counting:
            running += 1
            most = max(most, running)
        place = met.wait()
        with counting:
            running -= 1
        return place

    with ThreadPoolExecutor(6) as callers:
        places = list(callers.map(lambda _: threads.run(job), range(6)))
    assert sorted(places) == [0, 0, 0, 1, 1, 1]
    assert most == 2


def test_what_a_job_raises_comes_back_and_its_thread_is_free_again() -> None:
    threads = LastingThreads("test")
    with ThreadPoolExecutor(1) as caller:
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                caller.submit(threads.run, lambda: 1 // 0).result(timeout=60)
        assert caller.submit(threads.run, lambda: 7).result(timeout=60) == 7


def test_a_job_runs_in_a_thread_that_lasts_and_in_the_main_thread_where_it_is_called() -> None:
    threads = LastingThreads("test", 1)
    with ThreadPoolExecutor(1) as caller:
        first = caller.submit(threads.run, threading.get_ident).result(timeout=60)
    with ThreadPoolExecutor(1) as caller:
        assert caller.submit(threads.run, threading.get_ident).result(timeout=60) == first
    assert threads.run(threading.current_thread) is threading.main_thread()
