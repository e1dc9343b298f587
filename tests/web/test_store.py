from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import RiskEngine
from engine.errors import InputError, StoreError, UnknownRunError
from engine.records import serialize
from engine.web.content.site import Site
from engine.web.store.pipeline import changes_since, run_pipeline
from engine.web.store.store import RUNNING, Store
from tests.conftest import ART


class _CutOffError(Exception):
    pass


def _cut_off_after(count: int):  # type: ignore[no-untyped-def]
    def progress(done: int, _total: int, _title: str) -> None:
        if done == count:
            raise _CutOffError

    return progress


def test_what_is_stored_is_what_the_engine_says(site: Site, engine: RiskEngine) -> None:
    stored = site.store.score(ART, engine.fingerprint)
    assert stored is not None
    run = stored.pop("run_id")
    assert stored == serialize.as_plain(engine.score_occupation(ART), complete=True)
    assert run == 1
    matches = site.store.matches(ART, run)
    nearest = engine.similar_careers(ART, 3, safer_only=False, max_job_zone_gap=None)
    assert [m["soc_code"] for m in matches[:3]] == [m.soc_code for m in nearest]
    assert [m["rank"] for m in matches] == sorted(m["rank"] for m in matches)
    assert {m["of"] for m in matches} == {len(engine.corpus.rows_of) - 1}
    assert len({m["soc_code"] for m in matches}) == len(matches)


def test_a_run_is_shown_only_when_complete_and_goes_on_where_it_was_cut_off(
    engine: RiskEngine, store: Store
) -> None:
    with pytest.raises(_CutOffError):
        run_pipeline(engine, store, progress=_cut_off_after(3))
    (run,) = store.runs(engine.fingerprint)
    assert run.state == RUNNING
    assert len(store.scored_codes(run.run_id)) == 3
    assert store.summaries(engine.fingerprint) == []
    code = sorted(store.scored_codes(run.run_id))[0]
    assert store.score(code, engine.fingerprint) is None
    assert store.score(code, engine.fingerprint, run.run_id) is None
    done = run_pipeline(engine, store)
    total = len(engine.corpus.rows_of)
    assert (done.run_id, done.scored, done.resumed) == (run.run_id, total - 3, 3)
    assert len(store.summaries(engine.fingerprint)) == total
    assert run_pipeline(engine, store).already_complete


def test_a_few_occupations_leave_the_others_as_they_are(engine: RiskEngine, store: Store) -> None:
    assert run_pipeline(engine, store, [ART]).scored == 1
    shown = Site(engine, store)
    scored = [row["soc_code"] for row in shown.overview() if row["risk"] is not None]
    assert scored == [ART]
    assert len(shown.overview()) == len(engine.corpus.rows_of)
    assert run_pipeline(engine, store, [ART], again=True).run_id == 2
    assert changes_since(store, 1, engine.fingerprint) == []
    with pytest.raises(UnknownRunError, match="expected one of the store's: 2, 1"):
        changes_since(store, 7, engine.fingerprint)
    with pytest.raises(InputError, match="55-1011"):
        run_pipeline(engine, store, ["55-1011"])


def test_two_pipelines_on_one_run_write_each_occupation_once(
    engine: RiskEngine, store: Store
) -> None:
    rival = Store(store.url)
    raced = []

    def progress(done: int, _total: int, _title: str) -> None:
        if done == 1:  # the other takes the run over, and completes it
            raced.append(run_pipeline(engine, rival))

    first = run_pipeline(engine, store, progress=progress)
    total = len(engine.corpus.rows_of)
    assert first.scored + raced[0].scored == total
    assert raced[0].run_id == first.run_id
    assert len(store.summaries(engine.fingerprint)) == total


def test_changes_between_engines_and_a_store_of_another_engine(
    engine: RiskEngine, other_engine: RiskEngine, store: Store
) -> None:
    run_pipeline(engine, store)
    with pytest.raises(StoreError, match="scored by another engine"):
        Site(other_engine, store)
    run_pipeline(other_engine, store)
    before = {row["soc_code"]: row["risk"] for row in store.summaries(engine.fingerprint)}
    after = {row["soc_code"]: row["risk"] for row in store.summaries(other_engine.fingerprint)}
    differ = {c for c in {*before, *after} if before.get(c) != after.get(c)}
    found = changes_since(store, 1, other_engine.fingerprint)
    assert {change.soc_code for change in found} == differ
    sizes = [abs(change.difference) for change in found]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://host/name", "expected a URL such as"),
        ("nonsense", "expected a URL such as"),
        ("sqlite:////no/such/folder/scores.sqlite", "cannot be used"),
    ],
)
def test_a_database_that_is_none(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        Store(url)


def test_a_file_that_is_no_database_and_a_store_of_another_form(tmp_path: Path) -> None:
    path = tmp_path / "scores.sqlite"
    path.write_text("Not a database, but a text that is long enough to be taken for one.\n" * 20)
    with pytest.raises(StoreError, match="not a database"):
        Store(f"sqlite:///{path}")
    assert path.read_text().startswith("Not a database")
    path.unlink()
    Store(f"sqlite:///{path}").close()
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(sa.text("update store_format set format = 99"))
    engine.dispose()
    with pytest.raises(StoreError, match="format 99: expected format 2"):
        Store(f"sqlite:///{path}")


def test_a_locked_database_is_said_and_nothing_half_written(
    engine: RiskEngine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_pipeline(engine, store, [ART])
    lock = sa.create_engine(store.url)
    with lock.connect() as connection:
        connection.exec_driver_sql("begin immediate")
        monkeypatch.setattr("engine.web.store.database.BUSY_MILLISECONDS", 50)
        with pytest.raises(StoreError, match="locked"):
            run_pipeline(engine, Store(store.url), [ART], again=True)
        connection.rollback()
    lock.dispose()
    assert [run.run_id for run in store.runs()] == [1]


# PostgreSQL -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server of our own; root may not run one, so another user does."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    binaries = found[-1].parent if found else None
    if binaries is None:
        on_path = shutil.which("initdb")
        if on_path is None:
            pytest.skip("PostgreSQL is not installed: expected initdb and pg_ctl")
        binaries = Path(on_path).parent
    folder = tmp_path_factory.mktemp("postgresql")
    user: dict[str, object] = {}
    if os.geteuid() == 0:
        try:
            shutil.chown(folder, "postgres")
        except LookupError:
            pytest.skip("there is no user 'postgres' to run PostgreSQL as")
        for parent in folder.parents[:3]:
            parent.chmod(parent.stat().st_mode | 0o011)
        user = {"user": "postgres"}
    data = folder / "data"
    initdb = [binaries / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-N"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **user)  # type: ignore[call-overload]
    options = ("-c", "listen_addresses=", "-c", "fsync=off", "-k", folder)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *options], stderr=log, stdout=log, **user
        )  # type: ignore[call-overload]
        url = f"postgresql://tester@/postgres?host={folder}"
        try:
            _wait_for(url, server)
            yield url
        finally:
            server.send_signal(signal.SIGINT)  # ends its connections, then itself
            server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            Store(url).close()
        except StoreError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("PostgreSQL ended at once")


@pytest.mark.slow
def test_postgresql_holds_the_same(postgresql: str, engine: RiskEngine, site: Site) -> None:
    store = Store(postgresql)
    with pytest.raises(_CutOffError):
        run_pipeline(engine, store, progress=_cut_off_after(2))
    run_pipeline(engine, store)
    assert store.score(ART, engine.fingerprint) == site.store.score(ART, engine.fingerprint)
    assert store.summaries(engine.fingerprint) == site.store.summaries(engine.fingerprint)
    assert store.matches(ART, 1) == site.store.matches(ART, 1)
    store.close()
