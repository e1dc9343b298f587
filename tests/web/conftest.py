"""A scored store and a server over it, with a small engine."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine import Corpus, RiskEngine
from engine.web.content.site import Site
from engine.web.pages import views
from engine.web.pages.exploring import ranking
from engine.web.pages.links import FileLinks
from engine.web.pages.rendering import STATIC
from engine.web.pages.static_site import export
from engine.web.server.app import create_app
from engine.web.store.documents import document
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.conftest import WordEncoder
from tests.web import hand_made
from tests.web.browsing import CHROMIUM, files_served, new_context

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
def described(engine: RiskEngine, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small catalog with scores made by hand, which have barriers. Tests must not change it."""
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'scores.sqlite'}")
    run = store.start_run(engine.fingerprint, engine.corpus.name, engine.confidence, None)
    for number, code in enumerate(engine.corpus.rows_of):
        store.put_score(run.run_id, document(hand_made.numbered(number, code)), [])
    store.finish_run(run.run_id)
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


# A browser ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    arguments = ["--disable-background-networking", "--disable-component-update"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that fails the test if its console logs a message."""
    context = new_context(browser, accept_downloads=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    messages: list[str] = []
    page.on("console", lambda message: messages.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: messages.append(str(error)))
    yield page
    context.close()
    assert messages == []


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    import uvicorn

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(lambda: site), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture(scope="module")
def exported(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The export under a sub-path of a server of plain files."""
    folder = tmp_path_factory.mktemp("www")
    export(site, folder / "below" / "here")
    with files_served(folder) as address:
        yield f"{address}/below/here"


@pytest.fixture(scope="module")
def by_hand(described: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Pages of occupations that were made by hand, on a server of plain files."""
    folder = tmp_path_factory.mktemp("hand")
    shutil.copytree(STATIC, folder / "static")
    record = document(hand_made.occupation())
    html = views.at_shares(FileLinks(""), record, range(len(record["tasks"])))
    (folder / "index.html").write_text(html, encoding="utf-8")
    (folder / "ranking").mkdir()
    ranked = ranking(described, FileLinks("ranking"))
    (folder / "ranking" / "index.html").write_text(ranked, encoding="utf-8")
    with files_served(folder) as address:
        yield address
