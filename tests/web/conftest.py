"""A scored store and a server over it, with the small engine."""

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


@pytest.fixture(scope="session")
def engine(starter: Corpus) -> RiskEngine:
    """A few occupations, so that the whole catalogue is scored in a second or two."""
    codes = starter.occupations["soc_code"].tolist()
    return RiskEngine.build(starter.select([*codes[::40], ART]), WordEncoder())


@pytest.fixture(scope="session")
def site(engine: RiskEngine, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small catalogue, all of it scored. Not to be changed."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'scores.sqlite'}")
    run_pipeline(engine, store)
    return Site(engine, store)


@pytest.fixture(scope="session")
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: site), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'own.sqlite'}")
    yield store
    store.close()


@pytest.fixture(scope="session")
def other_engine(starter: Corpus) -> RiskEngine:
    """An engine of another catalogue."""
    codes = starter.occupations["soc_code"].tolist()
    return RiskEngine.build(starter.select(codes[5::50]), WordEncoder())
