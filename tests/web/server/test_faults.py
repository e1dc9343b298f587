"""Stores that are unscored, locked, missing or from another engine; input beyond every limit."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from engine import RiskEngine
from engine.web.content.site import Site
from engine.web.pages.labels import NOT_SCORED
from engine.web.server.app import create_app
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.web.conftest import ART
from tests.web.interruption import InterruptionError, interrupt_after


@pytest.mark.usefixtures("_no_pause_between_checks")
def test_progress_is_shown_until_the_first_run_is_complete(
    engine: RiskEngine, store: Store
) -> None:
    total = len(engine.corpus.rows_of)
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        assert client.get("/api/runs").json()["progress"] is None
        assert 'id="progress"' not in client.get("/").text
        with pytest.raises(InterruptionError):
            run_pipeline(engine, store, progress=interrupt_after(3))
        for path in ("/", f"/occupations/{ART}"):
            assert f"3 of {total}</span> occupations done" in client.get(path).text
        progress = client.get("/api/runs").json()["progress"]
        assert progress == {"run_id": 1, "done": 3, "total": total}
        run_pipeline(engine, store)
        assert client.get("/api/runs").json()["progress"] is None
        assert 'id="progress"' not in client.get("/").text
        assert 'id="risk"' in client.get(f"/occupations/{ART}").text


@pytest.mark.usefixtures("_no_pause_between_checks")
def test_readers_do_not_wait_for_a_writer(engine: RiskEngine, store: Store) -> None:
    run_pipeline(engine, store, [ART])
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        lock = sa.create_engine(store.url)
        with lock.connect() as connection:
            connection.exec_driver_sql("begin immediate")
            for path in ("/", f"/occupations/{ART}", "/api/occupations", f"/compare?soc={ART}"):
                assert client.get(path).status_code == 200
            connection.rollback()
        lock.dispose()


@pytest.mark.usefixtures("_no_pause_between_checks")
def test_a_database_that_disappears_is_a_503_for_people_and_programs(
    engine: RiskEngine, tmp_path: Path
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'scores.sqlite'}")
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        assert client.get("/").status_code == 200
        assert client.get("/readyz").json()["run_id"] is None
        store.close()
        for path in tmp_path.iterdir():
            path.unlink()
        pages = ("/", f"/occupations/{ART}", "/data", f"/api/occupations/{ART}", "/api/runs")
        for path in (*pages, "/readyz"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert "check that the database exists" in answer.text
            assert "Traceback" not in answer.text
        scored = client.post("/api/score", json={"tasks": ["Write reports for the board."]})
        assert scored.status_code == 200  # needs no store
        assert client.get("/healthz").status_code == 200


@pytest.mark.usefixtures("_no_pause_between_checks")
def test_pages_show_the_catalog_of_their_engine_not_that_of_the_store(
    engine: RiskEngine, other_engine: RiskEngine, store: Store
) -> None:
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        store.put_catalogue(other_engine.corpus)
        missing = min({*engine.corpus.rows_of} - {*other_engine.corpus.rows_of})
        answer = client.get(f"/occupations/{missing}")
        assert answer.status_code == 200
        assert NOT_SCORED in answer.text
        assert client.get(f"/api/occupations/{missing}").json()["run_id"] is None


def test_ten_thousand_tasks_in_the_form_are_rejected(client: TestClient) -> None:
    text = "\n".join(f"Write report {number}." for number in range(10_000))
    answer = client.post("/score", data={"text": text, "step": "score"})
    assert answer.status_code == 422
    assert "10,000 tasks" in answer.text
    shares = {f"share-{number}": "1" for number in range(3_000)}
    assert client.post(f"/occupations/{ART}", data=shares).status_code == 400


@pytest.mark.parametrize("path", ["/score", f"/occupations/{ART}", "/api/score"])
def test_a_body_of_a_megabyte_is_rejected(client: TestClient, path: str) -> None:
    answer = client.post(path, data={"text": "x" * 1_000_000})
    assert answer.status_code == 413
    assert "less than 1,000,000 bytes" in answer.text


@pytest.mark.parametrize(
    "path", ["/?q={}", "/compare?q={}", "/groups/{}", "/api/occupations?q={}", "/{}", "/?q=a&x={}"]
)
@pytest.mark.parametrize("typed", ["%00", "%1b[31m%07", "%3Cscript%3Ealert(1)%3C/script%3E", "%FF"])
def test_text_typed_into_an_address_is_shown_as_text(
    client: TestClient, path: str, typed: str
) -> None:
    answer = client.get(path.format(typed))
    assert answer.status_code in (200, 404)
    assert "<script>" not in answer.text
    assert not any(ord(sign) < 32 and sign not in "\t\n\r" for sign in answer.text)
