from __future__ import annotations

import math

from engine.web.pages.scatter import scatter

OCCUPATIONS = [
    {"soc_code": "11-1011.00", "title": "A", "risk": 1.0, "ai_capability": 0.0},
    {"soc_code": "13-1011.00", "title": "B", "risk": 0.0, "ai_capability": 1.0},
]


def test_risk_is_horizontal_and_ai_capability_vertical() -> None:
    drawn = scatter(OCCUPATIONS)
    assert [(point.x, point.y) for point in drawn.points] == [(630.0, 350.0), (50.0, 10.0)]
    assert [text for _, text in drawn.x_ticks] == ["0%", "20%", "40%", "60%", "80%", "100%"]


def test_wages_are_on_a_logarithmic_axis_between_round_numbers() -> None:
    paid = [
        row | {"median_wage": wage, "employment": 9}
        for row, wage in zip(OCCUPATIONS, (75_000, None), strict=True)
    ]
    chart = scatter(paid, "median_wage")
    assert [tick for _, tick in chart.y_ticks] == ["$70k", "$100k"]
    y = 350 - 340 * math.log(75 / 70) / math.log(100 / 70)
    assert [(point.y, point.radius) for point in chart.points] == [(round(y, 1), 16.0)]
    assert [row["title"] for row in chart.left_out] == ["B"]
    wide = scatter(
        [OCCUPATIONS[0] | {"median_wage": wage} for wage in (30_000, 560_000)], "median_wage"
    )
    assert [tick for _, tick in wide.y_ticks][::8] == ["$30k", "$700k"]
    assert wide.points[0].y == 350.0


def test_the_area_of_a_dot_is_proportional_to_employment() -> None:
    rows = [
        row | {"employment": people} for row, people in zip(OCCUPATIONS, (100, 25), strict=True)
    ]
    radii = [point.radius for point in scatter(rows).points]
    assert (radii[0] - 2) ** 2 / (radii[1] - 2) ** 2 == 4


def test_the_employment_of_a_wider_group_sets_no_size() -> None:
    own, wider = OCCUPATIONS
    rows = [own | {"employment": 100}, wider | {"employment": 400, "outlook_group": "Nurses"}]
    assert [point.radius for point in scatter(rows).points] == [16.0, 2.0]


def test_growth_is_evenly_spaced_near_zero_and_logarithmic_far_from_it() -> None:
    grown = [
        row | {"employment_change": change}
        for row, change in zip(OCCUPATIONS, (-0.05, 0.2), strict=True)
    ]
    chart = scatter(grown, "employment_change")
    assert [tick for _, tick in chart.y_ticks] == ["−5%", "0%", "+5%", "+10%", "+20%"]
    ends = math.asinh(-1), math.asinh(4)
    zero = 350 + 340 * ends[0] / (ends[1] - ends[0])
    assert chart.y_zero == round(zero, 1)
    assert [(point.row["title"], point.y) for point in chart.points] == [("A", 350.0), ("B", 10.0)]
    rising = scatter([grown[1], grown[1] | {"employment_change": 0.0}], "employment_change")
    assert (rising.y_zero, rising.y_ticks[0]) == (None, (350.0, "0%"))


def test_a_single_value_has_an_axis() -> None:
    for field, value in (("employment_change", 9.0), ("median_wage", 5_000.0)):
        chart = scatter([OCCUPATIONS[0] | {field: value}], field)
        assert len(chart.y_ticks) == 2
