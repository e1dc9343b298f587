from __future__ import annotations

from dataclasses import replace

from engine import OccupationRisk
from engine.report.evidence import caveat_lines, evidence_lines
from tests.scored_tasks import certain


def test_the_evidence_of_a_rated_task(rated: OccupationRisk) -> None:
    assert evidence_lines(rated.tasks[0]) == [
        "Evidence for: Lift crates.",
        "  25% software can take over · 37% AI can help with · 38% human",
        "  Risk: neighbors say 75%, the text takes away 50 points",
        "  0.81  Draft letters.",
        "        Secretaries · automation 75%",
        "  Most likely exposure level: E2 (rater: people and GPT-4)",
        "  Rated in the reference (not used for these estimates):",
        "    automation, as rated in 2023: rated 40%, estimated 25%",
        "    exposure, mean of people and GPT-4: rated 50%, estimated 62%",
        "    our_own: rated 10%",
        "  What keeps people in it: hands and presence, license and law",
        "  Raters disagree: automation, as rated in 2023 25%; automation potential, ILO 2025 60%",
    ]


def test_the_evidence_of_a_task_without_ratings_or_barriers(result: OccupationRisk) -> None:
    assert evidence_lines(result.tasks[1]) == [
        "Evidence for: =Write letters.",
        "  85% software can take over · 0% AI can help with · 15% human",
        "  Risk: no neighbor is rated; the text alone says 85%",
        "  0.81  Draft letters.",
        "        Secretaries · automation 75%",
        "  Most likely exposure level: E2",
    ]


def test_levels_are_those_of_the_rater_who_gave_levels(rated: OccupationRisk) -> None:
    task = rated.tasks[0]
    gpt = {**task.sources, "exposure_model": task.sources["automation"]}
    lines = evidence_lines(replace(task, sources=gpt))
    assert "  Most likely exposure level: E2 (rater: GPT-4)" in lines


def test_a_neighbor_without_rated_risk_says_so(result: OccupationRisk) -> None:
    task = result.tasks[0]
    (neighbour,) = task.neighbours
    unrated = replace(neighbour, outcomes={"physicality": 0.5})
    assert "        Secretaries · risk not rated" in evidence_lines(
        replace(task, neighbours=(unrated,))
    )


def test_nothing_stands_in_the_way_of_a_task_of_low_barriers(rated: OccupationRisk) -> None:
    assert caveat_lines(rated.tasks[1]) == ["What keeps people in it: little"]


def test_estimates_that_agree_are_not_listed(result: OccupationRisk) -> None:
    task = result.tasks[0]
    later = {**task.estimates, "automation_2026": certain(0.5)}
    assert caveat_lines(replace(task, estimates=later)) == []
