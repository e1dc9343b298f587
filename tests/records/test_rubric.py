from __future__ import annotations

import pytest

from engine.records import rubric


@pytest.mark.parametrize(
    ("risk", "name"),
    [
        (0.0, "Low"),
        (0.1999, "Low"),
        (0.2, "Moderate"),
        (0.3999, "Moderate"),
        (0.4, "High"),
        (0.5999, "High"),
        (0.6, "Very high"),
        (1.0, "Very high"),
    ],
)
def test_tiers_start_at_their_thresholds(risk: float, name: str) -> None:
    assert rubric.tier(risk) == name


def test_levels_of_the_published_rubrics() -> None:
    assert rubric.levels_of("exposure_human") == {"E0": 0.0, "E2": 0.5, "E1": 1.0}
    assert rubric.levels_of("automation") == {
        "T0": 0.0,
        "T1": 0.25,
        "T2": 0.5,
        "T3": 0.75,
        "T4": 1.0,
    }
    assert rubric.levels_of("automation_2026") == rubric.levels_of("automation")
    assert rubric.levels_of("observed_automation") == {}
    assert rubric.levels_of("automation_of_ours") == {}


def test_human_agency_grows_with_the_need_for_a_person() -> None:
    levels = {"H1": 0.0, "H2": 0.25, "H3": 0.5, "H4": 0.75, "H5": 1.0}
    assert rubric.levels_of("human_agency") == levels


@pytest.mark.parametrize(
    ("measure", "letter"), [("complexity", "C"), ("physicality", "D"), ("regulation", "R")]
)
def test_levels_of_barriers_are_quarters(measure: str, letter: str) -> None:
    levels = dict(zip((f"{letter}{n}" for n in range(5)), (0, 0.25, 0.5, 0.75, 1), strict=True))
    assert rubric.levels_of(measure) == levels
