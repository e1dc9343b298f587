"""The language of text for people: messages and numbers, in English unless a language is spoken.

Text is written in English. ``gettext`` and ``ngettext`` return it in the language that ``speaking``
has set for the current context, and numbers are formatted in the same language. A message is a
format with named values and "%%" for a percent sign. ``marked`` marks the messages of a table,
which ``phrase`` translates where they are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class Wording:
    """English; other languages override the methods.

    Attributes:
        code: of the language, such as "en" (ISO 639-1).
    """

    code = "en"

    def message(self, text: str) -> str:
        """Return a message in this language."""
        return text

    def plural(self, one: str, many: str, number: float) -> str:
        """Return the form of a message that goes with a number."""
        return one if number == 1 else many

    def decimal(self, value: float, digits: int = 0) -> str:
        """Write a number with this many digits after the point: "1,234.5"."""
        return f"{value:,.{digits}f}"

    def percent(self, value: float, digits: int = 0) -> str:
        """Write a number of hundredths: 12 as "12%"."""
        return f"{self.decimal(value, digits)}%"

    def dollars(self, amount: float) -> str:
        """Write an amount of US dollars: "$1,234"."""
        return f"${amount:,.0f}"

    def ordinal(self, number: int) -> str:
        """Write a place: 1 as "1st", 12 as "12th", 22 as "22nd"."""
        teen = 10 < number % 100 < 20
        ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if teen else number % 10, "th")
        return f"{number:,}{ending}"

    def date(self, year: int, month: int | None = None, day: int | None = None) -> str:
        """Write a date of any precision: "March 2026"."""
        if month is None:
            return str(year)
        name = _MONTHS[month - 1]
        return f"{name} {year}" if day is None else f"{name} {day}, {year}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)

ENGLISH = Wording()

_spoken: ContextVar[Wording] = ContextVar("wording", default=ENGLISH)


def spoken() -> Wording:
    """Return the language of text for people in the current context."""
    return _spoken.get()


@contextmanager
def speaking(wording: Wording) -> Iterator[None]:
    """Speak a language within the context."""
    before = _spoken.set(wording)
    try:
        yield
    finally:
        _spoken.reset(before)


def gettext(text: str, /, **values: Any) -> str:
    """Return a message in the language that is spoken, with its values.

    Args:
        text: in English, with values as "%(name)s" and "%%" for a percent sign.
        values: by their names.
    """
    return spoken().message(text) % values


def ngettext(one: str, many: str, number: float, /, **values: Any) -> str:
    """Return the message that goes with a number, as ``gettext``.

    Args:
        one: the message for one.
        many: the message for other numbers.
        number: decides; "%(number)s" shows it, as the language writes it.
        values: further values.
    """
    shown = spoken().decimal(number)
    return spoken().plural(one, many, number) % {"number": shown, **values}


def labeled(name: str, text: str) -> str:
    """Write a name and what it stands for, with a colon between them."""
    return gettext("%(name)s: %(text)s", name=name, text=text)


def semicolons(parts: Iterable[str]) -> str:
    """Join parts of a sentence with semicolons."""
    return gettext("; ").join(parts)


def phrase(text: str) -> str:
    """Return text of a table in the language that is spoken, or unchanged if it is no message.

    Args:
        text: a message without values; "%" stands for itself.
    """
    return spoken().message(text)


def marked(text: str) -> str:
    """Return a message unchanged; mark it, so that it is translated where it is shown."""
    return text
