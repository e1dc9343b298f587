from __future__ import annotations

import asyncio
import threading
import time

import pytest
from limits import parse
from starlette.exceptions import HTTPException

from engine.web.server.allowances import CALLER, SECONDS_OF_WORK, Allowances, Caller
from engine.web.server.request_queue import RequestQueue


def test_a_request_that_is_refused_may_be_sent_again() -> None:
    queue = RequestQueue(at_once=1, max_waiting=-1)
    with pytest.raises(HTTPException, match="Too many jobs are waiting") as refused:
        asyncio.run(queue.process(lambda: None))
    assert refused.value.status_code == 503
    assert refused.value.headers == {"retry-after": "5"}
    queue.close()


def test_a_client_pays_for_the_work_of_its_requests_and_leaves_a_thread_to_others() -> None:
    ten = Allowances(parse("10/minute"))
    queue, release = RequestQueue(at_once=2, max_waiting=6), threading.Event()

    def busy() -> None:
        while time.thread_time() < 6 * SECONDS_OF_WORK:
            pass

    async def requests() -> None:
        CALLER.set(Caller("me", SECONDS_OF_WORK, ten))
        await queue.process(busy)
        mine = [asyncio.create_task(queue.process(release.wait)) for _ in range(2)]
        await asyncio.sleep(0.05)
        assert (queue.running, queue.waiting) == (1, 1)
        with pytest.raises(HTTPException, match="2 of your jobs are waiting"):
            await queue.process(lambda: None)
        release.set()
        await asyncio.gather(*mine)

    asyncio.run(requests())
    queue.close()
    assert ten.take("me", 6) > 0  # five for the work, so at most five are left
    assert ten.take("me", 4) == 0
