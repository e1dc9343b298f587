"""A scored store and a server over it, with a small engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine import Corpus, RiskEngine
from engine.web.content.site import Site
from engine.web.server.app import create_app
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.conftest import WordEncoder

ART, CHIEF = "29-1129.01", "11-1011.00"
ART_BEFORE_2019 = "29-1125.01"


@pytest.fixture(scope="session")
def engine(starter: Corpus) -> RiskEngine:
    """An engine of a few occupations, which scores its catalog in a second or two."""
    codes = starter.occupations["soc_code"].tolist()
    return RiskEngine.build(starter.select_occupations([*codes[::40], ART]), WordEncoder())


@pytest.fixture(scope="session")
def site(engine: RiskEngine, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small catalog, all of it scored. Tests must not change it."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'scores.sqlite'}")
    run_pipeline(engine, store)
    return Site(engine, store)


@pytest.fixture(scope="session")
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: site), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    store = Store(f"sqlite:///{tmp_path / 'own.sqlite'}")
    yield store
    store.close()


@pytest.fixture(scope="session")
def other_engine(starter: Corpus) -> RiskEngine:
    """An engine with another catalog."""
    codes = starter.occupations["soc_code"].tolist()
    return RiskEngine.build(starter.select_occupations(codes[5::50]), WordEncoder())


@pytest.fixture
def _no_pause_between_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site queries the store at every request."""
    monkeypatch.setattr("engine.web.content.run_monitor.SECONDS_BETWEEN_CHECKS", -1.0)
