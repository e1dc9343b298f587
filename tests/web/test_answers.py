from __future__ import annotations

import asyncio
import threading
import time

import pytest

from engine.web.server.responses import HTML, Made, Remembered, made


def test_an_answer_is_made_once_however_many_ask_at_once() -> None:
    begun = []

    def make() -> Made:
        begun.append(threading.current_thread())
        time.sleep(0.05)
        return made("page", HTML)

    async def ask() -> list[Made]:
        remembered = Remembered(2)
        return await asyncio.gather(*(remembered.get("key", make) for _ in range(20)))

    answers = asyncio.run(ask())
    assert len(begun) == 1
    assert begun[0] is not threading.main_thread()
    assert all(answer is answers[0] for answer in answers)


def test_who_goes_takes_nothing_from_the_others() -> None:
    async def ask() -> Made:
        remembered = Remembered(2)

        def make() -> Made:
            time.sleep(0.05)
            return made("page", HTML)

        first = asyncio.create_task(remembered.get("key", make))
        await asyncio.sleep(0)
        second = asyncio.create_task(remembered.get("key", make))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(ask()) == made("page", HTML)


def test_faults_are_told_to_all_who_asked_and_not_remembered() -> None:
    tries = []

    def make() -> Made:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("no")
        return made("page", HTML)

    async def ask() -> Made:
        remembered = Remembered(2)
        asked = (remembered.get("key", make) for _ in range(3))
        faults = await asyncio.gather(*asked, return_exceptions=True)
        assert [str(fault) for fault in faults] == ["no"] * 3
        return await remembered.get("key", make)

    assert asyncio.run(ask()) == made("page", HTML)


@pytest.mark.parametrize(("asked", "again"), [("abca", 4), ("abcc", 3)])
def test_the_oldest_is_forgotten(asked: str, again: int) -> None:
    tries = []

    async def ask() -> None:
        remembered = Remembered(2)
        for key in asked:
            await remembered.get(key, lambda key=key: tries.append(key) or made(key, HTML))

    asyncio.run(ask())
    assert len(tries) == again
