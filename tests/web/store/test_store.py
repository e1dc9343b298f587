from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import RiskEngine
from engine.careers.filters import UNFILTERED
from engine.errors import StoreError
from engine.web.content.site import Site
from engine.web.store.documents import document
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.web.conftest import ART


def test_the_store_returns_what_the_engine_computed(site: Site, engine: RiskEngine) -> None:
    stored = site.store.score(ART, engine.fingerprint)
    assert stored is not None
    assert stored.pop("run_id") == 1
    assert stored == document(engine.score_occupation(ART))
    (summary,) = [row for row in site.store.summaries(engine.fingerprint) if row["soc_code"] == ART]
    low, high = stored["risk_interval"]
    assert (summary["risk"], summary["risk_low"], summary["risk_high"]) == (
        stored["risk"],
        low,
        high,
    )
    assert summary["rated_risk"] == stored["known_outcomes"]["automation"]
    assert summary["task_count"] == len(stored["tasks"])


def test_stored_matches_are_the_nearest_careers_in_order(site: Site, engine: RiskEngine) -> None:
    matches = site.store.matches(ART, 1)
    nearest = engine.similar_careers(ART, 300, **UNFILTERED)
    ranks = {match.soc_code: rank for rank, match in enumerate(nearest, start=1)}
    assert [match["rank"] for match in matches] == [ranks[m["soc_code"]] for m in matches]
    assert [match["rank"] for match in matches] == sorted(match["rank"] for match in matches)
    expected = {m.soc_code for m in nearest[:20]}
    expected |= {m.soc_code for m in [m for m in nearest if m.risk_difference < 0][:15]}
    expected |= {m.soc_code for m in engine.similar_careers(ART, 10)}
    assert {match["soc_code"] for match in matches} == expected
    assert {match["of"] for match in matches} == {len(engine.corpus.rows_of) - 1}


def test_a_file_that_is_no_database_is_rejected_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "scores.sqlite"
    path.write_text("Not a database, but long enough to be taken for one.\n" * 20)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a database"):
        Store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_locked_database_is_reported_and_nothing_is_written(
    engine: RiskEngine, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_pipeline(engine, store, [ART])
    lock = sa.create_engine(store.url)
    with lock.connect() as connection:
        connection.exec_driver_sql("begin immediate")
        monkeypatch.setattr("engine.web.store.database.BUSY_MILLISECONDS", 50)
        with pytest.raises(StoreError, match="locked"):
            run_pipeline(engine, Store(store.url), [ART], again=True)
        connection.rollback()
    lock.dispose()
    assert [run.run_id for run in store.runs()] == [1]
