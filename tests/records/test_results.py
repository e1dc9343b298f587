from __future__ import annotations

import copy
import dataclasses
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import OccupationRisk
from engine.records.measures import Source
from engine.records.pooling import ErrorModel
from engine.records.results import combined, time_by_category
from tests.scored_tasks import certain, scored_task

UNIT = st.floats(min_value=0, max_value=1)
quickly = settings(deadline=None, max_examples=100, database=None)


def _occupation(
    *tasks: tuple[float, float, float], sources: tuple[str, ...] = ("given",)
) -> OccupationRisk:
    """An occupation of tasks with a share, a risk and an AI capability; reaches are infinite."""
    scored = tuple(
        scored_task(
            f"Task {number}.",
            risk=certain(risk),
            ai_capability=certain(capability),
            share=share,
            share_source=sources[number % len(sources)],
        )
        for number, (share, risk, capability) in enumerate(tasks)
    )
    model = ErrorModel(correlation=0.0, edges=(), reaches=(1.0,), deviate=2.0)
    errors = {"automation": model, "exposure": model}
    return OccupationRisk(
        title="Clerk",
        tasks=scored,
        estimates=combined(scored, errors),
        confidence=0.9,
        reference="test",
        errors=errors,
    )


def test_sums_of_an_occupation_by_hand(result: OccupationRisk) -> None:
    assert result.high_risk_time_share == pytest.approx(0.8)  # risks of .8 and .5, not of 0
    assert result.unlike_reference_time_share == pytest.approx(0.2)
    assert result.out_of_scope_time_share == 0
    assert result.tier == "High"
    assert [task.contribution for task in result.tasks] == pytest.approx([0.4, 0.15, 0.0])
    assert result.time_by_category == {
        "Administering": pytest.approx(0.7),
        "Information and Data Processing": pytest.approx(0.3),
    }
    assert list(result.time_by_category) == ["Administering", "Information and Data Processing"]


def test_tasks_can_be_sorted_by_contribution(result: OccupationRisk) -> None:
    backward = dataclasses.replace(result, tasks=tuple(reversed(result.tasks)))
    order = ["Answer calls.", "File letters.", "Paint walls."]
    assert [task.task for task in backward.tasks_by_contribution] == order
    assert backward.to_frame(by_contribution=True)["Task"].tolist() == order
    assert backward.to_frame()["Task"].tolist() == order[::-1]


def test_the_frame_is_the_table_of_the_page_in_percent(result: OccupationRisk) -> None:
    frame = result.to_frame()
    assert list(frame.columns) == ["Task", "Category", "AI Capability", "Risk Score", "Time %"]
    assert frame.to_numpy().tolist() == [
        ["Answer calls.", "Administering", 50.0, 80.0, 50.0],
        ["File letters.", "Information and Data Processing", 50.0, 50.0, 30.0],
        ["Paint walls.", "Administering", 50.0, 0.0, 20.0],
    ]


def test_category_totals_are_sorted_from_the_largest() -> None:
    totals = time_by_category([("A", 0.25), ("B", 0.5), ("A", 0.125)])
    assert list(totals.items()) == [("B", 0.5), ("A", 0.375)]


def test_results_can_be_pickled_copied_and_hashed(result: OccupationRisk) -> None:
    assert pickle.loads(pickle.dumps(result)) == result == copy.deepcopy(result)
    assert hash(result) == hash(copy.copy(result))
    assert dataclasses.asdict(result.tasks[0])["task"] == "Answer calls."


def test_results_are_immutable(result: OccupationRisk) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.title = "Painter"  # type: ignore[misc]
    with pytest.raises(TypeError):
        result.tasks[0].estimates["automation"] = None  # type: ignore[index]


def test_take_over_help_and_human_of_the_working_time_by_hand(result: OccupationRisk) -> None:
    # AI helps beyond risks of .8, .5 and 0 with 0, 0 and .5 of a task: .2 × .5 of the time.
    parts = (result.can_take_over, result.can_help, result.stays_human)
    assert parts == pytest.approx((0.55, 0.1, 0.35))


@quickly
@given(st.lists(st.tuples(st.floats(0.01, 1), UNIT, UNIT), min_size=1, max_size=6))
def test_take_over_help_and_human_are_all_of_the_time(
    tasks: list[tuple[float, float, float]],
) -> None:
    total = sum(share for share, _, _ in tasks)
    job = _occupation(*((share / total, risk, capability) for share, risk, capability in tasks))
    parts = (job.can_take_over, job.can_help, job.stays_human)
    assert min(parts) >= 0
    assert sum(parts) == pytest.approx(1)


def _rated(result: OccupationRisk, *known: dict[str, float]) -> OccupationRisk:
    tasks = [
        dataclasses.replace(task, known_outcomes=outcomes)
        for task, outcomes in zip(result.tasks, known, strict=True)
    ]
    return dataclasses.replace(result, tasks=tuple(tasks))


def test_the_rating_of_an_occupation_needs_four_fifths_of_its_time(result: OccupationRisk) -> None:
    both = {"automation": 1.0, "exposure": 0.5}
    rated = _rated(result, both, {"automation": 0.5}, {})  # of .5 and .3 of the time
    # (.5 × 1 + .3 × .5) / .8; exposure is known for half of the time.
    assert rated.known_outcomes == {"automation": pytest.approx(0.8125)}
    assert rated.rated_tier == "Very high"
    assert rated.tier == "High"
    too_few = _rated(result, {"automation": 1.0}, {}, {"automation": 0.0})  # .7 of the time
    assert too_few.known_outcomes == {}
    assert too_few.rated_tier is None
    assert result.known_outcomes == {}


def test_uncertain_time_shares_widen_the_interval() -> None:
    tasks = ((0.5, 0.25, 0.5), (0.5, 0.75, 0.5))
    assert _occupation(*tasks).risk_interval == (0.5, 0.5)
    # Each share errs by .3 of .5: √2 × .15 × .25 of risk, twice that on each side.
    half = 2 * 2**0.5 * 0.0375
    frequency = _occupation(*tasks, sources=("frequency",))
    assert frequency.risk_interval == pytest.approx((0.5 - half, 0.5 + half))
    assert frequency.ai_capability_interval == (0.5, 0.5)  # the same in both tasks


def test_a_measure_that_few_tasks_have_is_absent(result: OccupationRisk) -> None:
    model = ErrorModel(correlation=0.0, edges=(), reaches=(1.0,))
    first, second, third = result.tasks  # .5, .3 and .2 of the time
    used = dataclasses.replace(first, estimates={**first.estimates, "use": certain(0.4)})
    assert combined([used, second, third], {"use": model})["use"].value == pytest.approx(0.4)
    used = dataclasses.replace(second, estimates={**second.estimates, "use": certain(0.4)})
    assert combined([first, used, third], {"use": model}) == {}


def test_results_with_sources_can_be_hashed(result: OccupationRisk) -> None:
    sources = {"automation": Source(title="Survey")}
    task = dataclasses.replace(result.tasks[0], sources=sources)
    found = dataclasses.replace(result, sources=sources, tasks=(task,))
    assert hash(found) == hash(copy.copy(found))
