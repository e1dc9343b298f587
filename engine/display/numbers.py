"""Format numbers for people: all percentages outside the pages' scripts come from here."""

from __future__ import annotations

import math

from engine.display.wording import gettext, marked, ngettext, phrase, spoken

_MINUS = "−"


def hundredths(value: float) -> int:
    """Round a number in [0, 1] to hundredths, half up, as browsers do: 0.625 -> 63."""
    return math.floor(100 * value + 0.5)


def percent(value: float) -> str:
    """Format a number in [0, 1] as a percentage: 0.317 -> "32%"."""
    return spoken().percent(hundredths(value))


def interval(ends: tuple[float, float]) -> str:
    """Format an interval in [0, 1] as percentages: (0.12, 0.55) -> "12–55%"."""
    return f"{hundredths(ends[0])}–{spoken().percent(hundredths(ends[1]))}"


def signed_points(difference: float) -> str:
    """Format a difference of two numbers in [0, 1] in signed points: -0.12 -> "−12"."""
    number = round(100 * difference)
    return f"{_MINUS if number < 0 else '+' if number > 0 else ''}{abs(number)}"


def points(difference: float) -> str:
    """Format a difference of two numbers in [0, 1] in points: -0.12 -> "−12 points"."""
    number = round(100 * difference)
    return f"{signed_points(difference)} {'point' if abs(number) == 1 else 'points'}"


def risk_difference(difference: float) -> str:
    """Compare another risk with this one: -0.12 -> "12 points lower"."""
    number = round(100 * difference)
    if number == 0:
        return gettext("about the same")
    if number < 0:
        return ngettext("%(number)s point lower", "%(number)s points lower", -number)
    return ngettext("%(number)s point higher", "%(number)s points higher", number)


def chance(probability: float) -> str:
    """Format a probability as a percentage that never rounds to certainty: 0.999 -> "over 99%"."""
    if probability > 0.99:
        return gettext("over %(percent)s", percent=spoken().percent(99))
    if probability < 0.01:
        return gettext("under %(percent)s", percent=spoken().percent(1))
    return percent(probability)


def wage(median_wage: float, *, is_minimum: bool = False) -> str:
    """Format dollars a year, with a plus sign for a lower bound: 239200 -> "$239,200+"."""
    shown = spoken().dollars(median_wage)
    return gettext("%(wage)s+", wage=shown) if is_minimum else shown


def people(count: float) -> str:
    """Format a number of people: 1234567.0 -> "1,234,567"."""
    return spoken().decimal(count)


def growth(change: float) -> str:
    """Format a relative change of employment: .05 -> "+5%", -.03 -> "−3%", .004 -> "0%"."""
    number = round(100 * change)
    sign = _MINUS if number < 0 else "+" if number > 0 else ""
    return f"{sign}{spoken().percent(abs(number))}"


def counted(number: int, noun: str) -> str:
    """Return a number with its English noun: "1 task", "1,200 tasks"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def relative(ratio: float) -> str:
    """Compare another amount with this one: 1.12 -> "12% more", .95 -> "5% less".

    Args:
        ratio: the other amount divided by this one.
    """
    change = round(100 * (ratio - 1))
    if change == 0:
        return gettext("about the same")
    size = spoken().percent(abs(change))
    more, less = (
        gettext("%(percent)s more", percent=size),
        gettext("%(percent)s less", percent=size),
    )
    return more if change > 0 else less


_SHARES = (
    *((0.1, marked("about a tenth")), (0.2, marked("about a fifth"))),
    *((0.25, marked("about a quarter")), (1 / 3, marked("about a third"))),
    *((0.4, marked("about two fifths")), (0.5, marked("about half"))),
    *((0.6, marked("about three fifths")), (2 / 3, marked("about two thirds"))),
    *((0.75, marked("about three quarters")), (0.8, marked("about four fifths"))),
    (0.9, marked("about nine tenths")),
)


def about(share: float) -> str:
    """Write a share in [0, 1] as the nearest simple fraction: .21 -> "about a fifth"."""
    if share < 0.05:
        return gettext("very little")
    if share >= 0.95:
        return gettext("nearly all")
    return phrase(min(_SHARES, key=lambda known: abs(known[0] - share))[1])


def ordinal(number: int) -> str:
    """Write a place: 1 -> "1st", 12 -> "12th", 22 -> "22nd"."""
    return spoken().ordinal(number)


def similarity_rank(rank: int, of: int) -> str:
    """Write a place by similarity: "most similar of 922", "22nd most similar of 922"."""
    number = spoken().decimal(of)
    if rank == 1:
        return gettext("most similar of %(number)s", number=number)
    return gettext("%(place)s most similar of %(number)s", place=ordinal(rank), number=number)
