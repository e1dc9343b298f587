from __future__ import annotations

from typing import Any

import pytest

from engine.web.pages.comparison_bars import Bar, Figure, figures


def _occupation(title: str, wage: float | None, change: float | None, share: float) -> Any:
    return {
        "title": title,
        "ai_capability": share,
        "ai_capability_interval": [share / 2, 1.0],
        "high_risk_time_share": 0.0,
        "barriers": {"physical": {"value": 0.25, "low": 0.125, "high": 0.5}},
        "outlook": {
            "median_wage": wage,
            "wage_is_minimum": wage == 200_000.0,
            "employment_change": change,
            "group": "Nurses" if title == "B" else "",
        },
    }


@pytest.fixture
def drawn() -> dict[str, Figure]:
    rows = [
        _occupation("A", 50_000.0, -0.05, 0.5),
        _occupation("B", 200_000.0, 0.15, 0.25),
        _occupation("C", None, None, 0.0),
    ]
    return {figure.name: figure for figure in figures({"occupations": rows})}


def _shape(bar: Bar) -> tuple[float, float]:
    return bar.x, bar.width


def test_wages_are_drawn_from_zero_to_the_highest(drawn: dict[str, Figure]) -> None:
    a, b, c = drawn["Median wage"].bars
    assert [_shape(a), _shape(b)] == [(0.0, 25.0), (0.0, 100.0)]
    assert a.figure
    assert b.figure
    assert (a.figure.text, a.figure.remark) == ("$50,000", "")
    assert (b.figure.text, b.figure.remark) == ("$200,000+", "of Nurses")
    assert c.figure is None


def test_growth_and_decline_start_at_zero(drawn: dict[str, Figure]) -> None:
    figure = drawn["Employment in ten years"]
    assert figure.zero == 25.0
    assert [_shape(bar) for bar in figure.bars[:2]] == [(0.0, 25.0), (25.0, 75.0)]
    assert [bar.figure and bar.figure.text for bar in figure.bars] == ["−5%", "+15%", None]


def test_percentages_are_drawn_from_0_to_100_with_their_interval(
    drawn: dict[str, Figure],
) -> None:
    bars = drawn["AI capability"].bars
    assert [_shape(bar) for bar in bars] == [(0.0, 50.0), (0.0, 25.0), (0.0, 0.0)]
    assert [bar.reach for bar in bars] == [(25.0, 100.0), (12.5, 100.0), (0.0, 100.0)]
    barrier = drawn["Barrier: hands and presence"].bars[0]
    assert (_shape(barrier), barrier.reach) == ((0.0, 25.0), (12.5, 50.0))
    assert drawn["Time in high-risk tasks"].bars[0].reach is None


def test_a_figure_that_none_has_is_absent(drawn: dict[str, Figure]) -> None:
    assert "Barrier: license and law" not in drawn
    assert figures({"occupations": [_occupation("C", None, None, 0.0)] * 2})[-1].name == (
        "Barrier: hands and presence"
    )
