from __future__ import annotations

import io
import logging
import sys

import pytest

from engine.cli.working import working
from engine.utils import log_setup


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.usefixtures("_restored_logging")
def test_a_terminal_shows_the_activity_and_log_lines_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    log_setup.set_up()
    with working("loading the engine"):
        logging.getLogger("engine").warning("first time")
    logging.getLogger("engine").warning("second time")
    shown = terminal.getvalue()
    assert "loading the engine" in shown
    assert "warning: first time\n" in shown
    assert "enginewarning" not in shown
    assert shown.endswith("warning: second time\n")


def test_other_streams_show_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with working("loading the engine"):
        pass
    assert capsys.readouterr() == ("", "")


@pytest.fixture
def _restored_logging(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", logging.getLogger().handlers)
    monkeypatch.setattr(logging.getLogger(), "level", logging.getLogger().level)
