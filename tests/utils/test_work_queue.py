from __future__ import annotations

import asyncio
import threading

import pytest

from engine.errors import BusyError
from engine.utils.cancellation import WorkCancelledError, check_cancelled
from engine.utils.work_queue import WorkQueue


def test_jobs_beyond_the_capacity_are_rejected() -> None:
    release, queue = threading.Event(), WorkQueue(at_once=1, max_waiting=1)

    async def three() -> list[object]:
        jobs = [asyncio.create_task(queue.process(lambda: release.wait(10))) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert queue.waiting == 1
        release.set()
        return await asyncio.gather(*jobs, return_exceptions=True)

    done = asyncio.run(three())
    assert done[:2] == [True, True]
    assert isinstance(done[2], BusyError)
    assert queue.waiting == 0
    queue.close()


def test_an_error_of_a_job_reaches_its_caller_and_frees_its_place() -> None:
    queue = WorkQueue(at_once=1, max_waiting=0)

    async def jobs() -> int:
        for _ in range(3):
            try:
                await queue.process(lambda: 1 // 0)
            except ZeroDivisionError:
                continue
        return await queue.process(lambda: 7)

    assert asyncio.run(jobs()) == 7
    queue.close()


def test_a_waiting_job_whose_caller_left_never_runs() -> None:
    release, ran = threading.Event(), []
    queue = WorkQueue(at_once=1, max_waiting=2)

    async def leave() -> None:
        first = asyncio.create_task(queue.process(lambda: release.wait(10)))
        second = asyncio.create_task(queue.process(lambda: ran.append(2)))
        await asyncio.sleep(0.05)
        second.cancel()
        await asyncio.sleep(0.05)
        assert (queue.running, queue.waiting) == (1, 0)
        release.set()
        await first
        await queue.process(lambda: ran.append(3))

    asyncio.run(leave())
    assert ran == [3]
    queue.close()


def test_a_running_job_whose_caller_left_ends_at_its_next_check() -> None:
    rounds, ended = [0], threading.Event()
    queue = WorkQueue(at_once=1, max_waiting=2)

    def endless() -> None:
        try:
            while True:
                rounds[0] += 1
                check_cancelled()
        except WorkCancelledError:
            ended.set()
            raise

    async def leave() -> None:
        job = asyncio.create_task(queue.process(endless))
        await asyncio.sleep(0.05)
        assert queue.running == 1
        job.cancel()
        await asyncio.sleep(0)
        assert queue.running == 1  # it counts until it has ended
        assert await queue.process(lambda: 7) == 7
        assert queue.running == 0

    asyncio.run(asyncio.wait_for(leave(), 10))
    assert ended.is_set()
    assert rounds[0] > 0
    queue.close()


def test_one_owner_leaves_a_thread_and_most_places_to_others() -> None:
    release = threading.Event()
    queue = WorkQueue(at_once=2, max_waiting=6)

    async def crowd() -> None:
        mine = [asyncio.create_task(queue.process(release.wait, "me")) for _ in range(2)]
        await asyncio.sleep(0.05)
        assert (queue.running, queue.waiting) == (1, 1)
        with pytest.raises(BusyError, match="2 of your jobs are waiting"):
            await queue.process(lambda: None, "me")
        assert await queue.process(lambda: 7, "you") == 7
        assert await queue.process(lambda: 8) == 8  # of an unknown owner
        release.set()
        assert await asyncio.gather(*mine) == [True, True]

    asyncio.run(asyncio.wait_for(crowd(), 10))
    assert queue.running == 0
    queue.close()


def test_closing_the_queue_ends_running_jobs() -> None:
    queue, ended = WorkQueue(at_once=1, max_waiting=2), threading.Event()

    def endless() -> None:
        try:
            while True:
                check_cancelled()
        finally:
            ended.set()

    async def close() -> None:
        job = asyncio.create_task(queue.process(endless))
        await asyncio.sleep(0.05)
        queue.close()
        with pytest.raises(WorkCancelledError):
            await job

    asyncio.run(asyncio.wait_for(close(), 10))
    assert ended.wait(10)
