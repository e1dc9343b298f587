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


def in_plain_words(text: str) -> str:
    """Return a short text with every phrase of the list replaced, the longest first."""
    if len(text.split()) > MOST_WORDS:
        return text
    pattern, meanings = _phrases()
    return pattern.sub(
        lambda match: meanings.get(match[0]) or meanings.get(match[0].lower(), match[0]), text
    )


@lru_cache(maxsize=1)
def _phrases() -> tuple[re.Pattern[str], Mapping[str, str]]:
    path = resources.shipped("reference_tasks") / FILE
    meanings: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            forms, _, rest = row["said"].partition(" ")
            for form in forms.split("|"):
                meanings[f"{form} {rest}".strip()] = row["meant"]
    alternatives = "|".join(
        re.escape(said) if said != said.lower() else f"(?i:{re.escape(said)})"
        for said in sorted(meanings, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w'’-])(?:{alternatives})(?![\w'’-])"), meanings
