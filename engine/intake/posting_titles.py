"""Read the job title and the department off a posting."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_TITLE = 120
"""Characters of a title; longer ones are sentences."""

_LABEL = re.compile(
    r"^(?:(?:job |position |working |official )?"
    r"(?:title|position|role|classification|class title|job)|"
    r"stelle(?:nbezeichnung)?|position|beruf|puesto|cargo|"
    r"vacante|poste|intitulé(?: du poste)?|métier)"
    r"\s*:\s*",
    re.IGNORECASE,
)
_SPOKEN = re.compile(
    r"^(?:hi,? )?(?:i'?m|i am|i work as|i've been|ich bin|ich arbeite als|soy|trabajo (?:como|de)|"
    r"je suis|je travaille comme)\s+(?:an?\s|the\s|eine?\s|una?\s|une?\s)?",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\s+(?:at|in|for|with|bei|beim|im|in der|en|chez|dans|para|who|and)\s.*$", re.IGNORECASE
)
_GENDER = re.compile(
    r"\s*[(\[](?:[mwfdhx](?:\s?[/|*]\s?[mwfdhx]){1,3}|all genders|gn|f/m/x)[)\]]"
    r"|\s+(?:[mwfdh](?:/[mwfdhx]){1,2})\b",
    re.IGNORECASE,
)
_WANTED = re.compile(r"\s*(?:\bwanted|\bneeded|gesucht|se busca|[!:])+\s*$", re.IGNORECASE)
_SECTION = re.compile(
    r"(?:^|[|;·]\s*|\s{2})(?:department|dept\.?|division|abteilung|bereich|departamento|[áa]rea|service|"
    r"département)\s*:\s*(?P<name>[^|;·\n]{2,60}?)(?=\s{2}|\s[^\W\d_]+:|\s[A-ZÀ-Þ ]+:|$|[|;·])",
    re.IGNORECASE,
)


def clean_title(text: str) -> str | None:
    """Return a job title without label, gender note and exclamation; None if nothing is left."""
    plain = text.strip(" \t*#_-–—•|.,")
    spoken = _SPOKEN.match(plain.replace("’", "'"))
    if spoken:
        plain = _PLACE.sub("", plain[spoken.end() :])
        plain = plain[:1].upper() + plain[1:]
    plain = _LABEL.sub("", plain)
    plain = _WANTED.sub("", _GENDER.sub("", plain)).strip(" \t*-–—•|,.")
    if not any(map(str.isalpha, plain)) or len(plain) > MAX_TITLE:
        return None
    return plain


def find_department(texts: Iterable[str]) -> str | None:
    """Return the department that one of the texts names with a label; None if none does."""
    for text in texts:
        if found := _SECTION.search(text):
            return found["name"].strip()
    return None
