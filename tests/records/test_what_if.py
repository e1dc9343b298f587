from __future__ import annotations

import pytest

from engine import EngineError, Estimate, Occupation, OccupationRisk, RiskEngine, Task, TaskRisk
from engine.records.estimates import ErrorModel

TEXTS = ("Answer calls.", "File letters.", "Paint walls.")


def _task(text: str, risk: float, share: float) -> TaskRisk:
    estimates = {
        "automation": Estimate(value=risk, low=0.0, high=1.0, error=0.1),
        "exposure": Estimate(value=0.5, low=0.0, high=1.0, error=0.1),
    }
    return TaskRisk(
        task=text,
        estimates=estimates,
        ai_capability_level="E1",
        category="Administering",
        novelty=0.0,
        out_of_scope=False,
        neighbours=(),
        time_share=share,
    )


RESULT = OccupationRisk(
    title="Clerk",
    tasks=tuple(_task(*row) for row in zip(TEXTS, (0.8, 0.4, 0.0), (0.5, 0.3, 0.2), strict=True)),
    estimates={
        "automation": Estimate(value=0.52, low=0.4, high=0.6, error=0.1),
        "exposure": Estimate(value=0.5, low=0.4, high=0.6, error=0.1),
    },
    confidence=0.9,
    reference="test",
    errors={"automation": ErrorModel(1.0, 2.0), "exposure": ErrorModel(0.0, 2.0)},
)


def test_the_others_keep_their_proportions() -> None:
    moved = RESULT.what_if({"Answer calls.": 0.0})
    assert [task.time_share for task in moved.after.tasks] == pytest.approx([0.0, 0.6, 0.4])
    assert moved.after.risk == pytest.approx(0.24)
    assert moved.risk_difference == pytest.approx(-0.28)
    # Wholly correlated errors of .1 each: size .1, twice that either side.
    assert moved.after.risk_interval == pytest.approx((0.04, 0.44))
    assert moved.changes[0].task == "Answer calls."
    assert sum(change.contribution_change for change in moved.changes) == pytest.approx(-0.28)


def test_a_sensitivity_is_the_slope_of_what_if() -> None:
    for text, slope in zip(TEXTS, RESULT.sensitivities(), strict=True):
        low, high = (RESULT.what_if({text: share}).after.risk for share in (0.1, 0.2))
        assert (high - low) / 0.1 == pytest.approx(slope)


def test_the_shares_as_they_are_change_nothing(engine: RiskEngine) -> None:
    job = Occupation("Clerk", [Task("Answer calls.", time_share=0.7), "File letters."])
    scored = engine.score_occupation(job)
    again = scored.what_if({task.task: task.time_share or 0.0 for task in scored.tasks})
    for name, estimate in scored.estimates.items():
        assert again.after.estimates[name].value == pytest.approx(estimate.value)
        assert again.after.estimates[name].interval == pytest.approx(estimate.interval)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({}, "at least one task"),
        ({"Paint the walls": 0.1}, "such as 'Paint walls.'"),
        ({"Answer calls.": 20}, "write 0.2 for 20 %"),
        ({"Answer calls.": float("nan")}, "from 0 to 1"),
        ({"Answer calls.": 0.6, "File letters.": 0.6}, "at most 1"),
        (dict.fromkeys(TEXTS, 0.1), "exactly 1"),
        ({"Answer calls.": 0.1, "answer calls": 0.1}, "twice"),
    ],
)
def test_shares_that_do_not_fit_are_refused(shares: dict[str, float], said: str) -> None:
    with pytest.raises(EngineError, match=said):
        RESULT.what_if(shares)


def test_an_only_task_has_nothing_to_give_to() -> None:
    job = OccupationRisk(
        title="One",
        tasks=RESULT.tasks[:1],
        estimates=RESULT.estimates,
        confidence=0.9,
        reference="test",
    )
    assert job.sensitivities() == (0.0,)
