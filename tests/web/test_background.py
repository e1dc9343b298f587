"""Processes that end well, end early, or never end."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine import RiskEngine
from engine.web.background import BackgroundPipeline
from engine.web.content.site import Site
from engine.web.server.app import create_app
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.web.conftest import ART
from tests.web.interruption import InterruptionError, interrupt_after

_START = "import os, sys; started = open(sys.argv[1], 'a+'); print(os.getpid(), file=started); "
_START += "started.flush(); started.seek(0); count = len(started.readlines()); "


def _pipeline(started: Path, code: str) -> BackgroundPipeline:
    return BackgroundPipeline(
        [sys.executable, "-c", _START + code, str(started)], pauses=(0.1,) * 3
    )


def _starts(started: Path) -> list[int]:
    return [int(line) for line in started.read_text().split()] if started.exists() else []


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("code", "starts", "failed"),
    [
        ("sys.exit(0)", 1, False),
        ("count < 3 and os.kill(os.getpid(), 9)", 3, False),
        ("os.kill(os.getpid(), 9)", 4, True),
        ("sys.exit(2)", 4, True),
    ],
)
def test_a_pipeline_that_ends_early_is_started_again_a_few_times(
    tmp_path: Path, code: str, starts: int, *, failed: bool
) -> None:
    pipeline = _pipeline(tmp_path / "started", code)
    with pipeline:
        pipeline._thread.join(20)
        assert not pipeline._thread.is_alive()
    assert len(_starts(tmp_path / "started")) == starts
    assert pipeline.failed == failed


def test_the_end_of_the_server_ends_the_pipeline(tmp_path: Path) -> None:
    started = tmp_path / "started"
    with _pipeline(started, "import time; time.sleep(60)") as pipeline:
        _until(lambda: len(_starts(started)) == 1)
    with pytest.raises(ProcessLookupError):
        os.kill(_starts(started)[0], 0)
    assert not pipeline.failed
    assert len(_starts(started)) == 1


@pytest.mark.usefixtures("_no_pause_between_checks")
def test_readiness_says_what_is_missing(engine: RiskEngine, store: Store, tmp_path: Path) -> None:
    total = len(engine.corpus.rows_of)
    pipeline = _pipeline(tmp_path / "started", "sys.exit(2)")
    app = create_app(lambda: Site(engine, store), background=pipeline)
    with TestClient(app) as client:
        first = client.get("/readyz").json()
        assert (first["status"], first["run_id"]) == ("ready", None)
        assert first["missing"] == f"{total} of {total} occupations have no scores"
        with pytest.raises(InterruptionError):
            run_pipeline(engine, store, progress=interrupt_after(3))
        assert client.get("/readyz").json()["missing"] == (
            f"{total - 3} of {total} occupations of run 1 have no scores yet; it is shown when "
            "complete"
        )
        with pipeline:
            pipeline._thread.join(20)
        failed = client.get("/readyz")
        assert failed.status_code == 503
        assert failed.json()["scoring"].startswith("ended too early")
        run_pipeline(engine, store, [ART], again=True)
        partly = client.get("/readyz")
        assert partly.status_code == 200
        assert partly.json()["missing"] == f"{total - 1} of {total} occupations have no scores"
        assert partly.json()["scoring"].startswith("ended too early")
