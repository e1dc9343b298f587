from __future__ import annotations

import pytest

from engine import Occupation, Task
from engine.errors import InputError
from engine.web.content.time_form import typed_shares, with_shares

TASKS = ["Write reports for the board of the club.", "Paint the walls and ceilings of rooms."]
JOB = Occupation("Odd jobs", TASKS)


def test_typed_numbers_become_time_shares_that_sum_to_one() -> None:
    shares = typed_shares({"share-0": " 30 ", "share-1": "1e1", "other": "x"}, 2)
    assert shares == [30.0, 10.0]
    tasks = with_shares(JOB, shares).task_records
    assert tasks == (Task(TASKS[0], time_share=0.75), Task(TASKS[1], time_share=0.25))


@pytest.mark.parametrize(("typed", "quoted"), [("much", "'much'"), ("", "''"), ("\x07", "x07")])
def test_what_is_not_a_number_is_named(typed: str, quoted: str) -> None:
    with pytest.raises(InputError, match=f"Time % of task 2 is .*{quoted}"):
        typed_shares({"share-0": "1", "share-1": typed}, 2)


@pytest.mark.parametrize(
    "shares", [[1.0, -1.0], [1.0, float("nan")], [1.0, float("inf")], [0.0, 0.0]]
)
def test_impossible_shares_are_rejected(shares: list[float]) -> None:
    with pytest.raises(InputError, match="numbers of 0 or more, at least one of them above 0"):
        with_shares(JOB, shares)


def test_one_share_is_needed_for_each_task() -> None:
    with pytest.raises(InputError, match="got 1 time shares for 2 tasks"):
        with_shares(JOB, [1.0])
