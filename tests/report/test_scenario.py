from __future__ import annotations

import pytest

from engine import OccupationRisk
from engine.records.frontier import STEPS, Frontier
from engine.report.scenario import frontier_words, scenario_lines, scenarios_to_text


def test_a_scenario_shows_the_risk_now_and_then_and_the_tasks_reached(
    rated: OccupationRisk,
) -> None:
    changed = rated.what_if({"Lift crates.": 0.6}, frontier="routine screen work")
    heading, now, then, count, *tasks = scenario_lines(changed)
    assert heading == "Porter, if software handled routine screen work"
    assert now == "Risk now: 37% (20–55%) · Moderate"
    # .6 × .25 of lifting, which needs hands, and .4 × 1 of writing.
    assert then == "Risk then: 55% (55–55%) · High · +18 points"
    assert count == "Tasks reached: 1 of 2"
    assert tasks == ["  85% → 100%  =Write letters."]


def test_other_time_shares_reach_no_tasks(rated: OccupationRisk) -> None:
    lines = scenario_lines(rated.what_if({"Lift crates.": 0.5}))
    assert lines[0] == "Porter, if time shares changed"
    assert len(lines) == 3


def test_a_frontier_has_the_name_of_its_step_or_its_values() -> None:
    assert [frontier_words(frontier) for frontier in STEPS.values()] == list(STEPS)
    own = Frontier(cognitive=1.0, physical=0.25, regulatory=0.0)
    words = "barriers up to cognitive 100%, physical 25%, regulatory 0%"
    assert frontier_words(own) == words


@pytest.mark.parametrize("width", [80, 120])
def test_the_text_of_scenarios_says_that_they_are_suppositions(
    rated: OccupationRisk, width: int
) -> None:
    changed = rated.what_if(frontier="hands too")
    text = scenarios_to_text(changed, changed, width=width)
    flat = " ".join(text.split())
    assert flat.count("Porter, if software handled hands too") == 2
    assert flat.count("It says nothing about when, or whether, software gets there.") == 1
    assert flat.count("not a forecast of job loss") == 1
    assert max(map(len, text.splitlines())) <= width
