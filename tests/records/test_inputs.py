from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine import EngineError, Occupation, Task
from engine.records.inputs import as_tasks


def test_white_space_in_a_task_is_folded() -> None:
    assert Task("  Write\tcase \n summaries. ").text == "Write case summaries."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "task is blank; write a sentence or remove it"),
        (" \n\t", "task is blank"),
        (None, "task is None, which is not text; write a sentence or remove it"),
        (float("nan"), "task is nan, which is not text"),
        (7, "task is 7, which is not text"),
        ("x" * 100_000, r"task has 100,000 characters .* more than 800; split it"),
        ("12 + 34 = 46 !!", "has no letters"),
    ],
)
def test_an_invalid_task_is_rejected_with_the_reason(text: object, message: str) -> None:
    with pytest.raises(EngineError, match=message):
        Task(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("share", [-0.1, 1.5, "half", True, float("inf")])
def test_time_shares_out_of_range_are_rejected(share: object) -> None:
    with pytest.raises(
        EngineError, match="time_share is .*; give a number from 0 to 1, such as 0.2 for 20%"
    ):
        Task("Write reports.", time_share=share)  # type: ignore[arg-type]


def test_nan_means_unknown() -> None:
    assert Task("Write reports.", time_share=float("nan")).time_share is None


def test_the_error_names_the_position_of_the_invalid_task() -> None:
    with pytest.raises(EngineError, match=r"occupation 'Clerk', task 2: task is blank"):
        Occupation("Clerk", ["File letters.", " "])


@pytest.mark.parametrize("tasks", ["Write reports.", Task("Write reports."), 3, {"a": "b"}])
def test_a_single_task_instead_of_a_list_is_rejected(tasks: object) -> None:
    with pytest.raises(EngineError, match="is not a list; give a list of sentences"):
        as_tasks(tasks)


def test_no_tasks_or_too_many_are_rejected() -> None:
    with pytest.raises(EngineError, match="there are no tasks; give at least one sentence"):
        as_tasks([])
    with pytest.raises(EngineError, match="1,001 tasks are more than 1,000; split them"):
        Occupation(title="Writer", tasks=["Write reports."] * 1_001)
    assert len(as_tasks(["Write reports."] * 1_001)) == 1_001


def test_time_shares_must_add_up() -> None:
    tasks = [Task("Write reports.", time_share=0.7), Task("File letters.", time_share=0.4)]
    with pytest.raises(
        EngineError, match=r"time_share sums to 1\.1 over 2 tasks; make it sum to 1, or"
    ):
        Occupation("Clerk", tasks)
    with pytest.raises(EngineError, match=r"sums to 1\.1 over 2 tasks; make it sum to at most 1"):
        Occupation("Clerk", [*tasks, "Answer calls."])
    with pytest.raises(EngineError, match=r"sums to 0\.5"):
        Occupation("Clerk", [Task("Write reports.", time_share=0.5)])
    job = Occupation("Clerk", [Task("Write reports.", time_share=0.5), "File letters."])
    assert [task.time_share for task in job.task_records] == [0.5, None]


@pytest.mark.parametrize("zone", [0, 6, "four"])
def test_a_job_zone_is_from_1_to_5(zone: object) -> None:
    with pytest.raises(
        EngineError, match="occupation 'Clerk': job_zone is .*; give a number from 1 to 5"
    ):
        Occupation("Clerk", ["File letters."], job_zone=zone)  # type: ignore[arg-type]


def test_titles_and_descriptions_are_inert_and_bounded() -> None:
    found = Occupation(
        "\x1b[31mArt\u202e\tTherapist\x07",
        ["File letters."],
        description="One\nline.\x9b",
    )
    assert (found.title, found.description) == ("[31mArt Therapist", "One\nline.")
    assert Occupation("a" * 300, ["File letters."], description="b" * 5_000).title == "a" * 300
    with pytest.raises(EngineError, match="title has 301 characters .*more than 300; shorten it"):
        Occupation("a" * 301, ["File letters."])
    with pytest.raises(EngineError, match="description has 5,000,000 characters"):
        Occupation("Clerk", ["File letters."], description="b" * 5_000_000)


@pytest.mark.parametrize("title", ["", "  ", "\x1b\u202e", None, 5])
def test_a_blank_title_is_rejected(title: object) -> None:
    with pytest.raises(EngineError, match="occupation title is .*; give it a name"):
        Occupation(title, ["File letters."])  # type: ignore[arg-type]


def test_a_table_instead_of_a_list_is_rejected() -> None:
    import pandas as pd

    with pytest.raises(EngineError, match=r"a table is not a list.*table\['task'\]\.tolist\(\)"):
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
def test_values_of_the_wrong_type_are_rejected(wrong: dict[str, object]) -> None:
    (name,) = wrong
    with pytest.raises(EngineError, match=f"{name} .*; give"):
        Task("Write reports.", **wrong)  # type: ignore[arg-type]


def test_broken_characters_and_invalid_facts_are_rejected() -> None:
    with pytest.raises(EngineError, match="broken character"):
        Task("Write \ud800 reports.")
    with pytest.raises(EngineError, match="description is nan; give text"):
        Occupation("Clerk", ["File letters."], description=float("nan"))  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="whole number"):
        Occupation("Clerk", ["File letters."], job_zone=3.7)  # type: ignore[arg-type]


def test_tasks_and_occupations_are_immutable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Task("Write reports.").text = "Burn reports."  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        Occupation("Clerk", ["File letters."]).title = "Painter"  # type: ignore[misc]


def test_optional_fields_are_keyword_only() -> None:
    with pytest.raises(TypeError, match="positional"):
        Task("File letters.", 0.5)  # type: ignore[misc]
    with pytest.raises(TypeError, match="positional"):
        Occupation("Clerk", ["File letters."], "43-9061.00")  # type: ignore[misc]
