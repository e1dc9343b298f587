from __future__ import annotations

import pytest

from engine import RiskEngine
from engine.errors import InputError, StoreError
from engine.web.content.site import Site
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import RUNNING, Store
from tests.web.conftest import ART
from tests.web.interruption import InterruptionError, interrupt_after


def test_an_interrupted_run_is_hidden_until_it_is_resumed_and_complete(
    engine: RiskEngine, store: Store
) -> None:
    with pytest.raises(InterruptionError):
        run_pipeline(engine, store, progress=interrupt_after(3))
    (run,) = store.runs(engine.fingerprint)
    assert run.state == RUNNING
    assert store.complete_runs() == []
    assert len(store.scored_codes(run.run_id)) == 3
    assert store.summaries(engine.fingerprint) == []
    code = min(store.scored_codes(run.run_id))
    assert store.score(code, engine.fingerprint) is None
    assert store.score(code, engine.fingerprint, run.run_id) is None
    done = run_pipeline(engine, store)
    total = len(engine.corpus.rows_of)
    assert (done.run_id, done.scored, done.resumed) == (run.run_id, total - 3, 3)
    assert len(store.summaries(engine.fingerprint)) == total
    again = run_pipeline(engine, store)
    assert (again.already_complete, again.scored) == (True, 0)


def test_a_run_of_one_occupation_leaves_the_others_unscored(
    engine: RiskEngine, store: Store
) -> None:
    assert run_pipeline(engine, store, [ART]).scored == 1
    overview = Site(engine, store).overview()
    assert [row["soc_code"] for row in overview if row["risk"] is not None] == [ART]
    assert len(overview) == len(engine.corpus.rows_of)


def test_again_starts_a_new_run(engine: RiskEngine, store: Store) -> None:
    assert [
        run_pipeline(engine, store, [ART], again=again).run_id for again in (False, False, True)
    ] == [1, 1, 2]


@pytest.mark.parametrize(("codes", "message"), [(["55-1011"], "55-1011"), ([], "no SOC codes")])
def test_codes_outside_the_catalog_are_rejected(
    engine: RiskEngine, store: Store, codes: list[str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        run_pipeline(engine, store, codes)
    assert store.runs() == []


def test_two_pipelines_on_one_run_write_each_occupation_once(
    engine: RiskEngine, store: Store
) -> None:
    other = Store(store.url)
    others = []

    def progress(done: int, _total: int, _title: str) -> None:
        if done == 1:  # the other pipeline completes the run in the meantime
            others.append(run_pipeline(engine, other))

    first = run_pipeline(engine, store, progress=progress)
    total = len(engine.corpus.rows_of)
    assert (first.scored, others[0].scored) == (1, total - 1)
    assert others[0].run_id == first.run_id
    assert len(store.summaries(engine.fingerprint)) == total
    other.close()


def test_a_site_rejects_a_store_of_another_engine_until_its_own_scores_are_in(
    engine: RiskEngine, other_engine: RiskEngine, store: Store
) -> None:
    run_pipeline(engine, store, [ART])
    with pytest.raises(StoreError, match="scored by a different engine"):
        Site(other_engine, store)
    run_pipeline(other_engine, store)
    scored = {row["soc_code"] for row in Site(other_engine, store).overview() if row["run_id"]}
    assert scored == set(other_engine.corpus.rows_of)
