"""Format numbers for people: all percentages in text, tables and pages come from here."""

from __future__ import annotations

import math
from collections.abc import Mapping

from engine.records.measures import LABELS, PUBLISHED_SOURCES, Source

WHAT_RISK_IS = (
    "Risk is the potential of a task to be automated by software, as rated: GPT-4 gave the "
    "published ratings of 2023. Robots are not counted. Risk is not a forecast of job loss."
)
"""Every text report, every page and the command-line help show this sentence once."""

BARRIER_NAMES: Mapping[str, str] = {
    "cognitive": "judgment and complexity",
    "physical": "hands and presence",
    "regulatory": "license and law",
}
"""Barrier -> its name for people."""

BARRIER_STANDS = 0.5
"""Lowest value of a barrier that keeps people in the work."""

BARRIER_MATTERS = 0.25
"""Lowest value of a barrier that is worth a word where none stands."""

PARTS = (
    ("take", "Can take over", "software could do it without a person: the risk"),
    ("help", "Can help", "AI could speed it up, but a person stays in charge"),
    ("human", "Human", "the rest of the work"),
)
"""Class in the style sheet, name and meaning of the three parts of working time."""

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
    return f"{signed_points(difference)} {_noun(round(100 * difference))}"


def risk_difference(difference: float) -> str:
    """Compare another risk with this one: -0.12 -> "12 points lower"."""
    number = round(100 * difference)
    if number == 0:
        return "about the same"
    return f"{abs(number)} {_noun(number)} {'lower' if number < 0 else 'higher'}"


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


def three_parts(can_take_over: float, can_help: float) -> tuple[int, int, int]:
    """Divide work into what software takes over, what AI helps with, and the rest.

    Args:
        can_take_over, can_help: parts in [0, 1] that sum to at most 1.

    Returns:
        Three whole percentages that sum to 100. The first is the risk as ``percent`` writes it. For
        a task whose AI capability is higher, the first two sum to that.
    """
    take_over = hundredths(can_take_over)
    within_reach = min(max(hundredths(can_take_over + can_help), take_over), 100)
    return take_over, within_reach - take_over, 100 - within_reach


def three_parts_words(can_take_over: float, can_help: float) -> str:
    """Write ``three_parts``: "37% software can take over · 25% AI can help with · 38% human"."""
    take_over, help_with, human = three_parts(can_take_over, can_help)
    return f"{take_over}% software can take over · {help_with}% AI can help with · {human}% human"


def rated_words(rated: float, estimated: float) -> str:
    """Write a known rating with its estimate, both in [0, 1]: "rated 25%, estimated 43%"."""
    return f"rated {percent(rated)}, estimated {percent(estimated)}"


def explanation_words(value: float, from_neighbours: float | None) -> str:
    """Write what similar tasks say, and what the text itself adds to it or takes away.

    Args:
        value: the estimate, in [0, 1].
        from_neighbours: what similar tasks say, in [0, 1]; None if none of them is rated.

    Returns:
        Such as "neighbors say 75%, the text takes away 43 points", whose numbers add up to the
        estimate as ``percent`` writes it.
    """
    if from_neighbours is None:
        return f"no neighbor is rated; the text alone says {percent(value)}"
    change = hundredths(value) - hundredths(from_neighbours)
    effect = f"{'takes away' if change < 0 else 'adds'} {abs(change)} {_noun(change)}"
    return (
        f"neighbors say {percent(from_neighbours)}, the text {effect if change else 'adds nothing'}"
    )


def measure_words(measure: str, sources: Mapping[str, Source]) -> str:
    """Name a measure: "automation, as rated in 2023".

    Names of published measures say who rated them and when, so a measure of the same name from
    another source is named after that: "automation (starter reference, edition 2026)".

    Args:
        measure: name of the measure.
        sources: measure -> where its outcomes come from; may be empty.
    """
    source = sources.get(measure)
    if source is None or source == PUBLISHED_SOURCES.get(measure, source):
        return LABELS.get(measure, measure)
    return f"{measure} ({source.title})"


def barrier_words(barriers: Mapping[str, float]) -> str:
    """Name what keeps people in the work: "hands and presence, license and law".

    Args:
        barriers: ``cognitive``, ``physical`` and ``regulatory``, or some of them, in [0, 1].

    Returns:
        The names of those of ``BARRIER_STANDS`` or more. If there are none, the highest counts for
        "some" of it, from ``BARRIER_MATTERS`` on; below that, there is "little".
    """
    standing = [
        name
        for barrier, name in BARRIER_NAMES.items()
        if barriers.get(barrier, 0) >= BARRIER_STANDS
    ]
    if standing:
        return ", ".join(standing)
    highest = max(BARRIER_NAMES, key=lambda barrier: barriers.get(barrier, 0))
    if barriers.get(highest, 0) >= BARRIER_MATTERS:
        return f"some {BARRIER_NAMES[highest]}"
    return "little"


def _noun(number: int) -> str:
    return "point" if abs(number) == 1 else "points"
