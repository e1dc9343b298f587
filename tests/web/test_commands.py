from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Self

import pytest
import sqlalchemy as sa

from engine import RiskEngine
from engine.errors import InputError, StoreError
from engine.report.formatting import percent, points
from engine.utils.resources import DATABASE_VARIABLE
from engine.web import commands
from engine.web.background import BackgroundPipeline
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.conftest import WordEncoder
from tests.web.conftest import ART
from tests.web.log_lines import logging_to


@pytest.fixture(autouse=True)
def _loaded(engine: RiskEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands load the small engine."""
    monkeypatch.setattr(RiskEngine, "load", lambda _path=None, **_: engine)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'scores.sqlite'}"


def _pipeline(url: str, *, again: bool = False, report: Path | None = None) -> str:
    return commands.pipeline(engine=None, database=url, soc_codes=[ART], again=again, report=report)


def _serve(
    url: str, *, host: str = "127.0.0.1", score: bool = False, allow_encoder: str | None = None
) -> None:
    commands.serve(
        engine=None,
        allow_encoder=allow_encoder,
        database=url,
        host=host,
        port=0,
        score=score,
    )


def test_pipeline_changes_and_export_say_what_they_did(url: str, tmp_path: Path) -> None:
    assert _pipeline(url) == f"run 1 of {url} is complete: 1 scored"
    assert _pipeline(url) == (f"run 1 of {url} was already complete; start a new run with --again")
    assert _pipeline(url, again=True) == f"run 2 of {url} is complete: 1 scored"
    assert commands.changes(engine=None, database=url, since=1) == "no changes since run 1"
    line = commands.export_site(engine=None, database=url, folder=tmp_path / "www")
    count = sum(path.is_file() for path in (tmp_path / "www").rglob("*"))
    assert line == f"wrote {count} files to {tmp_path / 'www'}"


def test_changes_are_listed_with_their_risks(
    url: str, engine: RiskEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(url)
    run_pipeline(engine, store, [ART])
    record = store.score(ART, engine.fingerprint)
    assert record is not None
    newer = RiskEngine.build(engine.corpus, WordEncoder(), confidence=0.8)
    run = store.start_run(newer.fingerprint, "starter", 0.8, [ART])
    store.put_score(run.run_id, record | {"risk": 0.999}, [])
    store.finish_run(run.run_id)
    store.close()
    monkeypatch.setattr(RiskEngine, "load", lambda _path=None, **_: newer)
    first, line = commands.changes(engine=None, database=url, since=1).splitlines()
    assert first == "1 occupation changed since run 1"
    assert line.split() == [
        *(ART, percent(record["risk"]), "->", "100%"),
        *points(0.999 - record["risk"]).split(),
        *("Art", "Therapists"),
    ]


def test_the_pipeline_writes_a_run_report(engine: RiskEngine, url: str, tmp_path: Path) -> None:
    stream = io.StringIO()
    with logging_to(stream):
        _pipeline(url, report=tmp_path / "report.json")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report.pop("seconds") > 0
    assert report == {
        "run_id": 1,
        "store": url,
        "engine": engine.fingerprint,
        "reference": "starter",
        "scored": 1,
        "resumed": 0,
        "already_complete": False,
    }
    events = [json.loads(line)["event"] for line in stream.getvalue().splitlines()]
    assert events == ["run started", "run complete"]
    _pipeline(url, report=tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["already_complete"]


def test_serve_with_scoring_ends_with_the_reason_if_the_database_is_locked(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(url).close()
    monkeypatch.setattr("engine.web.store.database.BUSY_MILLISECONDS", 50)
    monkeypatch.setattr("engine.web.server.serve.serve_app", lambda *_: None)
    lock = sa.create_engine(url)
    with lock.connect() as connection:
        connection.exec_driver_sql("begin immediate")
        with pytest.raises(StoreError, match="locked"):
            _serve(url, score=True)
        _serve(url)  # it only reads
        connection.rollback()
    lock.dispose()


def test_serve_needs_a_hostname_to_listen_on_all_addresses(url: str) -> None:
    with pytest.raises(InputError, match="set the public hostname with --allowed-host"):
        _serve(url, host="0.0.0.0")


def test_serve_rejects_a_store_of_another_engine_unless_it_scores_the_catalog(
    engine: RiskEngine, other_engine: RiskEngine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_pipeline(engine, Store(url), [ART])
    monkeypatch.setattr(RiskEngine, "load", lambda _path=None, **_: other_engine)
    with pytest.raises(StoreError, match="scored by a different engine"):
        _serve(url)
    events = []

    class Background(BackgroundPipeline):
        def __enter__(self) -> Self:
            events.append(
                ("pipeline starts", self._command[3:], self._environment[DATABASE_VARIABLE])
            )
            return self

        def __exit__(self, *_: object) -> None:
            events.append(("pipeline ends",))

    monkeypatch.setattr(commands, "BackgroundPipeline", Background)
    monkeypatch.setattr(
        "engine.web.server.serve.serve_app",
        lambda _app, _host, port: events.append(("serves", port)),
    )
    _serve(url, score=True, allow_encoder="words")
    assert events == [
        ("pipeline starts", ["pipeline", "--allow-encoder", "words"], url),
        ("serves", 0),
        ("pipeline ends",),
    ]


def test_without_the_extra_a_command_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['sqlalchemy'] = None; sys.argv = ['occupation-risk', 'pipeline'];"
        "from engine.cli.app import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "'sqlalchemy', which is not installed" in done.stderr
    assert "'occupation-risk[web]'" in done.stderr
    assert len(done.stderr.splitlines()) == 1
