from __future__ import annotations

from engine import Task
from engine.web.content.task_order import task_order


def test_core_tasks_come_first_then_the_most_important() -> None:
    tasks = [
        Task("Sweep the hall.", importance=4.9, core=False),
        Task("Count the votes."),
        Task("Read the minutes.", importance=3.5),
        Task("Greet the members.", importance=4.5),
        Task("Hang the coats.", importance=2.0, core=False),
        Task("Call the roll.", importance=3.5),
        Task("Ring the bell.", core=False),
    ]
    assert task_order(tasks) == [3, 2, 5, 0, 4, 1, 6]


def test_without_any_importance_tasks_keep_their_order() -> None:
    assert task_order([Task("Sweep.", core=False), Task("Count."), Task("Read.")]) == [0, 1, 2]
    assert task_order([]) == []
