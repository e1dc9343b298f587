from __future__ import annotations

import asyncio

import pytest
from starlette.exceptions import HTTPException

from engine.web.server.request_queue import RequestQueue


def test_a_request_that_is_refused_may_be_sent_again() -> None:
    queue = RequestQueue(at_once=1, max_waiting=-1)
    with pytest.raises(HTTPException, match="Too many jobs are waiting") as refused:
        asyncio.run(queue.process(lambda: None))
    assert refused.value.status_code == 503
    assert refused.value.headers == {"retry-after": "5"}
    queue.close()
