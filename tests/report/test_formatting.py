from __future__ import annotations

from engine.report import formatting


def test_half_a_percent_is_rounded_up_as_in_browsers() -> None:
    """The server and the browser format the same numbers, so they must round the same way."""
    assert formatting.percent(0.625) == "63%"
    assert formatting.percent(0.635) == "64%"
    assert formatting.interval((0.125, 0.374)) == "13–37%"
    assert (formatting.percent(0.0), formatting.percent(1.0)) == ("0%", "100%")


def test_differences_have_a_sign_or_a_direction() -> None:
    differences = (-0.12, 0.01, -0.001, 0.0)
    assert [*map(formatting.signed_points, differences)] == ["−12", "+1", "0", "0"]
    assert [*map(formatting.points, differences)] == [
        "−12 points",
        "+1 point",
        "0 points",
        "0 points",
    ]
    assert [*map(formatting.risk_difference, differences)] == [
        "12 points lower",
        "1 point higher",
        "about the same",
        "about the same",
    ]


def test_chances_are_never_certain() -> None:
    assert [*map(formatting.chance, (0.0, 0.01, 0.5, 0.99, 1.0))] == [
        "under 1%",
        "1%",
        "50%",
        "99%",
        "over 99%",
    ]


def test_wages_and_growth() -> None:
    assert formatting.wage(239_200, is_minimum=True) == "$239,200+"
    assert formatting.wage(45_670) == "$45,670"
    assert [*map(formatting.growth, (0.05, -0.03, 0.0))] == ["+5%", "−3%", "+0%"]
