"""The command ``occupation-risk mcp`` as a process, and a client, over both transports."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult

from tests.conftest import ROOT

LOADING = "the engine is still loading"
_SECONDS = 600


class Connection:
    """A client that tests call without ``await``."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self.portal = portal
        self.client = client
        self.tools = {tool.name: tool for tool in self.ask(client.list_tools).tools}

    def ask(self, method: Any, *arguments: Any) -> Any:
        return self.portal.call(method, *arguments)

    def call(self, tool: str, **arguments: Any) -> CallToolResult:
        """Call a tool; again, while a slow machine loads the engine."""
        end = time.monotonic() + _SECONDS
        while True:
            result: CallToolResult = self.ask(self.client.call_tool, tool, arguments)
            if not (result.is_error and LOADING in text_of(result)) or time.monotonic() > end:
                return result

    def result(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The result of a call: it follows the output schema, and its text is the same."""
        import jsonschema  # takes seconds, and most workers do not need it

        done = self.call(tool, **arguments)
        assert not done.is_error, text_of(done)
        schema = self.tools[tool].output_schema
        assert schema is not None
        jsonschema.validate(done.structured_content, schema)
        assert json.loads(text_of(done)) == done.structured_content
        return dict(done.structured_content or {})

    def error(self, tool: str, **arguments: Any) -> str:
        """The message of a call that fails."""
        done = self.call(tool, **arguments)
        assert done.is_error
        return text_of(done)


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    return str(getattr(content, "text", ""))


def command(*options: object) -> list[str]:
    return [sys.executable, "-m", "engine", "mcp", *map(str, options)]


def variables() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


@contextmanager
def http_server(*options: object) -> Iterator[str]:
    """The address of a server over HTTP on a free port."""
    words = command("--transport", "http", "--port", 0, *options)
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=variables(), cwd=ROOT)
    assert process.stderr is not None
    try:
        found = None
        while found is None:
            line = process.stderr.readline()
            assert line, "the server ended"
            found = re.fullmatch(r"serving (http://127\.0\.0\.1:\d+/mcp)\n", line)
        yield found[1]
    finally:
        process.terminate()
        process.communicate()


@contextmanager
def connected(server: Any, mode: str = "auto") -> Iterator[Connection]:
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(server, mode=mode)) as client,
    ):
        yield Connection(portal, client)


@pytest.fixture(
    scope="session", params=["stdio", pytest.param("http", marks=pytest.mark.reliability)]
)
def server(request: pytest.FixtureRequest, starter_folder: Path) -> Iterator[Connection]:
    """A client of a server with the starter engine, over each transport."""
    options = ("--engine", starter_folder)
    if request.param == "stdio":
        first, *others = command(*options)
        started = StdioServerParameters(command=first, args=others, env=variables(), cwd=str(ROOT))
        with connected(started) as connection:
            yield connection
    else:
        with http_server(*options) as address, connected(address) as connection:
            yield connection


def assert_shows(shown: Any, record: Any, path: str = "result") -> None:
    """Check that a result, or the beginning of a list, has the values of the engine's record."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            known = record[name] if isinstance(record, Mapping) else getattr(record, name)
            assert_shows(value, known, f"{path}.{name}")
    elif isinstance(shown, list):
        for number, value in enumerate(shown):
            assert_shows(value, record[number], f"{path}[{number}]")
    elif isinstance(shown, float):
        assert shown == pytest.approx(record, abs=1e-6), path
    else:
        assert shown == record, path
