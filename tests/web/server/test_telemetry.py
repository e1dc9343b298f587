"""Metrics, and the log line of each request."""

from __future__ import annotations

import io
import json

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from engine.version import __version__
from engine.web.content.site import Site
from engine.web.server.app import create_app
from tests.web.conftest import ART
from tests.web.log_lines import logging_to


def _series(client: TestClient) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_requests_are_counted_by_route(site: Site) -> None:
    with TestClient(create_app(lambda: site)) as client:
        for _ in range(3):
            client.get(f"/occupations/{ART}")
        client.get("/occupations/55-9999")
        client.post("/api/score", json={"tasks": ["Write reports."]})
        series = _series(client)
    page = "/occupations/{soc}"
    assert series["http_requests_total", "GET", page, "200"] == 3
    assert series["http_requests_total", "GET", page, "404"] == 1
    assert series["http_requests_total", "POST", "/api/score", "200"] == 1
    assert series["http_request_duration_seconds_count", page] == 4
    assert series["http_requests_in_progress",] == 1  # the request for the metrics
    assert series["scoring_run",] == site.monitor.revision()
    assert series["occupation_risk_info", site.engine.fingerprint, __version__] == 1
    assert series["process_resident_memory_bytes",] > 0


def test_clients_cannot_add_series(site: Site) -> None:
    with TestClient(create_app(lambda: site)) as client:

        def request(number: int) -> int:
            client.get(f"/zanzibarine/{number}")
            client.get(f"/occupations/zanzibarine-{number}?q={number}")
            client.get(f"/static/zanzibarine-{number}.css")
            client.request(f"ZANZIBARINE{number}", "/")
            client.get("/", headers={"host": f"zanzibarine{number}"})
            return len(_series(client))

        request(0)
        first = request(1)
        assert [request(number) for number in range(2, 12)] == [first] * 10
        assert "zanzibarine" not in client.get("/metrics").text.lower()


def test_the_log_line_of_a_request_has_its_route_and_no_address(client: TestClient) -> None:
    stream = io.StringIO()
    with logging_to(stream):
        client.get("/occupations/zanzibarine?q=zanzibarine", follow_redirects=False)
    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert line.pop("seconds") >= 0
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "engine.web.server.telemetry",
        "event": "request",
        "method": "GET",
        "route": "/occupations/{soc}",
        "status": "303",
    }


def test_requests_are_not_logged_by_default(client: TestClient) -> None:
    from engine.utils import log_setup

    stream = io.StringIO()
    with logging_to(stream):
        log_setup.set_up(stream=stream)
        client.get("/")
    assert stream.getvalue() == ""
