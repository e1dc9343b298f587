from __future__ import annotations

import math

from engine.web.pages import charts

OCCUPATIONS = [
    {"soc_code": "11-1011.00", "title": "A", "risk": 1.0, "ai_capability": 0.0},
    {"soc_code": "13-1011.00", "title": "B", "risk": 0.0, "ai_capability": 1.0},
]


def test_the_gauge_turns_from_left_to_right_and_shows_its_interval() -> None:
    gauge = charts.gauge(0.5, 0.25, 1.0)
    assert gauge.angle == 90.0
    assert gauge.dashes == "0 0.2500 0.7500 1"
    assert [charts.gauge(value, 0.0, 1.0).angle for value in (0.0, 1.0)] == [0.0, 180.0]


def test_the_parts_of_a_stacked_bar_follow_each_other() -> None:
    bar = charts.stacked_bar([("a", 0.75), ("b", 0.25)])
    assert [(part.x, part.width) for part in bar] == [(0.0, 75.0), (75.0, 25.0)]


def test_risk_is_horizontal_and_ai_capability_vertical() -> None:
    drawn = charts.scatter(OCCUPATIONS)
    assert [(point.x, point.y) for point in drawn.points] == [(630.0, 350.0), (50.0, 10.0)]
    assert [text for _, text in drawn.x_ticks] == ["0%", "20%", "40%", "60%", "80%", "100%"]


def test_wages_are_on_a_logarithmic_axis_between_round_numbers() -> None:
    paid = [
        row | {"median_wage": wage, "employment": 9}
        for row, wage in zip(OCCUPATIONS, (75_000, None), strict=True)
    ]
    chart = charts.scatter(paid, "median_wage")
    assert [tick for _, tick in chart.y_ticks] == ["$70k", "$100k"]
    y = 350 - 340 * math.log(75 / 70) / math.log(100 / 70)
    assert [(point.y, point.radius) for point in chart.points] == [(round(y, 1), 16.0)]
    assert chart.left_out == 1
    wide = charts.scatter(
        [OCCUPATIONS[0] | {"median_wage": wage} for wage in (30_000, 560_000)], "median_wage"
    )
    assert [tick for _, tick in wide.y_ticks][::8] == ["$30k", "$700k"]
    assert wide.points[0].y == 350.0


def test_the_area_of_a_dot_is_proportional_to_employment() -> None:
    rows = [
        row | {"employment": people} for row, people in zip(OCCUPATIONS, (100, 25), strict=True)
    ]
    radii = [point.radius for point in charts.scatter(rows).points]
    assert (radii[0] - 2) ** 2 / (radii[1] - 2) ** 2 == 4


def test_the_employment_of_a_wider_group_sets_no_size() -> None:
    own, wider = OCCUPATIONS
    rows = [own | {"employment": 100}, wider | {"employment": 400, "outlook_group": "Nurses"}]
    assert [point.radius for point in charts.scatter(rows).points] == [16.0, 2.0]


def test_a_calibration_plot_places_its_points() -> None:
    plot = charts.reliability([(0.0, 0.0), (0.5, 0.25)])
    assert plot.points == [(50.0, 350.0), (200.0, 275.0)]
    assert plot.path == "M50.0 350.0L200.0 275.0"


def test_a_span_is_wide_enough_to_be_seen() -> None:
    assert charts.span(0.5, (0.25, 0.75)) == charts.Span(50.0, 25.0, 50.0)
    assert charts.span(0.5, (0.5, 0.5)).width == 1.0
