from __future__ import annotations

from starlette.testclient import TestClient

from engine.version import __version__
from engine.web.content.site import Site


def test_a_server_with_a_store_is_alive_and_ready(client: TestClient, site: Site) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz")
    assert ready.json() == {
        "status": "ready",
        "version": __version__,
        "engine": site.engine.fingerprint,
        "run_id": site.runs()[0].run_id,
    }
    assert ready.headers["cache-control"] == "no-store"


def test_routes_for_operators_are_not_part_of_the_api(client: TestClient) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    assert all(path.startswith("/api/") for path in paths)
