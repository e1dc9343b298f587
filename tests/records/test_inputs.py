from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine import EngineError, Estimate, Occupation, OccupationRisk, Task, TaskRisk
from engine.records.inputs import as_tasks


def _scored(text: str, risk: float, share: float) -> TaskRisk:
    estimates = {
        "automation": Estimate(value=risk, low=risk / 2, high=min(1.0, risk * 2)),
        "exposure": Estimate(value=0.5, low=0.0, high=1.0),
    }
    return TaskRisk(
        task=text,
        estimates=estimates,
        ai_capability_level="E2",
        category="Administering",
        novelty=0.5,
        out_of_scope=False,
        neighbours=(),
        time_share=share,
    )


def test_white_space_of_a_task_is_folded() -> None:
    assert Task("  Write\tcase \n summaries. ").text == "Write case summaries."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "blank"),
        (" \n\t", "blank"),
        (None, "NoneType"),
        (float("nan"), "float"),
        (7, "int"),
        ("x" * 100_000, "100,000 characters"),
        ("12 + 34 = 46 !!", "no letters"),
    ],
)
def test_what_is_not_a_task_is_refused_with_the_reason(text: object, said: str) -> None:
    with pytest.raises(EngineError, match="expected") as error:
        Task(text)  # type: ignore[arg-type]
    assert said in str(error.value)


@pytest.mark.parametrize("share", [-0.1, 1.5, "half", True, float("inf")])
def test_shares_out_of_range_are_refused(share: object) -> None:
    with pytest.raises(EngineError, match=r"time_share is .* expected a number from 0 to 1"):
        Task("Write reports.", time_share=share)  # type: ignore[arg-type]


def test_a_missing_number_is_none_however_it_is_written() -> None:
    assert Task("Write reports.", time_share=float("nan")).time_share is None


def test_the_position_of_a_faulty_task_is_named() -> None:
    with pytest.raises(EngineError, match=r"occupation 'Clerk', task 2: task is blank"):
        Occupation("Clerk", ["File letters.", " "])


@pytest.mark.parametrize("tasks", ["Write reports.", Task("Write reports."), 3, {"a": "b"}])
def test_a_single_task_where_a_list_belongs_is_refused(tasks: object) -> None:
    with pytest.raises(EngineError, match="expected a list of sentences"):
        as_tasks(tasks)


def test_no_tasks_and_far_too_many_are_refused() -> None:
    with pytest.raises(EngineError, match="there are no tasks"):
        as_tasks([])
    with pytest.raises(EngineError, match="at most 1,000"):
        as_tasks(["Write reports."] * 1_001)


def test_shares_must_fit_together() -> None:
    tasks = [Task("Write reports.", time_share=0.7), Task("File letters.", time_share=0.4)]
    with pytest.raises(EngineError, match=r"sums to 1\.1 over 2 tasks: expected exactly 1"):
        Occupation("Clerk", tasks)
    with pytest.raises(EngineError, match=r"expected at most 1, as some tasks have none"):
        Occupation("Clerk", [*tasks, "Answer calls."])
    with pytest.raises(EngineError, match=r"sums to 0\.5"):
        Occupation("Clerk", [Task("Write reports.", time_share=0.5)])
    assert (
        len(Occupation("Clerk", [Task("Write reports.", time_share=0.5), "File letters."]).tasks)
        == 2
    )


@pytest.mark.parametrize("zone", [0, 6, "four"])
def test_a_job_zone_is_from_1_to_5(zone: object) -> None:
    with pytest.raises(EngineError, match="job_zone"):
        Occupation("Clerk", ["File letters."], job_zone=zone)  # type: ignore[arg-type]


@pytest.mark.parametrize("title", ["", "  ", None, 5])
def test_a_title_is_needed(title: object) -> None:
    with pytest.raises(EngineError, match="occupation title"):
        Occupation(title, ["File letters."])  # type: ignore[arg-type]


def test_a_table_where_a_list_belongs_is_refused() -> None:
    import pandas as pd

    with pytest.raises(EngineError, match=r"got a table.*table\['task'\]\.tolist\(\)"):
        as_tasks(pd.DataFrame({"task": ["Write reports."]}))


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_share": 10**400},
        {"time_share": np.True_},
        {"core": "false"},
        {"core": None},
        {"importance": 9},
        {"category": "Working"},
    ],
)
def test_values_of_another_kind_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(EngineError, match="expected"):
        Task("Write reports.", **wrong)  # type: ignore[arg-type]


def test_half_a_character_and_other_descriptions_are_refused() -> None:
    with pytest.raises(EngineError, match="broken character"):
        Task("Write \ud800 reports.")
    with pytest.raises(EngineError, match="description is a float"):
        Occupation("Clerk", ["File letters."], description=float("nan"))  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="whole number"):
        Occupation("Clerk", ["File letters."], job_zone=3.7)  # type: ignore[arg-type]


def test_records_can_be_pickled_copied_and_hashed() -> None:
    import copy
    import pickle

    task = _scored("Write reports.", 0.5, 1.0)
    assert pickle.loads(pickle.dumps(task)) == task == copy.deepcopy(task)
    assert hash(task) == hash(copy.copy(task))
    assert dataclasses.asdict(task)["task"] == "Write reports."


def test_records_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Task("Write reports.").text = "Burn reports."  # type: ignore[misc]
    with pytest.raises(TypeError):
        _scored("Write reports.", 0.5, 1.0).estimates["automation"] = None  # type: ignore[index]


def test_an_occupation_result_by_hand() -> None:
    tasks = (_scored("Write.", 0.8, 0.5), _scored("Lift.", 0.1, 0.2), _scored("Plan.", 0.5, 0.3))
    risk = Estimate(value=0.57, low=0.4, high=0.7)
    result = OccupationRisk(
        title="Clerk",
        tasks=tasks,
        estimates={"automation": risk, "exposure": risk},
        confidence=0.9,
        reference="test",
    )
    assert result.high_risk_time_share == pytest.approx(0.8)  # .8 and .5 count, .1 does not
    assert result.tier == "High"
    assert [task.task for task in result.tasks_by_contribution] == ["Write.", "Plan.", "Lift."]
    assert [task.contribution for task in tasks] == pytest.approx([0.4, 0.02, 0.15])
