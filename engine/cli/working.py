"""Show that a command works, where it takes seconds."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def working(activity: str) -> Iterator[None]:
    """Show a spinner and the activity on stderr until the block ends, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    handlers = [one for one in logging.getLogger().handlers if type(one) is logging.StreamHandler]
    before = sys.stderr
    with Console(stderr=True).status(activity):
        try:
            for handler in handlers:
                handler.setStream(sys.stderr)  # by the spinner, which prints above itself
            yield
        finally:
            for handler in handlers:
                handler.setStream(before)
