"""Set up logging: plain text on a terminal, one JSON object per line everywhere else.

The engine logs with the standard library, an event and its facts:
``logger.info("engine loaded", extra={"seconds": 1.2})``. The log never contains the message of an
exception, because it may quote what a user typed; it contains where the exception was raised.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from engine.utils.text import CONTROL_PICTURES

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_MAX_FRAMES = 3


def set_up(*, verbose: bool = False, stream: TextIO | None = None) -> None:
    """Send log lines to ``stream``, stderr by default: warnings, or all events if ``verbose``."""
    target = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(target)
    handler.setFormatter(TextFormatter() if target.isatty() else JsonFormatter())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("engine").setLevel(logging.INFO if verbose else logging.WARNING)


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """Return the facts of an event, and where its exception was raised.

    Names that start with an underscore are left out: libraries add them to every record.
    """
    found = {
        name: value
        for name, value in vars(record).items()
        if name not in _STANDARD and not name.startswith("_")
    }
    if record.exc_info and record.exc_info[0] is not None:
        frames = traceback.extract_tb(record.exc_info[2])[-_MAX_FRAMES:]
        found["error"] = record.exc_info[0].__name__
        found["raised_at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return found


class JsonFormatter(logging.Formatter):
    """Format an event as ``{"time": …, "level": …, "logger": …, "event": …}`` and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the event as one line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"time": time, "level": record.levelname.lower(), "logger": record.name}
        line = head | {"event": record.getMessage()} | facts(record)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """Format an event as ``warning: event (fact value, …)``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the event as one line without control characters."""
        details = ", ".join(f"{name} {value}" for name, value in facts(record).items())
        line = f"{record.levelname.lower()}: {record.getMessage()}"
        # A terminal would obey control characters, so the log shows their pictures.
        return (f"{line} ({details})" if details else line).translate(CONTROL_PICTURES)
