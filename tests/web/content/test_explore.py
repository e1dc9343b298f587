from __future__ import annotations

from dataclasses import replace

import pytest

from engine.web.content import explore
from engine.web.content.explore import PAY_CHOICES, MapChoices, own_employment, passed
from engine.web.content.site import Site
from tests.web.conftest import ART

ROW = {
    "soc_code": "29-1141.00",
    "job_zone": 3,
    "median_wage": 75_000.0,
    "employment": 100.0,
    "employment_change": 0.01,
    "outlook_group": "",
}


def test_an_occupation_lists_the_choices_that_it_passes() -> None:
    assert passed(ROW) == [
        *("group=29", "zone=3", "pay=30000", "pay=50000", "pay=75000", "own=1", "growing=1")
    ]


@pytest.mark.parametrize(
    ("facts", "lost"),
    [
        ({"median_wage": 74_999.0}, {"pay=75000"}),
        ({"median_wage": None}, {"pay=30000", "pay=50000", "pay=75000"}),
        ({"employment_change": 0.0}, {"growing=1"}),
        ({"outlook_group": "Nurses"}, {"own=1"}),
        ({"job_zone": None}, {"zone=3"}),
    ],
)
def test_what_is_unknown_or_of_a_wider_group_does_not_pass(
    facts: dict[str, object], lost: set[str]
) -> None:
    assert set(passed(ROW)) - set(passed(ROW | facts)) == lost


def test_employment_of_a_wider_group_is_not_of_the_occupation() -> None:
    assert own_employment(ROW) == 100.0
    assert own_employment(ROW | {"outlook_group": "Nurses"}) == 0.0
    assert own_employment({"soc_code": "1"}) == 0.0


def _brute_force(site: Site, choices: MapChoices) -> set[str]:
    found = set()
    for row in site.overview():
        wage, change = row["median_wage"], row["employment_change"]
        if choices.group and row["soc_code"][:2] != choices.group:
            continue
        if choices.zone and row["job_zone"] != int(choices.zone):
            continue
        if choices.pay and (wage is None or wage < int(choices.pay)):
            continue
        if choices.own and row["outlook_group"]:
            continue
        if choices.growing and not (change is not None and change > 0):
            continue
        found.add(row["soc_code"])
    return found


def test_filters_and_order_are_those_of_a_brute_force_search(site: Site) -> None:
    rows = explore.scored(site.overview())
    kinds = [
        *(MapChoices(group=group) for group in ("", "29", "99")),
        *(MapChoices(zone=str(zone)) for zone in range(1, 6)),
        *(MapChoices(pay=str(pay)) for pay in PAY_CHOICES),
        MapChoices(own=True),
        MapChoices(growing=True),
        MapChoices(own=True, growing=True, pay="50000", zone="4"),
    ]
    sizes = set()
    for choices in kinds:
        found = [row["soc_code"] for row in explore.shown(site, rows, choices)]
        assert set(found) == _brute_force(site, choices)
        sizes.add(len(found))
    assert len(sizes) > 4  # the filters differ
    for sort, field in (("risk", "risk"), ("pay", "median_wage"), ("growth", "employment_change")):
        for order in ("asc", "desc"):
            found_rows = explore.shown(site, rows, MapChoices(sort=sort, order=order))  # type: ignore[arg-type]
            values = [row[field] for row in found_rows if row[field] is not None]
            assert values == sorted(values, reverse=order == "desc")
            assert len(found_rows) == len(rows)


def test_the_text_searches_titles_like_the_search_of_the_site(site: Site) -> None:
    rows = explore.scored(site.overview())
    choices = MapChoices(q="art terapist")
    assert ART in [row["soc_code"] for row in explore.shown(site, rows, choices)]
    assert explore.shown(site, rows, replace(choices, zone="1")) == []
    assert explore.shown(site, rows, MapChoices(q="xqzwv")) == []


def test_only_axes_with_values_are_offered(site: Site) -> None:
    rows = explore.scored(site.overview())
    assert explore.verticals(rows) == ["growth", "pay", "capability"]
    unknown = [row | {"median_wage": None, "employment_change": None} for row in rows]
    assert explore.verticals(unknown) == ["capability"]
    assert explore.verticals([]) == []
