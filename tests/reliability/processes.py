"""Start, time, and kill processes that run one action."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any

_TIMEOUT = 120


def context() -> ForkServerContext:
    """Return a context that forks from a process that has imported ``actions``, without threads."""
    forkserver = multiprocessing.get_context("forkserver")
    forkserver.set_forkserver_preload(["tests.reliability.fork_server"])
    return forkserver


def start(action: Callable[..., None], *arguments: Any) -> BaseProcess:
    process = context().Process(target=action, args=arguments)
    process.start()
    return process


def finish(process: BaseProcess) -> None:
    """Wait for a process, and check that it ends without an error and in time."""
    process.join(_TIMEOUT)
    if process.exitcode is None:
        process.kill()
    assert process.exitcode == 0


def seconds(action: Callable[..., None], *arguments: Any) -> float:
    """Return how many seconds an action takes without interruption."""
    start_time = time.monotonic()
    finish(start(action, *arguments))
    return time.monotonic() - start_time


def kill_after(delay: float, action: Callable[..., None], *arguments: Any) -> bool:
    """Start an action and kill it after ``delay`` seconds; return whether it was running."""
    process = start(action, *arguments)
    process.join(delay)
    process.kill()  # without effect if it has ended by now
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0
