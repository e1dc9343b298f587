from __future__ import annotations

import pytest

from engine.errors import InputError
from engine.web.content.time_form import as_typed, typed_shares, with_time
from tests.web import hand_made

WRITTEN = [30.0, 30.0, 20.0, 20.0]


def test_typed_numbers_are_read_from_the_form() -> None:
    assert typed_shares({"share-0": " 30 ", "share-1": "1e1", "other": "x"}, 2) == [30.0, 10.0]
    assert as_typed(0.12345) == "12.3"


@pytest.mark.parametrize(("typed", "quoted"), [("much", "'much'"), ("", "''"), ("\x07", "x07")])
def test_what_is_not_a_number_is_named(typed: str, quoted: str) -> None:
    with pytest.raises(InputError, match=f"Time % of task 2 is .*{quoted}"):
        typed_shares({"share-0": "1", "share-1": typed}, 2)


def test_typed_numbers_become_time_shares_that_sum_to_one() -> None:
    tasks = with_time(hand_made.occupation(), [30.0, 60.0, 20.0, 10.0]).tasks
    assert [task.time_share for task in tasks] == pytest.approx([0.25, 0.5, 1 / 6, 1 / 12])


def test_only_a_number_that_was_changed_counts_as_given() -> None:
    result = hand_made.occupation()
    changed = with_time(result, [30.0, 31.0, 20.0, 20.0])
    assert [task.time_share_source for task in changed.tasks] == [
        "importance",
        "given",
        "equal",
        "importance",
    ]
    unchanged = with_time(result, WRITTEN)
    assert unchanged.tasks == result.tasks
    assert unchanged.risk_interval == pytest.approx(result.risk_interval)


def test_a_given_time_share_has_no_error_and_narrows_the_interval() -> None:
    result = hand_made.occupation()
    nearly_the_same = with_time(result, [share + 1e-6 for share in WRITTEN])
    low, high = nearly_the_same.risk_interval
    assert low > result.risk_interval[0] + 1e-4
    assert high < result.risk_interval[1] - 1e-4
    assert nearly_the_same.risk == pytest.approx(result.risk)


@pytest.mark.parametrize(
    "typed",
    [
        [1.0, -1.0, 0, 0],
        [1.0, float("nan"), 0, 0],
        [1.0, float("inf"), 0, 0],
        [0.0] * 4,
        [5e-324, 0, 0, 0],
        [1e308, 1e308, 0, 0],
    ],
)
def test_impossible_shares_are_rejected(typed: list[float]) -> None:
    with pytest.raises(InputError, match="numbers from 0 to 1,000,000, at least one of them"):
        with_time(hand_made.occupation(), typed)


def test_one_share_is_needed_for_each_task() -> None:
    with pytest.raises(InputError, match="got 1 time shares for 4 tasks"):
        with_time(hand_made.occupation(), [1.0])
