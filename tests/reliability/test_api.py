"""The API conforms to its OpenAPI description, by all checks of Schemathesis."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn

from engine.web.content.site import Site
from engine.web.server.app import create_app
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.reliability import actions

pytestmark = pytest.mark.reliability


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the URL of the description of a server with a scored catalog."""
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'scores.sqlite'}"
    run_pipeline(actions.engines()[0], Store(url))
    app = create_app(lambda: Site(actions.engines()[0], Store(url)))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = listening.getsockname()[1]
        yield f"http://127.0.0.1:{port}/api/openapi.json"
        server.should_exit = True
        thread.join()


def test_every_operation_conforms_to_its_description(
    description: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Valid and invalid requests, alone and in sequences that build on each other."""
    command = [sys.executable, "-m", "schemathesis.cli"]
    command += [f"--config-file={Path(__file__).with_name('schemathesis.toml')}"]
    command += ["run", description, "--checks=all", "--mode=all"]
    command += ["--max-examples=40", "--seed=1", "--no-color"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-8_000:]
    (cases,) = re.findall(r"(\d[\d,]*) generated", done.stdout)
    record_property("requests by schemathesis", cases)
