"""What those who run the server are told: health, metrics, log lines, reports."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from engine import RiskEngine
from engine.utils import log_setup
from engine.web import commands
from engine.web.content.site import Site
from engine.web.server.app import create_app
from engine.web.store.store import Store
from tests.conftest import ART


def _series(client: TestClient) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Log lines as they are written where no terminal is."""
    old, stream = (logging.getLogger().handlers[:], logging.getLogger().level), io.StringIO()
    log_setup.set_up(verbose=True, stream=stream)
    yield stream
    logging.basicConfig(handlers=old[0], level=old[1], force=True)
    logging.getLogger("engine").setLevel(logging.NOTSET)


def test_it_lives_and_is_ready(client: TestClient, site: Site) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}
    ready = client.get("/readyz")
    assert ready.json()["run_id"] == site.runs()[0].run_id
    assert ready.json()["engine"] == site.engine.fingerprint
    assert ready.headers["cache-control"] == "no-store"
    assert "/healthz" not in client.get("/api/openapi.json").json()["paths"]


def test_it_is_not_ready_without_its_store(engine: RiskEngine, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'scores.sqlite'}")
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        assert client.get("/readyz").json()["run_id"] is None
        store.close()
        for path in tmp_path.iterdir():
            path.unlink()
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "expected a database that is there" in answer.json()["store"]
        assert client.get("/healthz").status_code == 200


def test_requests_are_counted_by_route(site: Site) -> None:
    with TestClient(create_app(lambda: site)) as client:
        for _ in range(3):
            client.get(f"/occupations/{ART}")
        client.get("/occupations/55-9999")
        client.post("/api/score", json={"tasks": ["Write reports."]})
        told = _series(client)
    page = "/occupations/{soc}"
    assert told["http_requests_total", "GET", page, "200"] == 3
    assert told["http_requests_total", "GET", page, "404"] == 1
    assert told["http_requests_total", "POST", "/api/score", "200"] == 1
    assert told["http_request_duration_seconds_count", page] == 4
    assert told["http_requests_in_progress",] == 1  # the one that asks
    assert told["scoring_run",] == site.revision()
    assert told["occupation_risk_info", site.engine.fingerprint, "0.1.0"] == 1
    assert told["process_resident_memory_bytes",] > 0


def test_however_much_is_asked_for_there_are_no_more_series(site: Site) -> None:
    with TestClient(create_app(lambda: site)) as client:

        def ask(number: int) -> int:
            client.get(f"/zanzibarine/{number}")
            client.get(f"/occupations/zanzibarine-{number}?q={number}")
            client.get(f"/static/zanzibarine-{number}.css")
            client.request(f"ZANZIBARINE{number}", "/")
            client.get("/", headers={"host": f"zanzibarine{number}"})
            return len(_series(client))

        ask(0)
        first = ask(1)
        assert [ask(number) for number in range(2, 12)] == [first] * 10
        assert "zanzibarine" not in client.get("/metrics").text.lower()


def test_a_line_of_the_log_is_an_object_and_has_no_addresses(
    client: TestClient, lines: io.StringIO
) -> None:
    client.get("/occupations/zanzibarine?q=zanzibarine")
    (told,) = map(json.loads, lines.getvalue().splitlines())
    assert told.pop("seconds") >= 0
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "info",
        "logger": "engine.web.server.telemetry",
        "event": "request",
        "method": "GET",
        "route": "/occupations/{soc}",
        "status": "422",
    }


def test_it_is_quiet_unless_asked(client: TestClient, lines: io.StringIO) -> None:
    log_setup.set_up(stream=lines)
    client.get("/")
    logging.getLogger("engine.x").warning("measure dropped", extra={"measure": "use"})
    (told,) = map(json.loads, lines.getvalue().splitlines())
    assert (told["level"], told["event"], told["measure"]) == ("warning", "measure dropped", "use")


def test_at_a_terminal_a_line_is_words_and_steers_nothing() -> None:
    record = logging.makeLogRecord(
        {"levelname": "WARNING", "msg": "%s lost", "args": ("\x1b[31m",), "folder": "a\nb"}
    )
    assert log_setup.Plain().format(record) == "warning: ␛[31m lost (folder a␊b)"


def test_the_pipeline_reports_as_json(
    engine: RiskEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: io.StringIO
) -> None:
    monkeypatch.setattr(RiskEngine, "load", lambda _path=None: engine)
    report, url = tmp_path / "report.json", f"sqlite:///{tmp_path / 'scores.sqlite'}"
    commands.pipeline(None, url, [ART], False, report)
    told = json.loads(report.read_text("utf-8"))
    assert told.pop("seconds") > 0
    assert told == {
        "run_id": 1,
        "store": url,
        "engine": engine.fingerprint,
        "reference": "starter",
        "scored": 1,
        "resumed": 0,
        "already_complete": False,
    }
    events = [json.loads(line)["event"] for line in lines.getvalue().splitlines()]
    assert events == ["run started", "run complete"]
    commands.pipeline(None, url, [ART], False, report)
    assert json.loads(report.read_text("utf-8"))["already_complete"]
