"""Stores that are old, new, damaged, or not writable; nothing is written into what is not ours."""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine import RiskEngine
from engine.errors import StoreError
from engine.web.content.site import Site
from engine.web.server.app import create_app
from engine.web.store import schema, versions
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.web.conftest import ART


@pytest.fixture(scope="module")
def scored(engine: RiskEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one scored occupation, closed. Tests copy it."""
    path = tmp_path_factory.mktemp("scored") / "scores.sqlite"
    store = Store(f"sqlite:///{path}")
    run_pipeline(engine, store, [ART])
    store.close()
    return path


@pytest.fixture
def path(scored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(scored, tmp_path / "scores.sqlite"))


def _files(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.parent.iterdir()}


def _change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def _to_format_4(path: Path) -> None:
    """As version 4 wrote it: without checksums of the documents."""
    drops = [f"ALTER TABLE {table.name} DROP COLUMN digest" for table in schema.WITH_DOCUMENTS]
    _change(path, *drops, "UPDATE store_format SET format = 4")


def test_there_is_a_step_from_each_version_to_the_next() -> None:
    assert sorted(versions.STEPS) == list(range(min(versions.STEPS), schema.FORMAT))


@pytest.mark.parametrize("read_only", [False, True])
def test_an_older_store_is_brought_up_to_date(
    path: Path, engine: RiskEngine, *, read_only: bool
) -> None:
    before = Store(f"sqlite:///{path}")
    expected = before.score(ART, engine.fingerprint), before.matches(ART, 1)
    before.close()
    _to_format_4(path)
    store = Store(f"sqlite:///{path}", read_only=read_only)
    assert (store.score(ART, engine.fingerprint), store.matches(ART, 1)) == expected
    store.close()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT format FROM store_format").fetchall() == [(schema.FORMAT,)]
    for table in schema.WITH_DOCUMENTS:
        rows = connection.execute(f"SELECT document, digest FROM {table.name}").fetchall()
        assert rows
        assert all(zlib.crc32(document.encode()) == digest for document, digest in rows)
    connection.close()


def test_a_step_that_fails_leaves_the_older_store(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _to_format_4(path)
    count = 0

    def broken(_: str) -> int:
        nonlocal count
        count += 1
        if count == 2:
            raise RuntimeError
        return 1

    monkeypatch.setattr(schema, "digest", broken)
    with pytest.raises(RuntimeError):
        Store(f"sqlite:///{path}")
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT format FROM store_format").fetchall() == [(4,)]
    columns = [row[1] for row in connection.execute("PRAGMA table_info(matches)")]
    connection.close()
    assert "digest" not in columns


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    ("version", "message"),
    [
        (99, "has format 99, but this version reads format 5; install the version of"),
        (3, "has format 3, which this version cannot bring up to date; name a new database"),
    ],
)
def test_a_store_of_an_unknown_version_is_refused_and_stays_as_it_is(
    path: Path, version: int, message: str, *, read_only: bool
) -> None:
    _change(path, f"UPDATE store_format SET format = {version}")
    before = _files(path)
    with pytest.raises(StoreError, match=message):
        Store(f"sqlite:///{path}", read_only=read_only)
    assert _files(path) == before


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_truncated_store_is_refused_and_stays_as_it_is(
    path: Path, part: float, *, read_only: bool
) -> None:
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    before = _files(path)
    with pytest.raises(StoreError, match="malformed|damaged"):
        Store(f"sqlite:///{path}", read_only=read_only)
    assert _files(path) == before


def test_a_check_that_takes_too_long_is_left(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "CHECK_SECONDS", -1.0)
    monkeypatch.setattr(versions, "_STEPS_BETWEEN_LOOKS", 1)
    Store(f"sqlite:///{path}", read_only=True).close()


def test_a_reader_writes_nothing_and_leaves_no_file(path: Path, engine: RiskEngine) -> None:
    before = _files(path)
    store = Store(f"sqlite:///{path}", read_only=True)
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        for page in ("/", f"/occupations/{ART}", f"/api/occupations/{ART}", "/readyz"):
            assert client.get(page).status_code == 200
        with pytest.raises(StoreError, match="readonly"):
            store.put_catalogue(engine.corpus)
    assert _files(path) == before


def test_a_reader_sees_what_a_writer_adds_meanwhile(path: Path, engine: RiskEngine) -> None:
    reader = Store(f"sqlite:///{path}", read_only=True)
    assert [run.run_id for run in reader.complete_runs()] == [1]
    writer = Store(f"sqlite:///{path}")
    run_pipeline(engine, writer, [ART], again=True)
    assert [run.run_id for run in reader.complete_runs()] == [2, 1]
    writer.close()
    assert [run.run_id for run in reader.complete_runs()] == [2, 1]
    reader.close()


@pytest.mark.usefixtures("_no_pause_between_checks")
@pytest.mark.parametrize("table", ["occupation_scores", "task_scores", "matches"])
def test_pages_of_a_changed_document_say_that_the_store_is_damaged(
    path: Path, engine: RiskEngine, table: str
) -> None:
    """A digit of a document is another one, in a page that is well formed."""
    before = bytearray(path.read_bytes())
    connection = sqlite3.connect(path)
    (document,) = connection.execute(f"SELECT document FROM {table} LIMIT 1").fetchone()
    connection.close()
    at = before.index(document[:60].encode()) + next(
        place for place, sign in enumerate(document) if sign in "12345678"
    )
    before[at] += 1
    path.write_bytes(before)
    store = Store(f"sqlite:///{path}", read_only=True)
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        for page in (f"/occupations/{ART}", f"/occupations/{ART}.json"):
            answer = client.get(page)
            assert answer.status_code == 503
            assert f"is damaged: run 1 of {ART} is not as it was written" in answer.text
        assert client.get("/").status_code == 200
    assert path.read_bytes() == before


@pytest.mark.usefixtures("_no_pause_between_checks")
def test_pages_and_readiness_say_that_a_store_was_truncated_meanwhile(
    path: Path, engine: RiskEngine
) -> None:
    store = Store(f"sqlite:///{path}", read_only=True)
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        assert client.get(f"/occupations/{ART}").status_code == 200
        path.write_bytes(path.read_bytes()[:5_000])
        for page in (f"/occupations/{ART}", "/readyz", f"/api/occupations/{ART}"):
            answer = client.get(page)
            assert answer.status_code == 503
            assert "malformed" in answer.text
        assert client.get("/healthz").status_code == 200


def test_processes_that_open_a_new_store_at_once_share_it(
    tmp_path: Path, engine: RiskEngine
) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"

    def open_store(number: int) -> int | None:
        store = Store(url, read_only=number % 2 == 0)
        found = versions.inspect(store._database, url)
        store.close()
        return found

    with ThreadPoolExecutor(12) as openers:
        assert set(openers.map(open_store, range(12))) == {schema.FORMAT}


@pytest.mark.usefixtures("_no_pause_between_checks")
def test_two_servers_on_one_store_show_the_same(path: Path, engine: RiskEngine) -> None:
    url = f"sqlite:///{path}"
    sites = [Site(engine, Store(url, read_only=True)) for _ in range(2)]
    with (
        TestClient(create_app(lambda: sites[0])) as first,
        TestClient(create_app(lambda: sites[1])) as second,
    ):
        for run in (1, 2):
            if run == 2:
                writer = Store(url)
                run_pipeline(engine, writer, [ART], again=True)
                writer.close()
            shown = [
                [client.get(f"/api/occupations/{ART}").json() for client in (first, second)],
                [client.get("/api/runs").json() for client in (first, second)],
            ]
            for one, other in shown:
                assert one == other
            assert shown[0][0]["run_id"] == run
