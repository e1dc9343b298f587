from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine import OccupationRisk
from engine.records.estimates import ErrorModel
from engine.records.serialize import as_plain, to_json


def test_json_has_every_field_in_the_units_of_the_records(result: OccupationRisk) -> None:
    read = json.loads(result.to_json())
    assert list(read) == [
        *("title", "tasks", "estimates", "confidence", "reference", "soc_code", "job_zone"),
        *("description", "risk", "risk_interval", "ai_capability", "ai_capability_interval"),
        *("high_risk_time_share", "out_of_scope_time_share", "tier"),
    ]
    assert read["risk"] == 0.55
    assert read["risk_interval"] == [0.35, 0.75]
    assert read["tier"] == "High"
    assert read["high_risk_time_share"] == pytest.approx(0.8)
    task = read["tasks"][0]
    assert list(task) == [
        *("task", "estimates", "ai_capability_level", "category", "novelty", "out_of_scope"),
        *("neighbours", "in_reference", "known_outcomes", "time_share", "time_share_source"),
        *("risk", "risk_interval", "ai_capability", "ai_capability_interval", "contribution"),
    ]
    assert task["estimates"]["exposure"] == {"value": 0.5, "low": 0.25, "high": 0.75}
    assert task["neighbours"][0]["outcomes"] == {"automation": 0.75}
    assert task["time_share_source"] == "given"


def test_json_can_be_sorted_by_contribution(result: OccupationRisk) -> None:
    backward = replace(result, tasks=tuple(reversed(result.tasks)))
    read = json.loads(backward.to_json(by_contribution=True))
    assert [task["task"] for task in read["tasks"]] == [task.task for task in result.tasks]


def test_a_complete_record_has_the_internal_fields(result: OccupationRisk) -> None:
    read = as_plain(result, complete=True)
    assert read["errors"]["automation"] == {"correlation": 1.0, "reach": 2.0}
    assert read["tasks"][0]["estimates"]["automation"]["error"] == 0.1


def test_numbers_that_are_not_finite_become_null() -> None:
    infinite = ErrorModel(0.5, float("inf"))
    assert json.loads(to_json([infinite])) == [{"correlation": 0.5, "reach": None}]
