from __future__ import annotations

import json
from dataclasses import replace

import pytest

from engine import OccupationRisk
from engine.records.measures import Source
from engine.records.pooling import ErrorModel
from engine.records.serialize import as_plain, to_json
from tests.scored_tasks import barriers, certain


def test_json_has_every_field_in_the_units_of_the_records(result: OccupationRisk) -> None:
    read = json.loads(result.to_json())
    assert list(read) == [
        *("title", "tasks", "estimates", "confidence", "reference", "soc_code", "job_zone"),
        *("description", "sources", "risk", "risk_interval", "ai_capability"),
        *("ai_capability_interval", "can_take_over", "can_help", "stays_human", "barriers"),
        *("known_outcomes", "high_risk_time_share", "out_of_scope_time_share"),
        *("unlike_reference_time_share", "tier", "rated_tier"),
    ]
    assert read["risk"] == 0.55
    assert read["risk_interval"] == [0.35, 0.75]
    assert read["tier"] == "High"
    assert read["high_risk_time_share"] == pytest.approx(0.8)
    task = read["tasks"][0]
    assert list(task) == [
        *("task", "estimates", "ai_capability_level", "category", "novelty", "out_of_scope"),
        *(
            "unlike_reference",
            "neighbours",
            "in_reference",
            "known_outcomes",
            "neighbour_means",
            "time_share",
        ),
        *("time_share_source", "risk", "risk_interval", "ai_capability"),
        *("ai_capability_interval", "can_take_over", "can_help", "stays_human", "barriers"),
        "contribution",
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
    assert read["errors"]["automation"] == {
        "correlation": 1.0,
        "edges": [],
        "reaches": [2.0],
        "deviate": 0.0,
    }
    assert read["tasks"][0]["estimates"]["automation"]["error"] == 0.1


def test_json_has_the_parts_the_rating_and_the_barriers(result: OccupationRisk) -> None:
    measures = barriers(0.25, 0.75, 0.0)
    tasks = [
        replace(task, estimates={**task.estimates, **measures}, known_outcomes={"automation": 0.25})
        for task in result.tasks
    ]
    scored = replace(
        result, tasks=tuple(tasks), estimates={**result.estimates, "physicality": certain(0.75)}
    )
    read = json.loads(scored.to_json())
    assert read["known_outcomes"] == {"automation": pytest.approx(0.25)}
    assert read["rated_tier"] == "Moderate"
    assert read["can_help"] == pytest.approx(0.1)
    assert read["barriers"] == {"physical": {"value": 0.75, "low": 0.75, "high": 0.75}}
    assert list(read["tasks"][0]["barriers"]) == ["cognitive", "physical", "regulatory"]
    assert json.loads(result.to_json())["rated_tier"] is None


def test_sources_are_stated_once_for_an_occupation(result: OccupationRisk) -> None:
    sources = {"automation": Source(title="Survey", rater="people", date="2024")}
    task = replace(result.tasks[0], sources=sources)
    read = json.loads(replace(result, sources=sources, tasks=(task,)).to_json())
    assert read["sources"]["automation"] == {
        "title": "Survey",
        "rater": "people",
        "date": "2024",
        "license": "",
    }
    assert "sources" not in read["tasks"][0]


def test_numbers_that_are_not_finite_become_null() -> None:
    infinite = ErrorModel(correlation=0.5, edges=(0.5,), reaches=(2.0, float("inf")))
    assert json.loads(to_json([infinite])) == [
        {"correlation": 0.5, "edges": [0.5], "reaches": [2.0, None], "deviate": 0.0}
    ]
