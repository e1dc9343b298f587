"""How far a run is, for people: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TextIO

from engine.batch.run import Progress

_SECONDS = 10.0
"""Between two lines."""


@contextlib.contextmanager
def shown_on(stream: TextIO) -> Iterator[Callable[[Progress], None]]:
    """What a run reports its progress to."""
    if not stream.isatty():
        yield _Lines(stream)
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Bar(*columns, console=Console(file=stream)) as bar:
        task = bar.add_task("starting", total=None)
        begun = time.monotonic()

        def report(progress: Progress) -> None:
            told = _told(progress, time.monotonic() - begun)
            bar.update(task, completed=progress.done, total=progress.rows, description=told)

        yield report


class _Lines:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._begun = time.monotonic()
        self._next = 0.0

    def __call__(self, progress: Progress) -> None:
        seconds = time.monotonic() - self._begun
        if seconds < self._next and progress.done < progress.rows:
            return
        self._next = seconds + _SECONDS
        new = progress.done - progress.before
        left = ""
        if new and progress.done < progress.rows:
            left = f", {seconds * (progress.rows - progress.done) / new:,.0f} s left"
        print(_told(progress, seconds) + left, file=self._stream, flush=True)


def _told(progress: Progress, seconds: float) -> str:
    told = f"{progress.done:,} of {progress.rows:,} rows"
    new = progress.done - progress.before
    return f"{told}, {new / seconds:,.0f} rows/s" if new and seconds > 0 else told
