from __future__ import annotations

import asyncio
import threading
import time

import pytest
from limits import parse
from starlette.exceptions import HTTPException

from engine.display.wording import gettext, spoken
from engine.web.pages.languages import LANGUAGES, Visit, visit, visiting, wording_of
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


def test_a_job_speaks_the_language_of_its_request_even_if_it_has_to_wait() -> None:
    words, percent = "Explore other career paths", 12.5
    queue, release = RequestQueue(at_once=1), threading.Event()

    def answer() -> tuple[Visit, str, str]:
        return visit(), gettext(words), spoken().percent(percent, 1)

    async def request(language: str) -> tuple[Visit, str, str]:
        with visiting(Visit(language, f"{language}/")):
            return await queue.process(answer)

    async def requests() -> list[tuple[Visit, str, str]]:
        first = asyncio.create_task(queue.process(release.wait))
        others = [asyncio.create_task(request(language)) for language in LANGUAGES]
        await asyncio.sleep(0.05)
        assert queue.waiting == len(LANGUAGES)
        release.set()
        await first
        return [*await asyncio.gather(*others), await queue.process(answer)]

    *answers, last = asyncio.run(requests())
    queue.close()
    assert last == (Visit(), words, "12.5%")
    assert answers == [
        (
            Visit(code, f"{code}/"),
            wording_of(code).message(words),
            wording_of(code).percent(percent, 1),
        )
        for code in LANGUAGES
    ]
    assert answers[1][1:] == ("Andere Berufswege erkunden", "12,5\N{NO-BREAK SPACE}%")
