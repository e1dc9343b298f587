from __future__ import annotations

import pytest

from engine.records.frontier import STEPS
from engine.report.formatting import interval, percent
from engine.web.pages import labels, scenarios
from engine.web.store.documents import document
from tests.web import hand_made

RECORD = document(hand_made.occupation())


def test_every_step_is_described() -> None:
    assert set(labels.STEPS) == set(STEPS)
    assert scenarios.names(RECORD) == ["Today", *(name.capitalize() for name in STEPS)]


def test_a_step_has_the_risk_and_the_reach_of_the_engine() -> None:
    result = hand_made.occupation()
    today, *then = scenarios.texts(RECORD)
    low, high = result.risk_interval
    assert today == f"Today: risk 25%, interval {interval((low, high))}, Moderate."
    for name, text in zip(STEPS, then, strict=True):
        found = result.what_if(frontier=name).after
        figures = f"risk {percent(found.risk)}, interval {interval(found.risk_interval)}"
        assert text.startswith(f"{name.capitalize()}: {figures}, {found.tier}. ")
    assert "3 of 4 tasks within reach, which take 80% of the time." in then[-1]


@pytest.mark.parametrize("row", range(4))
def test_a_task_shows_its_risk_only_where_it_changes(row: int) -> None:
    result = hand_made.occupation()
    for step in scenarios.task_steps(RECORD, row):
        found = result.what_if(frontier=step.name)
        risk = found.after.tasks[row].risk
        assert (f"{percent(risk)} then" in step.text) == (
            percent(risk) != percent(result.tasks[row].risk)
        )
        assert step.reached == (result.tasks[row].task in found.reached)
        assert ("within reach" in step.text) == step.reached


def test_scripts_get_an_empty_text_for_today() -> None:
    steps = scenarios.task_steps(RECORD, 1)
    texts = scenarios.browser_steps(steps)
    assert texts[0] == ["", ""]
    assert [text for text, _ in texts[1:]] == [step.text for step in steps]
    assert [name for _, name in texts[1:]] == ["reached" if step.reached else "" for step in steps]
