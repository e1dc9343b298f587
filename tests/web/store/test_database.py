from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import RiskEngine
from engine.errors import StoreError
from engine.web.content.site import Site
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.web.conftest import ART
from tests.web.interruption import InterruptionError, interrupt_after


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/name", "is not supported; give a URL such as"),
        ("nonsense", "is not supported; give a URL such as"),
        ("sqlite:////no/such/folder/scores.sqlite", "cannot use store"),
    ],
)
def test_an_unusable_database_is_rejected(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        Store(url)


def test_a_password_in_the_url_is_not_shown() -> None:
    with pytest.raises(StoreError) as caught:
        Store("mysql://user:zanzibarine@host/name")
    assert "zanzibarine" not in str(caught.value)


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server. Root cannot run it, so then user postgres does."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    binaries = found[-1].parent if found else None
    if binaries is None:
        on_path = shutil.which("initdb")
        if on_path is None:
            pytest.skip("PostgreSQL is not installed")
        binaries = Path(on_path).parent
    folder = tmp_path_factory.mktemp("postgresql")
    user: dict[str, object] = {}
    if os.geteuid() == 0:
        try:
            shutil.chown(folder, "postgres")
        except LookupError:
            pytest.skip("no user 'postgres' to run PostgreSQL as")
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
            server.send_signal(signal.SIGINT)  # a fast shutdown
            server.wait()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            Store(url).close()
        except StoreError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("PostgreSQL did not start")


@pytest.mark.slow
def test_postgresql_stores_the_same_as_sqlite(
    postgresql: str, engine: RiskEngine, site: Site
) -> None:
    store = Store(postgresql)
    with pytest.raises(InterruptionError):
        run_pipeline(engine, store, progress=interrupt_after(2))
    run_pipeline(engine, store)
    assert store.score(ART, engine.fingerprint) == site.store.score(ART, engine.fingerprint)
    assert store.summaries(engine.fingerprint) == site.store.summaries(engine.fingerprint)
    assert store.matches(ART, 1) == site.store.matches(ART, 1)
    store.close()
