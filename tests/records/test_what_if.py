from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import EngineError, Estimate, OccupationRisk
from engine.records import what_if
from engine.records.frontier import STEPS, Frontier
from tests.scored_tasks import barriers, certain, scored_task

TEXTS = ("Answer calls.", "File letters.", "Paint walls.")
UNIT = st.floats(min_value=0, max_value=1)
quickly = settings(deadline=None, max_examples=100, database=None)


@pytest.fixture
def barred(result: OccupationRisk) -> OccupationRisk:
    """Calls and letters need no more than a rule; walls need hands."""
    needs = (barriers(0.0, 0.0, 0.0), barriers(0.0, 0.0, 0.0), barriers(0.0, 1.0, 0.0))
    tasks = [
        replace(task, estimates={**task.estimates, **measures})
        for task, measures in zip(result.tasks, needs, strict=True)
    ]
    return replace(result, tasks=tuple(tasks))


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


def test_the_same_shares_change_nothing(result: OccupationRisk) -> None:
    again = result.what_if({task.task: task.time_share or 0.0 for task in result.tasks})
    assert [task.time_share for task in again.after.tasks] == pytest.approx([0.5, 0.3, 0.2])
    for name, estimate in result.estimates.items():
        after = again.after.estimates[name]
        assert after.value == pytest.approx(estimate.value)
    assert again.after.risk_interval == pytest.approx(result.risk_interval)


def test_a_new_share_is_given_and_the_others_keep_their_source(result: OccupationRisk) -> None:
    rated = replace(
        result, tasks=tuple(replace(task, time_share_source="frequency") for task in result.tasks)
    )
    moved = rated.what_if({"answer CALLS": 0.25}).after
    assert [task.time_share for task in moved.tasks] == pytest.approx([0.25, 0.45, 0.3])
    assert [task.time_share_source for task in moved.tasks] == ["given", "frequency", "frequency"]


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


def test_tasks_within_the_frontier_are_taken_over(barred: OccupationRisk) -> None:
    changed = barred.what_if(frontier="routine screen work")
    assert changed.frontier == Frontier(cognitive=0.25)
    assert [task.risk for task in changed.after.tasks] == pytest.approx([1, 1, 0], abs=1e-6)
    assert changed.after.risk == pytest.approx(0.8)
    assert changed.risk_difference == pytest.approx(0.25)
    # .3 × .5 and .5 × .2 of risk are added.
    assert changed.reached == ("File letters.", "Answer calls.")
    assert [change.reached for change in changed.changes] == [True, True, False]
    assert [change.contribution_change for change in changed.changes] == pytest.approx(
        [0.15, 0.1, 0.0], abs=1e-6
    )


def test_beyond_the_frontier_nothing_changes(barred: OccupationRisk) -> None:
    walls = barred.tasks[2]
    assert what_if.within(walls, Frontier(cognitive=1.0)) is walls


def test_the_error_of_a_reached_task_is_that_of_a_chance() -> None:
    task = scored_task(
        "Sort the mail.",
        risk=Estimate(value=0.2, low=0.1, high=0.3, error=0.05),
        ai_capability=certain(0.5),
        share=None,
        measures=barriers(0.625, 0.0, 0.0),  # an even chance to be within .5
    )
    raised = what_if.within(task, Frontier(cognitive=0.5, physical=1.0, regulatory=1.0))
    assert raised.risk == pytest.approx(0.5)
    assert raised.risk_interval == pytest.approx((0.1, 0.5))
    assert raised.estimates["automation"].error == pytest.approx(0.5)  # 2 × .5 × .5
    assert raised.ai_capability == task.ai_capability


@quickly
@given(UNIT, st.tuples(UNIT, UNIT, UNIT), st.tuples(UNIT, UNIT, UNIT))
def test_a_frontier_never_lowers_a_risk(
    risk: float, needs: tuple[float, float, float], limits: tuple[float, float, float]
) -> None:
    task = scored_task(
        "Sort the mail.",
        risk=Estimate(value=risk, low=risk / 2, high=(1 + risk) / 2, error=0.1),
        ai_capability=certain(0.5),
        share=None,
        measures=barriers(*needs),
    )
    cognitive, physical, regulatory = limits
    frontier = Frontier(cognitive=cognitive, physical=physical, regulatory=regulatory)
    low, high = what_if.within(task, frontier).risk_interval
    assert risk <= what_if.within(task, frontier).risk <= high
    assert low <= risk


def test_a_further_step_never_lowers_the_risk(barred: OccupationRisk) -> None:
    risks = [barred.what_if(frontier=name).after.risk for name in STEPS]
    assert risks == sorted(risks)
    assert risks[0] >= barred.risk


def test_time_and_frontier_change_together(barred: OccupationRisk) -> None:
    changed = barred.what_if({"Paint walls.": 0.6}, frontier={"cognitive": 0.25})
    # .4 of the time remains for calls and letters, which are taken over.
    assert [task.time_share for task in changed.after.tasks] == pytest.approx([0.25, 0.15, 0.6])
    assert changed.after.risk == pytest.approx(0.4)
    total = sum(change.contribution_change for change in changed.changes)
    assert total == pytest.approx(changed.risk_difference)


def test_without_a_frontier_nothing_is_reached(result: OccupationRisk) -> None:
    changed = result.what_if({"Paint walls.": 0.6})
    assert changed.frontier is None
    assert changed.reached == ()
    assert {change.reached for change in changed.changes} == {None}


def test_something_must_change(result: OccupationRisk) -> None:
    with pytest.raises(EngineError, match="nothing to change; give time_shares, a frontier"):
        result.what_if()


def test_a_frontier_needs_all_barriers(result: OccupationRisk) -> None:
    with pytest.raises(EngineError, match="does not estimate complexity, physicality, regulation"):
        result.what_if(frontier="hands too")
    measures = barriers(0.0, 0.0, 0.0)
    measures.pop("regulation")
    task = replace(result.tasks[0], estimates={**result.tasks[0].estimates, **measures})
    with pytest.raises(EngineError, match="does not estimate regulation, which a frontier needs"):
        what_if.within(task, Frontier(cognitive=0.5))


def test_an_unknown_frontier_is_rejected(result: OccupationRisk) -> None:
    with pytest.raises(EngineError, match="unknown frontier 'robots'"):
        result.what_if(frontier="robots")
