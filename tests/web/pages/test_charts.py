from __future__ import annotations

from engine.web.pages import charts


def test_the_gauge_turns_from_left_to_right_and_shows_its_interval() -> None:
    gauge = charts.gauge(0.5, 0.25, 1.0)
    assert gauge.angle == 90.0
    assert gauge.dashes == "0 0.2500 0.7500 1"
    assert [charts.gauge(value, 0.0, 1.0).angle for value in (0.0, 1.0)] == [0.0, 180.0]


def test_the_parts_of_a_stacked_bar_follow_each_other() -> None:
    bar = charts.stacked_bar([("a", 0.75), ("b", 0.25)])
    assert [(part.x, part.width) for part in bar] == [(0.0, 75.0), (75.0, 25.0)]


def test_a_calibration_plot_places_its_points() -> None:
    plot = charts.reliability([(0.0, 0.0), (0.5, 0.25)])
    assert plot.points == [(50.0, 350.0), (200.0, 275.0)]
    assert plot.path == "M50.0 350.0L200.0 275.0"


def test_a_span_is_wide_enough_to_be_seen() -> None:
    assert charts.span(0.5, (0.25, 0.75)) == charts.Span(50.0, 25.0, 50.0)
    assert charts.span(0.5, (0.5, 0.5)).width == 1.0
