"""Parts of sentences about career moves: education, growth, small numbers, lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.display.wording import ENGLISH, gettext, marked, ngettext, phrase, spoken

EDUCATION: Mapping[str, str] = {
    marked("No formal educational credential"): marked("no formal credential"),
    marked("High school diploma or equivalent"): marked("a high school diploma"),
    marked("Some college, no degree"): marked("some college"),
    marked("Postsecondary nondegree award"): marked(
        "a certificate from a school after high school"
    ),
    marked("Associate's degree"): marked("an associate's degree"),
    marked("Bachelor's degree"): marked("a bachelor's degree"),
    marked("Master's degree"): marked("a master's degree"),
    marked("Doctoral or professional degree"): marked("a doctoral or professional degree"),
}
"""Typical education at entry, as BLS names it -> in a sentence."""

_SMALL_NUMBERS = (
    *(marked("no"), marked("one"), marked("two"), marked("three"), marked("four")),
    *(marked("five"), marked("six"), marked("seven"), marked("eight")),
)


def growth_in_short(change: float) -> str:
    """Write a projection in few words."""
    number = round(100 * change)
    size = spoken().percent(abs(number))
    if number == 0:
        return gettext("employment is projected to stay about the same")
    if number < 0:
        return gettext("employment is projected to fall by %(percent)s", percent=size)
    return gettext("employment is projected to grow by %(percent)s", percent=size)


def projection(change: float, openings: float | None) -> str:
    """Write a projection with the yearly openings, in a sentence."""
    number = round(100 * change)
    size = spoken().percent(abs(number))
    if number == 0:
        text = gettext("Employment is projected to stay about the same in ten years")
    elif number < 0:
        text = gettext("Employment is projected to fall by %(percent)s in ten years", percent=size)
    else:
        text = gettext("Employment is projected to grow by %(percent)s in ten years", percent=size)
    if openings is None:
        return f"{text}."
    yearly = ngettext(
        "with about %(number)s opening a year",
        "with about %(number)s openings a year",
        round(openings),
    )
    return f"{text}, {yearly}."


def years_of_study(years: float) -> str:
    """Write a time of study: "about four years of study"."""
    if years == 1:
        return gettext("about one year of study")
    return gettext("about %(years)s years of study", years=small_number(years))


def more_years_of_study(years: float) -> str:
    """Write a further time of study: "about two more years of study"."""
    if years == 1:
        return gettext("about one more year of study")
    return gettext("about %(years)s more years of study", years=small_number(years))


def small_number(value: float) -> str:
    """Write a number; a small whole one as a word."""
    whole = int(value)
    if whole == value and whole < len(_SMALL_NUMBERS):
        return phrase(_SMALL_NUMBERS[whole])
    return spoken().decimal(value, 0 if whole == value else 1)


def quoted(task: str) -> str:
    """Quote a task as a sentence."""
    return gettext("“%(text)s.”", text=task.strip().rstrip(".;, "))


def listed(names: Sequence[str], last: str = "") -> str:
    """Join names: "a", "a and b", "a, b, and c"."""
    last = last or gettext("and")
    *before, end = names
    comma = "," if len(before) > 1 and spoken() is ENGLISH else ""
    return f"{', '.join(before)}{comma} {last} {end}" if before else end
