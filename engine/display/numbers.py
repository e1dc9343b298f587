"""Format numbers for people: all percentages outside the pages' scripts come from here."""

from __future__ import annotations

import math

_MINUS = "−"


def hundredths(value: float) -> int:
    """Round a number in [0, 1] to hundredths, half up, as browsers do: 0.625 -> 63."""
    return math.floor(100 * value + 0.5)


def percent(value: float) -> str:
    """Format a number in [0, 1] as a percentage: 0.317 -> "32%"."""
    return f"{hundredths(value)}%"


def interval(ends: tuple[float, float]) -> str:
    """Format an interval in [0, 1] as percentages: (0.12, 0.55) -> "12–55%"."""
    return f"{hundredths(ends[0])}–{hundredths(ends[1])}%"


def signed_points(difference: float) -> str:
    """Format a difference of two numbers in [0, 1] in signed points: -0.12 -> "−12"."""
    number = round(100 * difference)
    return f"{_MINUS if number < 0 else '+' if number > 0 else ''}{abs(number)}"


def points(difference: float) -> str:
    """Format a difference of two numbers in [0, 1] in points: -0.12 -> "−12 points"."""
    return f"{signed_points(difference)} {unit(round(100 * difference))}"


def risk_difference(difference: float) -> str:
    """Compare another risk with this one: -0.12 -> "12 points lower"."""
    number = round(100 * difference)
    if number == 0:
        return "about the same"
    return f"{abs(number)} {unit(number)} {'lower' if number < 0 else 'higher'}"


def chance(probability: float) -> str:
    """Format a probability as a percentage that never rounds to certainty: 0.999 -> "over 99%"."""
    if probability > 0.99:
        return "over 99%"
    return "under 1%" if probability < 0.01 else percent(probability)


def wage(median_wage: float, *, is_minimum: bool = False) -> str:
    """Format dollars a year, with a plus sign for a lower bound: 239200 -> "$239,200+"."""
    return f"${median_wage:,.0f}{'+' if is_minimum else ''}"


def people(count: float) -> str:
    """Format a number of people: 1234567.0 -> "1,234,567"."""
    return f"{count:,.0f}"


def growth(change: float) -> str:
    """Format a relative change of employment: .05 -> "+5%", -.03 -> "−3%", .004 -> "0%"."""
    number = round(100 * change)
    return f"{number:+d}%".replace("-", _MINUS) if number else "0%"


def unit(number: int) -> str:
    """Return the unit of a number of points, in the singular or the plural."""
    return "point" if abs(number) == 1 else "points"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 task", "1,200 tasks"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def relative(ratio: float, words: tuple[str, str] = ("less", "more")) -> str:
    """Compare another amount with this one: 1.12 -> "12% more", .95 -> "5% less".

    Args:
        ratio: the other amount divided by this one.
        words: what a smaller and a larger amount are called.
    """
    change = round(100 * (ratio - 1))
    if change == 0:
        return "about the same"
    return f"{abs(change)}% {words[change > 0]}"


_SHARES = (
    *((0.1, "a tenth"), (0.2, "a fifth"), (0.25, "a quarter"), (1 / 3, "a third")),
    *((0.4, "two fifths"), (0.5, "half"), (0.6, "three fifths"), (2 / 3, "two thirds")),
    *((0.75, "three quarters"), (0.8, "four fifths"), (0.9, "nine tenths")),
)


def about(share: float) -> str:
    """Write a share in [0, 1] as the nearest simple fraction: .21 -> "about a fifth"."""
    if share < 0.05:
        return "very little"
    if share >= 0.95:
        return "nearly all"
    return f"about {min(_SHARES, key=lambda known: abs(known[0] - share))[1]}"


def ordinal(number: int) -> str:
    """Write a place: 1 -> "1st", 12 -> "12th", 22 -> "22nd"."""
    teen = 10 < number % 100 < 20
    ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if teen else number % 10, "th")
    return f"{number:,}{ending}"


def similarity_rank(rank: int, of: int) -> str:
    """Write a place by similarity: "most similar of 922", "22nd most similar of 922"."""
    return f"{'' if rank == 1 else f'{ordinal(rank)} '}most similar of {of:,}"
