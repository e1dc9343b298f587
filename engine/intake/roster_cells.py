"""Read the messy numbers of a staff list: headcount and pay, in the notations of many countries."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.errors import InputError, abbreviate

Cell = str | float
"""A cell of a table: text, or a number that a spreadsheet stores as one."""

Decimal = Literal[".", ","]

PERIODS = {"hour": 2_080.0, "day": 260.0, "week": 52.0, "month": 12.0, "year": 1.0}
"""Period of pay -> how many of them make a year of full-time work: 52 weeks of 40 hours."""

MAX_NUMBER_CHARACTERS = 60
"""A longer cell is not a number."""

MAX_HEADCOUNT = 10_000_000.0
MAX_PAY = 100_000_000.0
"""Largest plausible values; anything larger is a typing error."""

_FORMULA = re.compile(r"^=")
_QUOTED_FORMULA = re.compile(r'^="([^"]*)"$')
_NUMBER = r"\d[\d.,'’\s]*"
_COUNT = re.compile(
    rf"^(?:ca\.?|approx\.?|about|~)?\s*\(?\s*(?P<sign>[-−–])?\s*(?P<number>{_NUMBER}|[.,]\d+)\s*\)?"
    r"\s*(?:x|ftes?|hc|heads?|headcount|people|persons?|employees?|staff|positions?|vzä|vk|ma|"
    r"mitarbeiter|mitarbeitende|personen|etp|pers\.?|personas?|personnes?|empleados?|salariés?)?"
    r"\.?$",
    re.IGNORECASE,
)
_CURRENCIES = {
    "$": "$", "usd": "$", "us$": "$", "€": "€", "eur": "€", "euro": "€", "euros": "€", "£": "£",
    "gbp": "£", "chf": "CHF", "sfr": "CHF", "¥": "¥", "jpy": "¥", "cad": "CAD", "aud": "AUD",
    "sek": "kr", "nok": "kr", "dkk": "kr", "kr": "kr", "pln": "zł", "zł": "zł", "inr": "₹",
    "₹": "₹", "rs": "₹", "brl": "R$", "r$": "R$", "mxn": "MXN",
}  # fmt: skip
_SCALES = {"k": 1e3, "thousand": 1e3, "tsd": 1e3, "mil": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6}
_PERIOD_WORDS: dict[str, str] = {
    word: period
    for period, words in {
        "hour": "h hr hrs hour hourly hora horas std stunde stündlich heure horaire ora uur",
        "day": "d day daily tag día jour giorno dag",
        "week": "w wk week weekly woche wöchentlich semana semaine settimana",
        "month": "mo mon mth month monthly monat monatlich monats mes mensual mois mensuel mese",
        "year": "y yr yrs year yearly annum annual annually pa a jahr jährlich jahres año anual an "
        "annuel anno jaar",
    }.items()
    for word in words.split()
}
_FILLERS = {
    *("per", "p", "pro", "por", "par", "al", "im", "der", "gross", "brutto", "bruto", "brut"),
    *("to", "bis", "à", "hasta"),
}
_TOKEN = re.compile(rf"(?P<number>{_NUMBER}|[.,]\d+)|(?P<word>[^\W\d_]+\$?|[$€£¥₹])|(?P<sign>\S)")
_RANGE_SIGNS = {"-", "–", "—", "−"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pay:
    """A person's pay.

    Attributes:
        annual: a year, > 0, in ``currency``.
        currency: symbol or code; "" if the cell has none.
        period: period that the cell gives; "" if it gives none.
        is_range: the cell gives a range; ``annual`` is its middle.
    """

    annual: float
    currency: str = ""
    period: str = ""
    is_range: bool = False


def text_of(cell: Cell) -> str:
    """Return a cell as text without space around it; whole numbers have no decimals.

    Spreadsheets write ``="00123"`` to keep a number as text; that is the text in the quotes.
    """
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    text = cell.strip()
    quoted = _QUOTED_FORMULA.match(text)
    return quoted[1].strip() if quoted else text


def is_formula(text: str) -> bool:
    """Return whether a text is a formula of a spreadsheet, such as "=1+1"."""
    return bool(_FORMULA.match(text))


def decimal_sign(cells: Iterable[Cell], default: Decimal = ".") -> Decimal:
    """Return the decimal sign of a column of numbers.

    A cell such as "0,5" or "1.200,50" shows it; "1,200" and "1.200" do not.

    Args:
        cells: of the column.
        default: the sign if no cell shows it.
    """
    votes = {".": 0, ",": 0}
    for cell in cells:
        if isinstance(cell, float):
            continue
        for number in re.findall(r"\d[\d.,]*", cell):
            if sign := _shown_sign(number.rstrip(".,")):
                votes[sign] += 1
    if votes["."] == votes[","]:
        return default
    return "." if votes["."] > votes[","] else ","


def _shown_sign(number: str) -> Decimal | None:
    """Return the decimal sign that one number shows; None if it could be either."""
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return None
    sign: Decimal = "." if number[last] == "." else ","
    other: Decimal = "," if sign == "." else "."
    if number.count(sign) > 1:
        return other  # 1.234.567 groups by the point
    if other in number or len(number) - last - 1 != 3 or number[:last] in ("", "0"):
        return sign
    return None


def to_number(text: str, decimal: Decimal) -> float:
    """Convert digits with separators to a number: "1.200,50" -> 1200.5.

    Raises:
        ValueError: if it is not a number.
    """
    plain = re.sub(r"[\s'’]", "", text).rstrip(".,")
    sign = _shown_sign(plain) or decimal
    group = "," if sign == "." else "."
    if group in plain and not re.fullmatch(
        rf"\d{{1,3}}(?:{re.escape(group)}\d{{2,3}})+(?:{re.escape(sign)}\d*)?", plain
    ):
        raise ValueError(text)
    return float(plain.replace(group, "").replace(sign, "."))


def parse_headcount(cell: Cell, decimal: Decimal = ".") -> float:
    """Return the number of people in a cell, such as "12 FTE", "~1,200" or "0.5".

    Raises:
        InputError: if it is a formula, negative, not a number, or implausibly large.
    """
    if isinstance(cell, float):
        value = cell
    else:
        text = unicodedata.normalize("NFKC", text_of(cell))
        if is_formula(text):
            raise InputError(f"headcount {abbreviate(text)} is a formula; write its value")
        match = _COUNT.match(text) if len(text) <= MAX_NUMBER_CHARACTERS else None
        if match is None:
            raise InputError(f"headcount {abbreviate(text)} is not a number; write one, such as 12")
        try:
            value = to_number(match["number"], decimal)
        except ValueError:
            raise InputError(
                f"headcount {abbreviate(text)} is not a number; write one, such as 1200"
            ) from None
        if match["sign"] or (text.startswith("(") and text.endswith(")")):
            value = -value
    if value < 0:
        raise InputError(f"headcount {_shown(cell)} is negative; write 0 or more")
    if not value <= MAX_HEADCOUNT:
        raise InputError(f"headcount {_shown(cell)} is too large; check the number")
    return value


def _shown(cell: Cell) -> str:
    return cell.strip()[:40] if isinstance(cell, str) else f"{cell:g}"


def parse_pay(cell: Cell, decimal: Decimal = ".", period: str = "year") -> Pay:
    """Return the pay in a cell, such as "$52k", "25/hr", "1.200,50 €" or "50,000 – 60,000".

    Args:
        cell: of a column of pay.
        decimal: decimal sign of the column.
        period: what a cell without a period means, by the header of the column.

    Raises:
        InputError: if it is a formula, not a number, not positive, or implausibly large.
    """
    text = text_of(cell)
    if isinstance(cell, float):
        return _pay([cell], "", "", period, text)
    if is_formula(text):
        raise InputError(f"pay {abbreviate(text)} is a formula; write its value")
    if len(text) > MAX_NUMBER_CHARACTERS:
        raise _no_pay(text)
    parts = _PayParts(text, decimal)
    previous = ""
    for match in _TOKEN.finditer(unicodedata.normalize("NFKC", text).casefold()):
        parts.add(match.lastgroup or "", match[0], previous)
        previous = match.lastgroup or ""
    return _pay(parts.values(), parts.currency, parts.period, period, text)


class _PayParts:
    """Numbers, currency and period of a cell of pay, as they are read from left to right."""

    def __init__(self, text: str, decimal: Decimal) -> None:
        self.currency = self.period = ""
        self._text = text
        self._decimal = decimal
        self._numbers: list[float] = []
        self._scales: list[float] = []

    def add(self, kind: str, part: str, previous: str) -> None:
        """Add the next part of the cell; ``previous`` is the kind of the one before it."""
        if kind == "number":
            try:
                self._numbers.append(to_number(part, _pay_decimal(part, self._decimal)))
            except ValueError:
                raise _no_pay(self._text) from None
            self._scales.append(1.0)
        elif kind == "word":
            self._add_word(part, follows_number=previous == "number")
        elif part in _RANGE_SIGNS and not self._numbers:
            raise InputError(f"pay {abbreviate(self._text)} is negative; write a positive number")
        elif part not in _RANGE_SIGNS and part not in "/.,*~()":
            raise _no_pay(self._text)

    def _add_word(self, word: str, *, follows_number: bool) -> None:
        singular = word if word in _PERIOD_WORDS else word.rstrip("s")
        if word in _CURRENCIES:
            self.currency = _CURRENCIES[word]
        elif follows_number and word in _SCALES:
            self._scales[-1] = _SCALES[word]
        elif singular in _PERIOD_WORDS:
            self.period = _PERIOD_WORDS[singular]
        elif word not in _FILLERS and word not in _SCALES:
            raise _no_pay(self._text)

    def values(self) -> list[float]:
        """Return the number, or the two ends of a range; "50–60k" gives its unit once."""
        numbers, scales = self._numbers, self._scales
        if not 1 <= len(numbers) <= 2:
            raise _no_pay(self._text)
        if len(numbers) == 2 and scales[0] == 1.0 and numbers[0] < numbers[1] * scales[1] / 100:
            scales[0] = scales[1]
        return [number * scale for number, scale in zip(numbers, scales, strict=True)]


def _pay(values: list[float], currency: str, found: str, period: str, text: str) -> Pay:
    annual = sum(values) / len(values) * PERIODS[found or period]
    if not math.isfinite(annual) or annual <= 0:
        raise InputError(f"pay {abbreviate(text)} is not positive; write a positive number")
    if annual > MAX_PAY:
        raise InputError(f"pay {abbreviate(text)} is too large; check the number and its period")
    return Pay(annual=annual, currency=currency, period=found, is_range=len(values) == 2)


def _pay_decimal(number: str, decimal: Decimal) -> Decimal:
    """Return the decimal sign of a pay: three digits after the only sign are always thousands."""
    plain = re.sub(r"[\s'’]", "", number).rstrip(".,")
    if re.fullmatch(r"\d{1,3}[.,]\d{3}", plain):
        return "," if "." in plain else "."
    return decimal


def _no_pay(text: str) -> InputError:
    return InputError(f"pay {abbreviate(text)} is not a number; write one, such as 52000 or 25/hr")


def header_period(header: str) -> str:
    """Return the period that the header of a column of pay names; "year" if it names none."""
    words = re.findall(r"[^\W\d_]+", header.casefold())
    for word in words:
        for form in (word, word.rstrip("s")):
            if form in _PERIOD_WORDS:
                return _PERIOD_WORDS[form]
        for start, period in (("stunden", "hour"), ("monats", "month"), ("wochen", "week")):
            if word.startswith(start):
                return period
    return "year"
