"""Numbers as people read them, in text, tables and pages: percentages are written here only."""

from __future__ import annotations

import math

WHAT_RISK_IS = (
    "Risk is the potential of a task to be automated by software, learned from rated tasks. It is "
    "not a forecast of job loss."
)
"""Stands once in every text report, on every page and in the command-line help."""


def hundredths(value: float) -> int:
    """A number in [0, 1] in hundredths, half rounded up as browsers do: 0.625 -> 63."""
    return math.floor(100 * value + 0.5)


def percent(value: float) -> str:
    """A number in [0, 1] as a percentage: 0.317 -> "32%"."""
    return f"{hundredths(value)}%"


def interval(ends: tuple[float, float]) -> str:
    """An interval in [0, 1] as percentages: "12–55%"."""
    return f"{hundredths(ends[0])}–{hundredths(ends[1])}%"


def points(difference: float) -> str:
    """A difference of two numbers in [0, 1] in percentage points: -0.12 -> "−12 points"."""
    number = round(100 * difference)
    noun = "point" if abs(number) == 1 else "points"
    return f"{'−' if number < 0 else '+' if number > 0 else ''}{abs(number)} {noun}"


def risk_difference(difference: float) -> str:
    """How another risk compares with this one: -0.12 -> "12 points lower"."""
    number = round(100 * difference)
    if number == 0:
        return "about the same"
    noun = "point" if abs(number) == 1 else "points"
    return f"{abs(number)} {noun} {'lower' if number < 0 else 'higher'}"


def chance(probability: float) -> str:
    """A probability as a percentage, but never as certain as rounding would make it."""
    if probability > 0.99:
        return "over 99%"
    return "under 1%" if probability < 0.01 else percent(probability)


def wage(median_wage: float, *, is_minimum: bool = False) -> str:
    """A yearly wage in dollars, with a plus sign if it is a lower bound: "$239,200+"."""
    return f"${median_wage:,.0f}{'+' if is_minimum else ''}"


def growth(change: float) -> str:
    """A relative change of employment: .05 -> "+5%"."""
    return f"{100 * change:+.0f}%".replace("-", "−")
