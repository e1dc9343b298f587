"""The languages of the pages: their messages and formats, and the addresses that lead to them."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from gettext import GNUTranslations
from pathlib import Path

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from engine.display import wording
from engine.display.wording import ENGLISH, Wording

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
}
"""Code of a language (ISO 639-1) -> its own name. The first is the default."""

DEFAULT = "en"
CATALOGS = Path(__file__).parents[1] / "locale"
"""``<code>/LC_MESSAGES/messages.po`` has the messages of a language."""


class Translated(Wording):
    """A language with a catalog of messages and the formats of Unicode's CLDR.

    Args:
        code: of the language.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        with (CATALOGS / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
            catalog = read_po(file)
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        self._messages = GNUTranslations(compiled)

    def message(self, text: str) -> str:
        """Return a message in this language; itself if the catalog lacks it."""
        return self._messages.gettext(text) if text else ""

    def plural(self, one: str, many: str, number: float) -> str:
        """Return the form of a message that goes with a number."""
        return self._messages.ngettext(one, many, int(number))

    def decimal(self, value: float, digits: int = 0) -> str:
        """Write a number with this many digits after the decimal mark."""
        return _decimal(self.code, round(value, digits), digits)

    def percent(self, value: float, digits: int = 0) -> str:
        """Write a number of hundredths."""
        return _percent(self.code, round(value, digits), digits)

    def dollars(self, amount: float) -> str:
        """Write an amount of US dollars."""
        return numbers.format_currency(
            amount,
            "USD",
            format=_whole_currency(self.code),
            locale=self.code,
            currency_digits=False,
        )

    def ordinal(self, number: int) -> str:
        """Write a place, as a plain number: the messages around it say what it is."""
        return self.decimal(number)

    def date(self, year: int, month: int | None = None, day: int | None = None) -> str:
        """Write a date of any precision."""
        if month is None:
            return str(year)
        moment = datetime.date(year, month, day or 1)
        if day is None:
            return dates.format_skeleton("yMMMM", moment, locale=self.code)
        return dates.format_date(moment, "long", locale=self.code)


@lru_cache(4_096)
def _decimal(code: str, value: float, digits: int) -> str:
    pattern = f"#,##0.{'0' * digits}" if digits else "#,##0"
    return numbers.format_decimal(value, format=pattern, locale=code)


@lru_cache(4_096)
def _percent(code: str, value: float, digits: int) -> str:
    whole = Locale.parse(code).percent_formats[None].pattern
    pattern = whole.replace("#,##0", f"#,##0.{'0' * digits}") if digits else whole
    return numbers.format_percent(value / 100, format=pattern, locale=code)


@cache
def _whole_currency(code: str) -> str:
    return Locale.parse(code).currency_formats["standard"].pattern.replace("0.00", "0")


@cache
def wording_of(code: str) -> Wording:
    """A language by its code; English if it has no catalog."""
    return ENGLISH if code == DEFAULT else Translated(code)


@dataclass(frozen=True)
class Visit:
    """The language of a request, and where it is.

    Attributes:
        language: its code.
        prefix: what addresses of pages begin with: "de/" if the address of this one does, else "".
        here: path and query of the page, without the prefix; None if it has no address of its own.
    """

    language: str = DEFAULT
    prefix: str = ""
    here: str | None = None


_NOWHERE = Visit()
_visit: ContextVar[Visit] = ContextVar("visit", default=_NOWHERE)


def visit() -> Visit:
    """The visit that the current context answers."""
    return _visit.get()


@contextmanager
def visiting(current: Visit) -> Iterator[None]:
    """Answer a visit within the context, in its language."""
    before = _visit.set(current)
    try:
        with wording.speaking(wording_of(current.language)):
            yield
    finally:
        _visit.reset(before)
