from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import Task
from engine.records.time_share import (
    TimeFacts,
    allocate,
    relative_time,
    share_error,
    yearly_frequency,
)


def test_yearly_frequency_by_hand() -> None:
    # 10% yearly, 30% more than yearly and 60% monthly or more, relevant to 80%:
    # (.1 × √1 + .3 × √4 + .6 × √24) × .8, squared.
    incumbents = {1: 10.0, 2: 30.0, 3: 60.0}
    time = (0.1 * 1 + 0.3 * 2 + 0.6 * np.sqrt(24)) * 0.8
    assert yearly_frequency(incumbents, 80.0) == pytest.approx(time**2)
    assert yearly_frequency({2: 30.0, 1: 10.0}) == pytest.approx(1.75**2)
    assert np.isnan(yearly_frequency({1: 0.0}))


def test_hourly_takes_no_more_time_than_several_times_daily() -> None:
    assert yearly_frequency({7: 100.0}) == pytest.approx(yearly_frequency({6: 100.0}))
    shares, _ = allocate([Task("A task.", frequency=2080), Task("B task.", frequency=780)])
    assert shares.tolist() == [0.5, 0.5]


def test_frequency_is_preferred_to_importance() -> None:
    tasks = [
        Task("A task.", frequency=90, importance=1),
        Task("B task.", frequency=10, importance=5),
    ]
    shares, sources = allocate(tasks)
    assert shares.tolist() == pytest.approx([0.75, 0.25])  # √90 : √10
    assert sources == ["frequency", "frequency"]


def test_a_supplemental_task_counts_half_its_importance() -> None:
    tasks = [Task("A task.", importance=4), Task("B task.", importance=4, core=False)]
    shares, sources = allocate(tasks)
    assert shares.tolist() == pytest.approx([2 / 3, 1 / 3])
    assert sources == ["importance", "importance"]


def test_given_shares_do_not_change_and_the_others_divide_the_remaining_time() -> None:
    tasks = [
        Task("A task.", time_share=0.4),
        Task("B task.", importance=4),
        Task("C task.", importance=2),
    ]
    shares, sources = allocate(tasks)
    assert shares.tolist() == pytest.approx([0.4, 0.4, 0.2])
    assert sources == ["given", "importance", "importance"]


def test_similar_tasks_and_then_equal_parts_fill_in() -> None:
    tasks = [Task("A task."), Task("B task."), Task("C task.")]
    shares, sources = allocate(tasks, np.array([2.0, 0.5, np.nan]))
    assert shares.tolist() == pytest.approx([2 / 3.5, 0.5 / 3.5, 1 / 3.5])
    assert sources == ["similar_tasks", "similar_tasks", "equal"]
    assert allocate(tasks)[0].tolist() == pytest.approx([1 / 3] * 3)


def test_frequency_and_importance_have_one_scale() -> None:
    # Times √10 and √90, with mean 2√10, and mean importance 3: .5, 1.5 and 3/3 of a mean task.
    tasks = [
        Task("A task.", frequency=10, importance=4),
        Task("B task.", frequency=90, importance=2),
        Task("C task.", importance=3),
    ]
    shares, sources = allocate(tasks)
    assert shares.tolist() == pytest.approx([0.5 / 3, 1.5 / 3, 1 / 3])
    assert sources == ["frequency", "frequency", "importance"]


def test_complete_shares_leave_no_time_and_are_rescaled() -> None:
    shares, _ = allocate(
        [Task("A task.", time_share=0.6), Task("B task.", time_share=0.4), Task("C task.")]
    )
    assert shares.tolist() == [0.6, 0.4, 0.0]
    shares, _ = allocate([Task("A task.", time_share=0.5), Task("B task.", time_share=0.498)])
    assert shares.sum() == pytest.approx(1, abs=1e-15)


def test_tasks_that_are_never_done_divide_the_remaining_time_equally() -> None:
    shares, _ = allocate(
        [
            Task("A task.", time_share=0.5),
            Task("B task.", frequency=0),
            Task("C task.", frequency=0),
        ]
    )
    assert shares.tolist() == [0.5, 0.25, 0.25]


def test_the_facts_of_a_task_give_its_relative_time() -> None:
    tasks = [
        Task("A task.", frequency=100, importance=4, core=False),
        Task("B task.", frequency=25),
        Task("C task.", importance=2),
        Task("D task."),
    ]
    facts = [TimeFacts(t.time_share, t.frequency, t.importance, t.core) for t in tasks]
    np.testing.assert_array_equal(relative_time(facts), relative_time(tasks))


def test_relative_time_of_given_shares() -> None:
    time = relative_time([Task("A task.", time_share=0.75), Task("B task.", time_share=0.25)])
    assert time.tolist() == [1.5, 0.5]


@pytest.mark.parametrize(
    ("source", "error"),
    [("given", 0.0), ("frequency", 0.12), ("importance", 0.16), ("similar_tasks", 0.32),
     ("equal", 0.36), (None, 0.0)],
)  # fmt: skip
def test_the_less_is_known_of_a_time_share_the_larger_its_error(
    source: str | None, error: float
) -> None:
    assert share_error(0.4, source) == pytest.approx(error)
    assert share_error(0.0, source) == 0


@pytest.mark.real_data
def test_shares_of_an_onet_occupation_by_hand(data_dir: Path) -> None:
    """The four rated tasks of the excerpt, compared with sums of its rows."""
    import csv

    times = np.sqrt([1, 4, 24, 104, 260, 780, 780])
    yearly: dict[str, float] = {}
    with (data_dir / "onet_30_1" / "Task Ratings excerpt.txt").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter="\t"))
    for task in dict.fromkeys(row["Task ID"] for row in rows):
        own = [row for row in rows if row["Task ID"] == task]
        parts = [float(row["Data Value"]) for row in own if row["Scale ID"] == "FT"]
        relevance = next(float(row["Data Value"]) for row in own if row["Scale ID"] == "RT")
        mean = float(times @ parts) / sum(parts)
        yearly[task] = (mean * relevance / 100) ** 2
    from engine.corpus.sources.onet import _task_ratings

    read, _ = _task_ratings(data_dir / "onet_30_1" / "Task Ratings excerpt.txt")
    assert {task: float(value) for task, value in read.items()} == pytest.approx(yearly)
    tasks = [Task(f"Task {name}.", frequency=value) for name, value in yearly.items()]
    time = np.sqrt(list(yearly.values()))
    np.testing.assert_allclose(allocate(tasks)[0], time / time.sum())
