from __future__ import annotations

import asyncio
import threading

from engine.errors import BusyError
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
