"""Log lines: words for people at a terminal, one JSON object a line everywhere else.

The engine logs with the standard library, an event and its facts:
``logger.info("engine loaded", extra={"seconds": 1.2})``. The text of an exception is never
written, as it may hold what a user typed; where it was raised is.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
_FRAMES_SHOWN = 3


def set_up(*, verbose: bool = False, stream: TextIO | None = None) -> None:
    """Send log lines to ``stream``, stderr by default: warnings, or all events if ``verbose``."""
    target = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(target)
    handler.setFormatter(Plain() if target.isatty() else AsJson())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("engine").setLevel(logging.INFO if verbose else logging.WARNING)


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """What was given beside the event, and where an exception was raised.

    Names with an underscore before them are what libraries mark every record with.
    """
    found = {
        name: value
        for name, value in vars(record).items()
        if name not in _STANDARD and not name.startswith("_")
    }
    if record.exc_info and record.exc_info[0] is not None:
        frames = traceback.extract_tb(record.exc_info[2])[-_FRAMES_SHOWN:]
        found["error"] = record.exc_info[0].__name__
        found["raised_at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return found


class AsJson(logging.Formatter):
    """``{"time": …, "level": …, "logger": …, "event": …}`` and the facts."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"time": time, "level": record.levelname.lower(), "logger": record.name}
        line = head | {"event": record.getMessage()} | facts(record)
        return json.dumps(line, ensure_ascii=False, default=str)


class Plain(logging.Formatter):
    """``warning: event (fact value, …)``."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        told = ", ".join(f"{name} {value}" for name, value in facts(record).items())
        line = f"{record.levelname.lower()}: {record.getMessage()}" + (f" ({told})" if told else "")
        return line.translate(_CONTROL)


# Control characters could steer the terminal.
_CONTROL = {code: 0x2400 + code for code in range(32)} | {127: 0x2421}
