from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest

from engine import OccupationRisk
from engine.records.results import time_by_category


def test_sums_of_an_occupation_by_hand(result: OccupationRisk) -> None:
    assert result.high_risk_time_share == pytest.approx(0.8)  # risks of .8 and .5, not of 0
    assert result.out_of_scope_time_share == pytest.approx(0.2)
    assert result.tier == "High"
    assert [task.contribution for task in result.tasks] == pytest.approx([0.4, 0.15, 0.0])
    assert result.time_by_category == {
        "Administering": pytest.approx(0.7),
        "Information and Data Processing": pytest.approx(0.3),
    }
    assert list(result.time_by_category) == ["Administering", "Information and Data Processing"]


def test_tasks_can_be_sorted_by_contribution(result: OccupationRisk) -> None:
    backward = dataclasses.replace(result, tasks=tuple(reversed(result.tasks)))
    order = ["Answer calls.", "File letters.", "Paint walls."]
    assert [task.task for task in backward.tasks_by_contribution] == order
    assert backward.to_frame(by_contribution=True)["Task"].tolist() == order
    assert backward.to_frame()["Task"].tolist() == order[::-1]


def test_the_frame_is_the_table_of_the_page_in_percent(result: OccupationRisk) -> None:
    frame = result.to_frame()
    assert list(frame.columns) == ["Task", "Category", "AI Capability", "Risk Score", "Time %"]
    assert frame.to_numpy().tolist() == [
        ["Answer calls.", "Administering", 50.0, 80.0, 50.0],
        ["File letters.", "Information and Data Processing", 50.0, 50.0, 30.0],
        ["Paint walls.", "Administering", 50.0, 0.0, 20.0],
    ]


def test_category_totals_are_sorted_from_the_largest() -> None:
    totals = time_by_category([("A", 0.25), ("B", 0.5), ("A", 0.125)])
    assert list(totals.items()) == [("B", 0.5), ("A", 0.375)]


def test_results_can_be_pickled_copied_and_hashed(result: OccupationRisk) -> None:
    assert pickle.loads(pickle.dumps(result)) == result == copy.deepcopy(result)
    assert hash(result) == hash(copy.copy(result))
    assert dataclasses.asdict(result.tasks[0])["task"] == "Answer calls."


def test_results_are_immutable(result: OccupationRisk) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.title = "Painter"  # type: ignore[misc]
    with pytest.raises(TypeError):
        result.tasks[0].estimates["automation"] = None  # type: ignore[index]
