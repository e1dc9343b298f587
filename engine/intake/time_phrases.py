"""Find how much working time a line names: "20%", "about a third of my time", "half the day".

A percentage counts only where it stands for time: alone in parentheses, at the start or the end of
the line behind a separator, or before "of my time" and the like. "Cut costs by 15%" is no share.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HOURS_A_DAY, HOURS_A_WEEK = 8.0, 40.0
"""Working time that "two hours a day" and "ten hours a week" are parts of."""

_ABOUT = (
    r"(?:about|around|roughly|approx(?:imately|\.)?|nearly|almost|some|up to|~|≈|ca\.?|circa|etwa|"
    r"rund|ungefähr|gut|knapp|fast|unos?|cerca de(?:l)?|aproximadamente|aprox\.|alrededor de(?:l)?|"
    r"casi|el|environ|presque|près de)\s*"
)
_NUMBER = (
    r"(?P<{0}>\d{{1,3}}(?:[.,]\d+)?)(?:\s?%?\s?(?:-|–|to|bis|a|à)\s?(?P<{0}_to>\d{{1,3}}))?\s?"
)
_PERCENT = _NUMBER + r"(?:%|percent\b|per cent\b|pct\b|prozent\b|por ciento\b|pour cent\b)"
_POSSESSIVE = (
    r"(?:(?:my|the|your|our|their|his|her|each|a|meiner|der|ihrer|deiner|des|mi|tu|su|el|la|del|mon|"
    r"ton|votre|son|le|ma|l')\s*)?"
)
_TIME = (
    r"(?:working\s|total\s|whole\s)?(?:time|day|week|hours|job|workload|workday|shift|month|year|"
    r"arbeitszeit|zeit|tag(?:e?s)?|woche|arbeitstags|stelle|"
    r"tiempo|d[ií]a|semana|jornada|horario|puesto|"
    r"temps(?:\sde\stravail)?|journ[ée]e|semaine|poste)\b"
)
_OF = r"\s*(?:of|from|de|du|d')?\s*"
_OF_TIME = rf"{_OF}{_POSSESSIVE}{_TIME}"

# Two thirds before a third, which is a part of it in German.
_FRACTIONS = {
    2 / 3: r"two[\s-]thirds|zwei\s?drittel|dos tercios|(?:les\s)?deux tiers",
    3 / 4: r"three[\s-]quarters|dreiviertel|drei viertel|tres cuartos|(?:les\s)?trois quarts",
    1 / 2: r"(?:one\s)?half|die hälfte|halbe?n?|la mitad|medi[ao]|la moitié|moitié",
    1 / 3: r"(?:a|one)\sthird|(?:ein\s|das\s)?drittel|un tercio|una tercera parte|(?:un|le) tiers",
    1 / 4: r"(?:a|one)\s(?:quarter|fourth)|(?:ein\s)?viertel|un cuarto|una cuarta parte|un quart",
    1 / 5: r"(?:a|one)\sfifth|ein fünftel|un quinto|una quinta parte|un cinquième",
    1 / 10: r"(?:a|one)\stenth|ein zehntel|un décimo|una décima parte|un dixième",
}
_LEADING = r"^[\s(\[]*"
_HOURS = r"hours?|hrs?|h|stunden|std\.?|horas?|heures?"
_PER = r"a|per|each|every|/|am|pro|in der|al|a la|por|par"
_PERIOD = r"day|week|shift|tag|woche|d[ií]a|semana|jour|semaine"
_A_DAY = r"\s(?:a\s|the\s|my\s)?day(?:,?\severy day)?\b"

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # 20% of my time; 20% der Arbeitszeit
        rf"\(?(?:{_ABOUT})?{_PERCENT.format('share')}{_OF_TIME}\)?",
        # (20%), [about 15 %]
        rf"[(\[]\s*(?:{_ABOUT})?{_PERCENT.format('share')}\s*[)\]]",
        # 20% - answer the phone; 20%: …
        rf"{_LEADING}(?:{_ABOUT})?{_PERCENT.format('share')}\s*(?:[)\]]\s*|[-–—:|]\s*|\t)",
        # answer the phone - 20%; …, ca. 25 %
        rf"\s*(?:[-–—:,|]|\t|\.{{2,}})\s*(?:{_ABOUT})?{_PERCENT.format('share')}\s*[.)]?\s*$",
        # 3 hours a day; 10 Std. pro Woche
        rf"\(?(?:{_ABOUT})?(?P<hours>\d{{1,2}}(?:[.,]\d)?)\s?(?:{_HOURS})\s?(?:{_PER})\s?"
        rf"(?P<per>{_PERIOD})\b\)?",
    )
)
_FRACTION_PATTERNS = tuple(
    (
        share,
        re.compile(
            rf"\(?(?:{_ABOUT})?\b(?:{words})(?:{_OF_TIME}|{_A_DAY})\)?",
            re.IGNORECASE,
        ),
    )
    for share, words in _FRACTIONS.items()
)
_BARE_END = re.compile(
    rf"(?<=[^\W\d_)])\s+(?:{_ABOUT})?{_PERCENT.format('share')}\s*$", re.IGNORECASE
)
_BARE_PERCENT = re.compile(
    rf"{_LEADING}(?:{_ABOUT})?{_PERCENT.format('share')}\s+(?=[^\W\d_])", re.IGNORECASE
)
_DAYS = {"day", "shift", "tag", "día", "dia", "jour"}
_EVERY_DAY = re.compile(r"^\s*(?:every day|each day|daily|a day|per day)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """A share of working time in [0, 1], and the text without the words that name it."""

    share: float
    rest: str


def find_time(text: str, *, listed: bool = False) -> TimePhrase | None:
    """Return the share of working time that a line names; None if it names none.

    Args:
        text: a line or sentence, without its bullet.
        listed: whether several lines of the text start or end with a percentage, so that a bare
            one ("20% filing") is a share of time.
    """
    if not any(map(str.isdigit, text)) and len(text) > _MAX_WITHOUT_DIGITS:
        return None
    for pattern in (*_PATTERNS, *((_BARE_PERCENT, _BARE_END) if listed else ())):
        if found := pattern.search(text):
            share = _share(found)
            if 0 < share <= 1:
                return TimePhrase(share, _without(text, found))
    for share, pattern in _FRACTION_PATTERNS:
        if found := pattern.search(text):
            return TimePhrase(share, _without(text, found))
    return None


def has_bare_percent(text: str) -> bool:
    """Return whether a line starts or ends with a percentage that nothing sets apart."""
    return bool(_BARE_PERCENT.match(text) or _BARE_END.search(text))


_MAX_WITHOUT_DIGITS = 2_000
"""Longer sentences without a digit are not searched for fractions."""


def _share(found: re.Match[str]) -> float:
    named = found.groupdict()
    if named.get("hours"):
        per = HOURS_A_DAY if named["per"].lower() in _DAYS else HOURS_A_WEEK
        return float(named["hours"].replace(",", ".")) / per
    low = float(named["share"].replace(",", "."))
    high = float(named["share_to"]) if named.get("share_to") else low
    return (low + high) / 200


def _without(text: str, found: re.Match[str]) -> str:
    """Return a text without the words that name a share of time, and what joined them to it."""
    before = _SPENDING_BEFORE.sub("", _JOINT_BEFORE.sub("", text[: found.start()]))
    after = _JOINT_AFTER.sub("", _EVERY_DAY.sub("", text[found.end() :]))
    after = _SPENDING_AFTER.sub("", after)
    rest = f"{before} {after}".strip()
    return rest if any(map(str.isalpha, rest)) else text


_JOINT_BEFORE = re.compile(r"[\s,;:(–—-]+$")
_JOINT_AFTER = re.compile(r"^[\s,;:)–—-]+(?=.*\w)")
_SPENDING_BEFORE = re.compile(
    r"(?:^|(?<=\s))(?:(?:i|you|we|ich|yo|je)\s)?(?:spend|spent|spending|use|devote|dedico|paso|"
    r"verbringe|passe)$",
    re.IGNORECASE,
)
_SPENDING_AFTER = re.compile(
    r"^(?:(?:is|are|goes|go|went|was)\s(?:spent\s|taken up\s)?(?:on\s|to\s|into\s|with\s|by\s)?|"
    r"spent\s(?:on\s)?|verbringe ich mit\s|bin ich mit\s|ist\s|sind\s|es\s|son\s|c['’]est\s|"
    r"(?:lo\s)?(?:paso|dedico)\s(?:a\s)?|je\s(?:passe|consacre)\s(?:à\s)?)(?=\w)",
    re.IGNORECASE,
)
