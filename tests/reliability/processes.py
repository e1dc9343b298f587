"""Processes to be killed."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any

_MOST_SECONDS = 120


def context() -> ForkServerContext:
    """Processes forked from a server that has imported ``actions`` and has no threads."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.reliability.actions"])
    return made


def start(action: Callable[..., None], *arguments: Any) -> BaseProcess:
    process = context().Process(target=action, args=arguments)
    process.start()
    return process


def finish(process: BaseProcess) -> None:
    """Wait for a process, which must end well, and soon: nothing may block it."""
    process.join(_MOST_SECONDS)
    if process.exitcode is None:
        process.kill()
    assert process.exitcode == 0


def seconds(action: Callable[..., None], *arguments: Any) -> float:
    """How long an action takes when it is let be."""
    begun = time.monotonic()
    finish(start(action, *arguments))
    return time.monotonic() - begun


def kill_after(delay: float, action: Callable[..., None], *arguments: Any) -> bool:
    """Start an action and kill it after ``delay`` seconds; whether it was still running."""
    process = start(action, *arguments)
    process.join(delay)
    process.kill()  # does nothing when it has ended, even at this moment
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0
