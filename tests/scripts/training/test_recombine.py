from __future__ import annotations

import numpy as np

from scripts.training.recombine import joined, parts

TASKS = [
    "Write monthly reports on sales and costs.",
    "Repair pumps, motors, and valves with hand tools.",
    "Train staff on new equipment.",
]
WORDS = [task.rstrip(".").split() for task in TASKS]


def _is_inside(part: list[str], task: list[str]) -> bool:
    return any(task[start : start + len(part)] == part for start in range(len(task)))


def test_parts_are_runs_of_words_of_one_task() -> None:
    found = parts(TASKS, 10, np.random.default_rng(0))
    assert len(found) == len(set(found)) > 0
    for text in found:
        plain = [[word.rstrip(",;") for word in task] for task in WORDS]
        part = [word.rstrip(",;") for word in text.split()]
        assert len(part) >= 2
        assert any(_is_inside(part, task) and part != task for task in plain)


def test_joined_tasks_meet_at_a_common_word() -> None:
    found = joined(TASKS, 10, np.random.default_rng(0))
    # "on" is the only link that two of the tasks share, apart from "and".
    assert set(found) == {
        "Write monthly reports on new equipment",
        "Train staff on sales and costs",
        "Write monthly reports on sales and valves with hand tools",
        "Repair pumps, motors, and costs",
    }


def test_no_tasks_give_no_sentences() -> None:
    generator = np.random.default_rng(0)
    assert parts([], 3, generator) == joined([], 3, generator) == []
    assert joined(["Lift boxes."], 3, generator) == []
