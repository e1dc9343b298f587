from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import EngineError, Occupation, OccupationRisk, RiskEngine, Task
from engine.records import what_if

TEXTS = ("Answer calls.", "File letters.", "Paint walls.")


def test_the_other_tasks_keep_their_proportions(result: OccupationRisk) -> None:
    moved = result.what_if({"Answer calls.": 0.0})
    assert [task.time_share for task in moved.after.tasks] == pytest.approx([0.0, 0.6, 0.4])
    assert moved.after.risk == pytest.approx(0.3)
    assert moved.risk_difference == pytest.approx(-0.25)
    # Fully correlated errors of .1 each pool to .1; the interval is twice that on each side.
    assert moved.after.risk_interval == pytest.approx((0.1, 0.5))
    # Uncorrelated ones pool to .1 × √(.6² + .4²).
    half = 0.2 * np.sqrt(0.6**2 + 0.4**2)
    assert moved.after.ai_capability_interval == pytest.approx((0.5 - half, 0.5 + half))
    assert moved.changes[0].task == "Answer calls."
    assert sum(change.contribution_change for change in moved.changes) == pytest.approx(-0.25)


def test_tasks_with_equal_text_divide_the_share() -> None:
    tasks = ["File letters.", "Answer calls.", "FILE LETTERS"]
    after = what_if.reallocate(tasks, [0.1, 0.6, 0.3], {"file letters": 0.8})
    assert after == pytest.approx([0.2, 0.2, 0.6])
    assert what_if.reallocate(tasks[:2], [1.0, 0.0], {"File letters.": 0.5}) == [0.5, 0.5]


def test_a_sensitivity_is_the_slope_of_what_if(result: OccupationRisk) -> None:
    for text, slope in zip(TEXTS, result.sensitivities(), strict=True):
        low, high = (result.what_if({text: share}).after.risk for share in (0.1, 0.2))
        assert (high - low) / 0.1 == pytest.approx(slope)


def test_the_same_shares_change_nothing(engine: RiskEngine) -> None:
    job = Occupation("Clerk", [Task("Answer calls.", time_share=0.7), "File letters."])
    scored = engine.score_occupation(job)
    again = scored.what_if({task.task: task.time_share or 0.0 for task in scored.tasks})
    for name, estimate in scored.estimates.items():
        assert again.after.estimates[name].value == pytest.approx(estimate.value)
        assert again.after.estimates[name].interval == pytest.approx(estimate.interval)


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        ({}, "map the text of at least one task to its time share"),
        ({"Paint the walls": 0.1}, "is not a task of this occupation; .* such as 'Paint walls.'"),
        ({"Answer calls.": 20}, "is 20; give a number from 0 to 1, such as 0.2 for 20%"),
        ({"Answer calls.": float("nan")}, "is nan; give a number from 0 to 1"),
        ({"Answer calls.": 0.6, "File letters.": 0.6}, r"sums to 1\.2 .* at most 1"),
        (dict.fromkeys(TEXTS, 0.1), r"sums to 0\.3 over 3 tasks; make it sum to 1"),
        ({"Answer calls.": 0.1, "answer calls": 0.1}, "duplicate task 'answer calls'"),
    ],
)
def test_invalid_shares_are_rejected(
    result: OccupationRisk, shares: dict[str, float], message: str
) -> None:
    with pytest.raises(EngineError, match=message):
        result.what_if(shares)


def test_a_single_task_has_no_sensitivity(result: OccupationRisk) -> None:
    assert replace(result, tasks=result.tasks[:1]).sensitivities() == (0.0,)
