from __future__ import annotations

import asyncio
import threading
import time

import pytest

from engine.web.server.responses import HTML, Content, ContentCache, compress

PAGE = compress("page", HTML)


def test_content_is_created_once_however_many_requests_wait_for_it() -> None:
    threads = []

    def create() -> Content:
        threads.append(threading.current_thread())
        time.sleep(0.05)
        return compress("page", HTML)

    async def request() -> list[Content]:
        cache = ContentCache(2)
        return await asyncio.gather(*(cache.get("key", create) for _ in range(20)))

    contents = asyncio.run(request())
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()
    assert all(content is contents[0] for content in contents)


def test_a_client_that_disconnects_does_not_stop_the_others() -> None:
    async def request() -> Content:
        cache = ContentCache(2)

        def create() -> Content:
            time.sleep(0.05)
            return compress("page", HTML)

        first = asyncio.create_task(cache.get("key", create))
        await asyncio.sleep(0)
        second = asyncio.create_task(cache.get("key", create))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    assert asyncio.run(request()) == PAGE


def test_the_last_client_that_disconnects_ends_the_work() -> None:
    cancelled = []

    async def endless(_: object) -> Content:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.append(1)
            raise
        return PAGE

    async def request() -> Content:
        cache = ContentCache(2)
        clients = [asyncio.create_task(cache.get("key", lambda: PAGE, endless)) for _ in range(3)]
        await asyncio.sleep(0)
        for number, client in enumerate(clients):
            assert not cancelled, number
            client.cancel()
            await asyncio.sleep(0.01)
        assert cancelled == [1]
        return await cache.get("key", lambda: compress("page", HTML))

    assert asyncio.run(request()) == PAGE


def test_errors_reach_every_waiting_request_and_are_not_cached() -> None:
    attempts = []

    def create() -> Content:
        attempts.append(1)
        if len(attempts) == 1:
            raise ValueError("no")
        return compress("page", HTML)

    async def request() -> Content:
        cache = ContentCache(2)
        waiting = (cache.get("key", create) for _ in range(3))
        errors = await asyncio.gather(*waiting, return_exceptions=True)
        assert [str(error) for error in errors] == ["no"] * 3
        return await cache.get("key", create)

    assert asyncio.run(request()) == PAGE


@pytest.mark.parametrize(("keys", "created"), [("abca", "abca"), ("abcc", "abc"), ("abab", "ab")])
def test_the_oldest_content_goes_first(keys: str, created: str) -> None:
    calls: list[str] = []

    async def request() -> None:
        cache = ContentCache(2)
        for key in keys:
            await cache.get(key, lambda key=key: calls.append(key) or compress(key, HTML))

    asyncio.run(request())
    assert "".join(calls) == created
