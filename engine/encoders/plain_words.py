"""Put idioms, trade talk and British words of work into the plain words that encoders know.

Encoders take "run the till" for tilling and "fill in the rota" for filling shelves, and a short
text has no other words to correct that; a longer text is left as it is. The list,
``reference_tasks/plain_words.csv``, has columns ``said`` and ``meant``; forms of the first word of
``said`` are separated by ``|``. A phrase in lower case matches any case; one with capitals matches
as written, as "GPs", which are not "GPS". A phrase that means itself, as "real estate agent", keeps
a part of it from being replaced.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import lru_cache

from engine.utils import resources

FILE = "plain_words.csv"
MOST_WORDS = 8
"""Number of words of a text that is short."""

_WORD = re.compile(r"[\w'’-]+")


def in_plain_words(text: str) -> str:
    """Return a short text with every phrase of the list replaced, the longest first."""
    if len(text.split()) > MOST_WORDS:
        return text
    starting, meanings = _phrases()
    words = {word.lower() for word in _WORD.findall(text)}
    possible = [said for word in words & starting.keys() for said in starting[word]]
    if not possible:
        return text
    return _pattern(frozenset(possible)).sub(
        lambda match: meanings.get(match[0]) or meanings.get(match[0].lower(), match[0]), text
    )


@lru_cache(maxsize=1)
def _phrases() -> tuple[Mapping[str, list[str]], Mapping[str, str]]:
    """Return the phrases by their first word in lower case, and the meaning of each phrase."""
    path = resources.shipped("reference_tasks") / FILE
    meanings: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            forms, _, rest = row["said"].partition(" ")
            for form in forms.split("|"):
                meanings[f"{form} {rest}".strip()] = row["meant"]
    starting: dict[str, list[str]] = {}
    for said in meanings:
        starting.setdefault(_WORD.findall(said)[0].lower(), []).append(said)
    return starting, meanings


# A pattern of all phrases takes longer to compile than all other steps of scoring a text.
@lru_cache(maxsize=1_024)
def _pattern(phrases: frozenset[str]) -> re.Pattern[str]:
    alternatives = "|".join(
        re.escape(said) if said != said.lower() else f"(?i:{re.escape(said)})"
        for said in sorted(phrases, key=lambda said: (-len(said), said))
    )
    return re.compile(rf"(?<![\w'’-])(?:{alternatives})(?![\w'’-])")
