"""Format numbers for people: all percentages in text, tables and pages come from here."""

from __future__ import annotations

from collections.abc import Mapping

from engine.display.numbers import about as about
from engine.display.numbers import chance as chance
from engine.display.numbers import growth as growth
from engine.display.numbers import hundredths as hundredths
from engine.display.numbers import interval as interval
from engine.display.numbers import ordinal as ordinal
from engine.display.numbers import people as people
from engine.display.numbers import percent as percent
from engine.display.numbers import points as points
from engine.display.numbers import relative as relative
from engine.display.numbers import risk_difference as risk_difference
from engine.display.numbers import signed_points as signed_points
from engine.display.numbers import similarity_rank as similarity_rank
from engine.display.numbers import wage as wage
from engine.display.wording import gettext, marked, ngettext, phrase, spoken
from engine.records.measures import LABELS, PUBLISHED_SOURCES, Source
from engine.records.measures import WHAT_RISK_IS as WHAT_RISK_IS

BARRIER_NAMES: Mapping[str, str] = {
    "cognitive": marked("judgment and complexity"),
    "physical": marked("hands and presence"),
    "regulatory": marked("license and law"),
}
"""Barrier -> its name for people."""

BARRIER_STANDS = 0.5
"""Lowest value of a barrier that keeps people in the work."""

BARRIER_MATTERS = 0.25
"""Lowest value of a barrier that is worth a word where none stands."""

PARTS = (
    ("take", marked("Can take over"), marked("software could do it without a person: the risk")),
    ("help", marked("Can help"), marked("AI could speed it up, but a person stays in charge")),
    ("human", marked("Human"), marked("the rest of the work")),
)
"""Class in the style sheet, name and meaning of the three parts of working time."""


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
    return gettext(
        "%(take)s software can take over · %(help)s AI can help with · %(human)s human",
        take=spoken().percent(take_over),
        help=spoken().percent(help_with),
        human=spoken().percent(human),
    )


def parts_sentence(parts: tuple[int, int, int]) -> str:
    """Write three parts in percent as words: "Can take over 37%, can help 25%, human 38%"."""
    take_over, help_with, human = map(spoken().percent, parts)
    return gettext(
        "Can take over %(take)s, can help %(help)s, human %(human)s",
        take=take_over,
        help=help_with,
        human=human,
    )


def risk_and_interval(risk: float, ends: tuple[float, float]) -> str:
    """Write a risk with its interval: "Risk 37%, interval 12–55%"."""
    return gettext(
        "Risk %(risk)s, interval %(interval)s", risk=percent(risk), interval=interval(ends)
    )


def rated_words(rated: float, estimated: float) -> str:
    """Write a known rating with its estimate, both in [0, 1]: "rated 25%, estimated 43%"."""
    return gettext(
        "rated %(rated)s, estimated %(estimated)s",
        rated=percent(rated),
        estimated=percent(estimated),
    )


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
        return gettext(
            "no neighbor is rated; the text alone says %(percent)s", percent=percent(value)
        )
    change, said = hundredths(value) - hundredths(from_neighbours), percent(from_neighbours)
    if change == 0:
        return gettext("neighbors say %(percent)s, the text adds nothing", percent=said)
    if change < 0:
        return ngettext(
            "neighbors say %(percent)s, the text takes away %(number)s point",
            "neighbors say %(percent)s, the text takes away %(number)s points",
            -change,
            percent=said,
        )
    return ngettext(
        "neighbors say %(percent)s, the text adds %(number)s point",
        "neighbors say %(percent)s, the text adds %(number)s points",
        change,
        percent=said,
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
        return phrase(LABELS.get(measure, measure))
    return f"{phrase(measure)} ({phrase(source.title)})"


def barrier_words(barriers: Mapping[str, float]) -> str:
    """Name what keeps people in the work: "hands and presence, license and law".

    Args:
        barriers: ``cognitive``, ``physical`` and ``regulatory``, or some of them, in [0, 1].

    Returns:
        The names of those of ``BARRIER_STANDS`` or more. If there are none, the highest counts for
        "some" of it, from ``BARRIER_MATTERS`` on; below that, there is "little".
    """
    standing = [
        phrase(name)
        for barrier, name in BARRIER_NAMES.items()
        if barriers.get(barrier, 0) >= BARRIER_STANDS
    ]
    if standing:
        return ", ".join(standing)
    highest = max(BARRIER_NAMES, key=lambda barrier: barriers.get(barrier, 0))
    if barriers.get(highest, 0) >= BARRIER_MATTERS:
        return gettext("some %(barrier)s", barrier=phrase(BARRIER_NAMES[highest]))
    return gettext("little")
