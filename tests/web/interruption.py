"""Interrupt a pipeline at a chosen moment."""

from __future__ import annotations

from collections.abc import Callable


class InterruptionError(Exception):
    """Ends a pipeline as a signal would."""


def interrupt_after(count: int) -> Callable[[int, int, str], None]:
    """A progress callback that ends the pipeline once ``count`` occupations are done."""

    def progress(done: int, _total: int, _title: str) -> None:
        if done == count:
            raise InterruptionError

    return progress
