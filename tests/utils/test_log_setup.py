from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from engine.utils import log_setup


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """A stream for log lines; the logging setup is restored afterward."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield io.StringIO()
    logging.basicConfig(handlers=handlers, level=level, force=True)
    logging.getLogger("engine").setLevel(logging.NOTSET)


def _lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("verbose", "events"),
    [(False, ["measure dropped"]), (True, ["run started", "measure dropped"])],
)
def test_events_are_logged_from_warnings_up_or_all_if_verbose(
    stream: io.StringIO, verbose: bool, events: list[str]
) -> None:
    log_setup.set_up(verbose=verbose, stream=stream)
    logger = logging.getLogger("engine.x")
    logger.debug("never")
    logger.info("run started")
    logger.warning("measure dropped", extra={"measure": "use"})
    lines = _lines(stream)
    assert [line["event"] for line in lines] == events
    last = lines[-1]
    assert str(last.pop("time")).endswith("+00:00")
    assert last == {
        "level": "warning",
        "logger": "engine.x",
        "event": "measure dropped",
        "measure": "use",
    }


def test_an_exception_is_logged_by_its_class_and_place_without_its_message(
    stream: io.StringIO,
) -> None:
    log_setup.set_up(stream=stream)
    try:
        raise RuntimeError("zanzibarine")
    except RuntimeError as error:
        logging.getLogger("engine.x").error("failed", exc_info=error)
    (line,) = _lines(stream)
    assert line["error"] == "RuntimeError"
    assert str(line["raised_at"]).endswith(
        " test_an_exception_is_logged_by_its_class_and_place_without_its_message']"
    )
    assert "zanzibarine" not in stream.getvalue()


def test_a_line_on_a_terminal_is_words_without_control_characters() -> None:
    record = logging.makeLogRecord(
        {"levelname": "WARNING", "msg": "%s lost", "args": ("\x1b[31m",), "folder": "a\nb"}
    )
    assert log_setup.TextFormatter().format(record) == "warning: ␛[31m lost (folder a␊b)"
