from __future__ import annotations

import pytest

from engine import Estimate, TaskRisk
from engine.records.estimates import Measured
from engine.records.measures import Source
from tests.scored_tasks import barriers, certain, scored_task

SURVEY = Source(title="Survey", rater="people", date="2023-04", license="MIT")


def _task(**measures: Estimate) -> TaskRisk:
    return scored_task(
        "Answer calls.",
        risk=Estimate(value=0.2, low=0.1, high=0.4),
        ai_capability=certain(0.6),
        share=None,
        share_source=None,
        measures=measures,
        sources={"automation": SURVEY},
    )


def test_every_measure_has_value_interval_and_source() -> None:
    measures = _task(our_own=certain(0.9)).measures
    assert list(measures) == ["automation", "exposure", "our_own"]
    assert measures["automation"] == Measured(
        value=0.2,
        interval=(0.1, 0.4),
        source="Survey",
        rater="people",
        date="2023-04",
        license="MIT",
    )
    assert measures["our_own"].source == "unknown"
    assert measures["our_own"].date == ""


def test_barriers_are_named_by_what_stands_in_the_way() -> None:
    found = _task(**barriers(0.25, 0.75, 1.0)).barriers
    assert {name: estimate.value for name, estimate in found.items()} == {
        "cognitive": 0.25,
        "physical": 0.75,
        "regulatory": 1.0,
    }
    assert _task().barriers == {}
    assert list(_task(physicality=certain(0.5)).barriers) == ["physical"]


def test_dated_estimates_come_oldest_first() -> None:
    later = {"automation_2026": certain(0.7), "genai_potential": certain(0.4)}
    task = _task(**later, physicality=certain(1.0))
    assert list(task.dated_estimates) == ["automation", "genai_potential", "automation_2026"]
    assert task.disagreement == pytest.approx(0.5)  # .7 − .2; physicality asks something else


@pytest.mark.parametrize(("potential", "disagree"), [(0.49, False), (0.5, True), (0.0, False)])
def test_raters_disagree_from_three_tenths_on(potential: float, disagree: bool) -> None:
    assert _task(genai_potential=certain(potential)).raters_disagree is disagree


def test_one_rater_does_not_disagree() -> None:
    assert _task().disagreement == 0
    assert not _task().raters_disagree
