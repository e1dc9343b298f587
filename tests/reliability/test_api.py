"""The API against its own description, by schemathesis: all its checks, and never a 5xx."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, settings

from engine.web.app import create_app
from engine.web.pipeline import run_pipeline
from engine.web.site import Site
from engine.web.store import Store
from tests.reliability import actions

pytestmark = pytest.mark.reliability


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    """A server with a scored catalogue, as its description presents it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'scores.sqlite'}"
    run_pipeline(actions.ENGINES[0], Store(url))
    app = create_app(lambda: Site(actions.ENGINES[0], Store(url)))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = listening.getsockname()[1]
        yield schemathesis.openapi.from_url(f"http://127.0.0.1:{port}/api/openapi.json")
        server.should_exit = True
        thread.join()


schema = schemathesis.pytest.from_fixture("api")


@schema.parametrize()
@settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_its_word(case: schemathesis.Case) -> None:
    case.call_and_validate()
