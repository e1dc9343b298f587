from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import EngineError, Neighbour, TaskRisk
from tests.scored_tasks import certain, scored_task

UNIT = st.floats(min_value=0, max_value=1)
quickly = settings(deadline=None, max_examples=100, database=None)


def _task(risk: float, capability: float, **means: float) -> TaskRisk:
    return scored_task(
        "Answer calls.",
        risk=certain(risk),
        ai_capability=certain(capability),
        share=None,
        share_source=None,
        means=means,
    )


def _neighbour(similarity: float, **outcomes: float) -> Neighbour:
    return Neighbour(
        text="Take calls.",
        similarity=similarity,
        outcomes=outcomes,
        occupation="Clerks",
        soc_code="43-9061.00",
        task_id="R2",
    )


@pytest.mark.parametrize(
    ("risk", "capability", "parts"),
    [
        (0.3, 0.8, (0.3, 0.5, 0.2)),
        (0.6, 0.4, (0.6, 0.0, 0.4)),  # rated as more automatable than exposed
        (0.0, 0.0, (0.0, 0.0, 1.0)),
        (1.0, 1.0, (1.0, 0.0, 0.0)),
    ],
)
def test_take_over_help_and_human_by_hand(
    risk: float, capability: float, parts: tuple[float, float, float]
) -> None:
    task = _task(risk, capability)
    assert (task.can_take_over, task.can_help, task.stays_human) == pytest.approx(parts)


@quickly
@given(UNIT, UNIT)
def test_take_over_help_and_human_are_the_whole_task(risk: float, capability: float) -> None:
    task = _task(risk, capability)
    parts = (task.can_take_over, task.can_help, task.stays_human)
    assert min(parts) >= 0
    assert sum(parts) == pytest.approx(1)


@quickly
@given(UNIT, UNIT)
def test_neighbors_and_text_add_up_to_the_estimate(risk: float, mean: float) -> None:
    explanation = _task(risk, 0.5, automation=mean).explain()
    assert explanation.measure == "automation"
    assert explanation.value == risk
    assert explanation.from_neighbours == mean
    assert mean + explanation.from_text == pytest.approx(risk)


def test_an_explanation_has_the_outcomes_of_the_neighbors() -> None:
    shown = (
        _neighbour(0.9, automation=0.5, exposure=1.0),
        _neighbour(0.8, exposure=0.0),
        _neighbour(0.7, automation=0.25),
    )
    task = replace(_task(0.4, 0.6, automation=0.45, exposure=0.7), neighbours=shown)
    explanation = task.explain()
    assert explanation.evidence == ((shown[0], 0.5), (shown[2], 0.25))
    assert (explanation.lowest, explanation.highest) == (0.25, 0.5)
    capability = task.explain("exposure")
    assert capability.from_text == pytest.approx(-0.1)
    assert [outcome for _, outcome in capability.evidence] == [1.0, 0.0]


def test_without_rated_neighbors_the_text_says_it_all() -> None:
    explanation = replace(_task(0.4, 0.6), neighbours=()).explain()
    assert explanation.from_neighbours is None
    assert explanation.from_text == 0.4
    assert explanation.evidence == ()
    assert explanation.lowest is explanation.highest is None


def test_a_measure_that_is_not_estimated_has_no_explanation() -> None:
    with pytest.raises(EngineError, match="'physical' is not estimated.*automation, exposure"):
        _task(0.4, 0.6).explain("physical")


def test_the_contribution_needs_a_time_share() -> None:
    assert _task(0.4, 0.6).contribution is None
    assert replace(_task(0.4, 0.6), time_share=0.5).contribution == pytest.approx(0.2)
