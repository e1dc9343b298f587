from __future__ import annotations

import pytest

from engine import RiskEngine
from engine.errors import UnknownRunError
from engine.web.store.changes import changes_since
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.web.conftest import ART


def test_changes_between_engines_are_the_risks_that_differ_largest_first(
    engine: RiskEngine, other_engine: RiskEngine, store: Store
) -> None:
    run_pipeline(engine, store)
    run_pipeline(other_engine, store)
    before = {row["soc_code"]: row["risk"] for row in store.summaries(engine.fingerprint)}
    after = {row["soc_code"]: row["risk"] for row in store.summaries(other_engine.fingerprint)}
    found = changes_since(store, 1, other_engine.fingerprint)
    assert {change.soc_code: (change.before, change.after) for change in found} == {
        code: (before.get(code), after.get(code))
        for code in {*before, *after}
        if before.get(code) != after.get(code)
    }
    sizes = [abs(change.difference) for change in found]
    assert sizes == sorted(sizes, reverse=True)


def test_a_run_of_a_few_occupations_is_compared_for_those_only(
    engine: RiskEngine, store: Store
) -> None:
    run_pipeline(engine, store, [ART])
    run_pipeline(engine, store)
    assert changes_since(store, 1, engine.fingerprint) == []


def test_an_unknown_run_is_reported_with_those_there_are(engine: RiskEngine, store: Store) -> None:
    with pytest.raises(UnknownRunError, match="no complete run 7; run 'occupation-risk pipeline'"):
        changes_since(store, 7, engine.fingerprint)
    for _ in range(2):
        run_pipeline(engine, store, [ART], again=True)
    with pytest.raises(UnknownRunError, match="no complete run 7; name one of 2, 1"):
        changes_since(store, 7, engine.fingerprint)
