from __future__ import annotations

import asyncio
import threading

import pytest
from mcp import Client

from engine import RiskEngine
from engine.errors import ArtifactError, BusyError
from engine.mcp.scorer import Scorer
from engine.mcp.server import RiskServer


def test_the_server_answers_before_the_engine_is_loaded(
    engine: RiskEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded = threading.Event()

    def load() -> RiskEngine:
        assert loaded.wait(60)
        return engine

    async def ask(scorer: Scorer) -> None:
        async with Client(RiskServer(scorer)) as client:
            assert len((await client.list_tools()).tools) == 9
            assert "loads in the background" in str(client.instructions)
            waiting = asyncio.create_task(
                client.call_tool("search_occupations", {"query": "art therapist"})
            )
            await asyncio.sleep(0.2)
            assert not waiting.done()
            loaded.set()
            done = await waiting
            assert done.structured_content is not None
            assert done.structured_content["occupations"][0]["soc_code"] == "29-1129.01"

    with Scorer(load, patience=600) as scorer:
        asyncio.run(ask(scorer))
    printed = capsys.readouterr()
    assert printed.out == ""  # stdout belongs to the protocol
    assert "loading the engine in the background" in printed.err
    assert "ready after" in printed.err


def test_a_call_does_not_wait_forever(engine: RiskEngine) -> None:
    ended = threading.Event()

    def load() -> RiskEngine:
        ended.wait(60)
        return engine

    with Scorer(load, patience=0.05) as scorer:
        with pytest.raises(BusyError, match="still loading; try again in a minute"):
            asyncio.run(scorer.run(lambda one: one.confidence))
        ended.set()


def test_an_engine_that_cannot_be_loaded_is_reported_to_every_call() -> None:
    def load() -> RiskEngine:
        raise ArtifactError("engine models/x is modified; build it again")

    async def ask(scorer: Scorer) -> None:
        async with Client(RiskServer(scorer)) as client:
            for _ in range(2):
                done = await client.call_tool("search_occupations", {"query": "art"})
                assert done.is_error
                assert done.content[0].text == "engine models/x is modified; build it again"

    with Scorer(load, patience=600) as scorer:
        asyncio.run(ask(scorer))


def test_an_unforeseen_error_does_not_reach_the_client(engine: RiskEngine) -> None:
    """Its message may quote what somebody typed, and means nothing to them."""

    class Broken(RiskEngine):
        def score_tasks(self, tasks: object) -> list[object]:  # type: ignore[override]
            raise KeyError("secret")

    broken = Broken(engine._parts, engine._vectors.encoder)

    async def ask(scorer: Scorer) -> None:
        async with Client(RiskServer(scorer)) as client:
            done = await client.call_tool("score_tasks", {"tasks": ["File letters."]})
            assert done.is_error
            assert done.content[0].text == "Error executing tool score_tasks"

    with Scorer(lambda: broken, patience=600) as scorer:
        asyncio.run(ask(scorer))
