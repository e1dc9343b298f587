"""Progress of a batch run: a bar on a terminal, a line every ten seconds elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TextIO

_LINE_SECONDS = 10.0


@dataclass(frozen=True)
class BatchProgress:
    """Number of complete rows in a batch run.

    Attributes:
        before: rows that earlier calls completed.
        done: rows complete now, including those before.
        rows: rows of the run.
    """

    before: int
    done: int
    rows: int


ReportProgress = Callable[[BatchProgress], None]


@contextlib.contextmanager
def show_progress(stream: TextIO) -> Iterator[ReportProgress]:
    """Yield a function that shows the progress it is called with."""
    if not stream.isatty():
        yield _ProgressLines(stream)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream)) as bar:
        row = bar.add_task("starting", total=None)
        start = time.monotonic()

        def update(progress: BatchProgress) -> None:
            text = _text(progress, time.monotonic() - start)
            bar.update(row, completed=progress.done, total=progress.rows, description=text)

        yield update


class _ProgressLines:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._start = time.monotonic()
        self._next = 0.0

    def __call__(self, progress: BatchProgress) -> None:
        seconds = time.monotonic() - self._start
        if seconds < self._next and progress.done < progress.rows:
            return
        self._next = seconds + _LINE_SECONDS
        line = _text(progress, seconds)
        scored = progress.done - progress.before
        if scored and progress.done < progress.rows:
            remaining = seconds * (progress.rows - progress.done) / scored
            line += f", {remaining:,.0f} s left"
        with contextlib.suppress(OSError):  # a full disk of the log does not stop the run
            print(line, file=self._stream, flush=True)


def _text(progress: BatchProgress, seconds: float) -> str:
    text = f"{progress.done:,} of {progress.rows:,} rows"
    scored = progress.done - progress.before
    return f"{text}, {scored / seconds:,.0f} rows/s" if scored and seconds > 0 else text
