"""Log lines as the command line writes them to a file."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from engine.utils import log_setup


@contextmanager
def logging_to(stream: io.StringIO) -> Iterator[None]:
    """Write all log lines of the engine to ``stream``, one JSON object a line."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log_setup.set_up(verbose=True, stream=stream)
    try:
        yield
    finally:
        logging.basicConfig(handlers=handlers, level=level, force=True)
        logging.getLogger("engine").setLevel(logging.NOTSET)
