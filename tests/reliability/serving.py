"""``occupation-risk serve`` in a process of its own, and requests to it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class RunningServer:
    """A running server: its port, process, and the folder with everything it writes."""

    port: int
    process: int
    folder: Path

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")


@contextlib.contextmanager
def running_server(
    engine: Path,
    folder: Path,
    options: Sequence[str] = (),
    *,
    rate_limit: str = "none",
    open_files: int | None = None,
) -> Iterator[RunningServer]:
    """Score an occupation and serve it, in folders of its own; end the server by an interrupt."""
    for name in ("cwd", "cache", "tmp", "home"):
        (folder / name).mkdir()
    environment = os.environ | {
        "XDG_CACHE_HOME": str(folder / "cache"),
        "TMPDIR": str(folder / "tmp"),
        "HOME": str(folder / "home"),
    }
    base = [sys.executable, "-m", "engine", "--verbose"]
    named = ["--engine", str(engine), "--database", f"sqlite:///{folder}/scores.sqlite"]
    places: Any = {"cwd": folder / "cwd", "env": environment}
    scored = [*base, "pipeline", "--soc", "29-1129.01", *named]
    subprocess.run(scored, check=True, capture_output=True, **places)

    def limit_files() -> None:
        if open_files is not None:
            _, maximum = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, maximum))

    serve = [*base, "serve", "--port", "0", "--rate-limit", rate_limit, *named, *options]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(serve, stdout=log, stderr=log, preexec_fn=limit_files, **places)
        try:
            yield RunningServer(_port(running, folder / "log"), running.pid, folder)
        finally:
            running.send_signal(signal.SIGINT)
            # The status is 0 if the shell ignores interrupts.
            assert running.wait(30) in (0, 128 + signal.SIGINT)


def _port(running: subprocess.Popen[bytes], log: Path) -> int:
    while running.poll() is None:
        found = re.search(r"serving http://127.0.0.1:(\d+)", log.read_text("utf-8"))
        if found:
            return int(found[1])
        time.sleep(0.2)
    pytest.fail(log.read_text("utf-8"))


@dataclass(frozen=True)
class Response:
    status: int
    body: bytes
    seconds: float


async def ask(
    port: int,
    path: str,
    body: bytes = b"",
    kind: str = "application/json",
    host: str = "localhost",
) -> Response:
    """Send one request on a new connection; the status is 0 without an answer."""
    start = time.perf_counter()
    method = "POST" if body else "GET"
    head = f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
    head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n" if body else ""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.closing(writer):
            writer.write(head.encode() + b"\r\n" + body)
            answer = await asyncio.wait_for(reader.read(), 60)
    except (OSError, TimeoutError):
        return Response(0, b"", time.perf_counter() - start)
    top, _, rest = answer.partition(b"\r\n\r\n")
    return Response(int(top.split(b" ")[1]) if top else 0, rest, time.perf_counter() - start)
