from __future__ import annotations

import itertools
from typing import Any

import pytest

from engine.careers.filters import DEFAULT_FILTERS, MoveFilters
from engine.web.content import career_filters
from engine.web.content.career_filters import (
    WAGE_CHOICES,
    ZONE_CHOICES,
    CareerChoices,
    choices_passed,
    passing,
)
from engine.web.content.site import Site
from tests.web.conftest import ART


def _match(
    *,
    difference: float = -0.1,
    step: int | None = 0,
    wage: float | None = 1.0,
    growth: float | None = None,
) -> dict[str, Any]:
    return {
        "risk_difference": difference,
        "probability_safer": 0.9,
        "wage_ratio": wage,
        "outlook": {"employment_change": growth},
        "growth_difference": growth,
        "job_zone_step": step,
        "education_step": None,
        "rank": 1,
        "carries_over": 0.3,
    }


def test_no_choice_means_the_default_filters() -> None:
    assert CareerChoices().filters == DEFAULT_FILTERS
    assert career_filters.as_gap(career_filters.DEFAULT_GAP) == DEFAULT_FILTERS.max_job_zone_gap


@pytest.mark.parametrize(
    ("match", "safer", "zones", "wages"),
    [
        (_match(), True, "0 1 2 any", "any 0.8 1"),
        (_match(difference=0.1), False, "0 1 2 any", "any 0.8 1"),
        (_match(difference=0.0), False, "0 1 2 any", "any 0.8 1"),
        (_match(step=-1), True, "1 2 any", "any 0.8 1"),
        (_match(step=3), True, "any", "any 0.8 1"),
        (_match(step=None), True, "0 1 2 any", "any 0.8 1"),
        (_match(wage=0.8), True, "0 1 2 any", "any 0.8"),
        (_match(wage=0.79), True, "0 1 2 any", "any"),
        (_match(wage=1.3), True, "0 1 2 any", "any 0.8 1 1.2"),
        (_match(wage=None), True, "0 1 2 any", "any 0.8 1 1.2"),
    ],
)
def test_the_choices_that_a_match_passes(
    match: dict[str, Any], safer: bool, zones: str, wages: str
) -> None:
    passed = choices_passed(match)
    assert passed.safer == safer
    assert passed.zones == tuple(zones.split())
    assert passed.wages == tuple(wages.split())


def test_choices_taken_one_by_one_decide_as_the_filters_together(site: Site) -> None:
    """So a browser, which compares each choice with a list, shows what a server would."""
    steps, wages = (None, -2, 0, 1), (None, 0.7, 1.0, 1.5)
    matches = [
        _match(difference=difference, step=step, wage=wage, growth=growth)
        for difference, step, wage, growth in itertools.product(
            (-0.2, 0.0, 0.3), steps, wages, (None, -0.1, 0.1)
        )
    ]
    matches += site.matches(site.occupation(ART))
    both = (False, True)
    for safer, outlook, zones, wage in itertools.product(both, both, ZONE_CHOICES, WAGE_CHOICES):
        choices = CareerChoices(safer_only=safer, zones=zones, wage=wage, outlook=outlook)
        by_choice = [
            match
            for match in matches
            if (passed := choices_passed(match)).zones.count(zones)
            and passed.wages.count(wage)
            and (passed.safer or not safer)
            and (passed.outlook or not outlook)
        ]
        assert by_choice == passing(matches, choices.filters)


def test_stored_matches_pass_as_in_the_engine(site: Site) -> None:
    """The engine filters before it ranks, so its matches are among those that pass."""
    passed = passing(site.matches(site.occupation(ART)), MoveFilters())
    found = site.engine.similar_careers(ART, 5)
    assert [match["soc_code"] for match in passed][:5] == [match.soc_code for match in found]


def test_those_that_fail_the_fewest_filters_come_next() -> None:
    matches = [_match(), _match(difference=0.1, step=3), _match(step=3), _match(growth=-0.1)]
    found = career_filters.nearly_passing(matches, MoveFilters(), 2)
    assert [match["failed"] for match in found] == [("max_job_zone_gap",), ("no_worse_outlook",)]
    assert career_filters.nearly_passing(matches, MoveFilters(), 0) == []
