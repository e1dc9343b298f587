from __future__ import annotations

import json

import pytest

from engine.records import serialize
from engine.records.frontier import STEPS
from engine.web.store.documents import document
from tests.web import hand_made


def test_a_document_is_the_record_with_its_sources_once() -> None:
    result = hand_made.occupation()
    stored = document(result)
    plain = serialize.as_plain(result, complete=True)
    assert stored["sources"]["automation"]["rater"] == "GPT-4"
    for own, whole in zip(stored.pop("tasks"), plain.pop("tasks"), strict=True):
        assert own | {"sources": plain["sources"]} == whole
    del stored["scenarios"]
    assert stored == plain
    assert json.loads(json.dumps(stored)) == stored


def test_scenarios_are_those_of_the_engine_in_the_order_of_the_tasks() -> None:
    result = hand_made.occupation()
    stored = document(result)["scenarios"]
    assert [step["name"] for step in stored] == list(STEPS)
    for step in stored:
        found = result.what_if(frontier=step["name"])
        assert step["risk"] == found.after.risk
        assert step["risk_interval"] == list(found.after.risk_interval)
        assert [task["risk"] for task in step["tasks"]] == [t.risk for t in found.after.tasks]
        reached = {t.task for t, s in zip(result.tasks, step["tasks"], strict=True) if s["reached"]}
        assert reached == set(found.reached)
    risks = [step["risk"] for step in stored]
    assert risks == sorted(risks)
    hands = stored[-1]
    assert [task["reached"] for task in hands["tasks"]] == [True, True, False, True]
    assert hands["reached_time_share"] == pytest.approx(0.8)


def test_an_engine_without_barriers_has_no_scenarios() -> None:
    assert document(hand_made.occupation(with_barriers=False))["scenarios"] == []
