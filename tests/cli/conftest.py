"""The command line, called in this process, and a saved engine that it loads quickly."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine import RiskEngine
from engine.cli.app import main
from engine.utils import log_setup


@dataclass(frozen=True)
class Done:
    """A finished call."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call ``occupation-risk`` with some arguments, and return what it prints and its status."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(log_setup, "set_up", lambda **_: None)  # would replace pytest's handlers

    def run(*arguments: object, stdin: bytes = b"") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as exit_:
            main(list(map(str, arguments)))
        return Done(int(exit_.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture(scope="session")
def saved(engine: RiskEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved engine that scores the occupations of its catalog without its encoder."""
    folder = tmp_path_factory.mktemp("engines") / "saved"
    engine.save(folder)
    return folder
