"""Reduce a job title to the words that say what the job is."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from engine.intake import title_contexts
from engine.intake.title_words import (
    ABBREVIATIONS,
    BEFORE_A_NOUN,
    CIRCUMSTANCES,
    GENDERS,
    LEVELS,
    STOP_WORDS,
    TWO_WORDS,
    UNCHANGED,
)

_GENDER_MARK = re.compile(r"\(?\b(?:[mwfdhx]\s?[/|]\s?){1,2}[mwfdhxg]n?\b\)?", re.IGNORECASE)
_GERMAN_BOTH = re.compile(
    r"(?<=[a-zäöüß]{3})(?:[/*:_]-?(?:in|innen|r|n|e)|\((?:in|r|n|e)\)|Innen|In)\b"
)
_ROMANCE_BOTH = re.compile(
    r"(?<=\w{3})(?:/(?:a|as|e|es|trice|euse|ère|ora|iva)|\((?:a|as|e|es|ne|ère|trice|euse)\)|"
    r"·e|·a|@)(?!\w)",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"[,(]?\s\(?(?:except|all other|not elsewhere)\b.*", re.IGNORECASE)
_NUMBER = re.compile(r"#\s?\d+|\b\d[\d./:-]*\b")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?(?:\+\+|#)?")
_ARTICLE = re.compile(r"\b[dl]['’](?=\w)", re.IGNORECASE)
_GRADE = re.compile(r"\b(\d)(?:st|nd|rd|th)[ -]grade\b", re.IGNORECASE)


_FEMININE = (
    ("frau", "mann"),
    ("innen", ""),
    ("erin", "er"),
    ("orin", "or"),
    ("eurin", "eur"),
    ("ztin", "zt"),
    ("ltin", "lt"),
    ("stin", "st"),
    ("ntin", "nt"),
    ("ktin", "kt"),
    ("etin", "et"),
    ("otin", "ot"),
    ("login", "loge"),
    ("kerin", "ker"),
    ("euse", "eur"),
    ("trice", "teur"),
    ("ienne", "ien"),
    ("iere", "ier"),
    ("ante", "ant"),
    ("dora", "dor"),
    ("tora", "tor"),
    ("sora", "sor"),
    ("era", "ero"),
    ("aria", "ario"),
    ("ica", "ico"),
    ("loga", "logo"),
    ("ada", "ado"),
    ("grafa", "grafo"),
    ("tecta", "tecto"),
)
"""Ending of a word for a woman, folded -> the ending of the word for a man."""


def fold(text: str) -> str:
    """Return a text in lower case without accents: "Café" and "cafe" become equal."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@lru_cache(maxsize=200_000)
def title_words(title: str) -> tuple[str, ...]:
    """Return the words of a job title that say what the job is, in lower case without accents.

    Abbreviations are spelled out. Levels, shifts, hours, numbers and marks of gender are left out,
    unless nothing else remains.

    Args:
        title: a job title as a staff list has it.
    """
    text = _EXCEPT.sub("", f" {title}")
    if not _WORD.search(text):
        text = title
    text = _GENDER_MARK.sub(" ", text)
    text = _GERMAN_BOTH.sub("", text)
    text = _ROMANCE_BOTH.sub("", text)
    text = _ARTICLE.sub("", text)
    text = _GRADE.sub(lambda grade: _school(int(grade[1])), text)
    raw = _split(text)
    kept = [
        word
        for word in raw
        if word not in LEVELS and word not in CIRCUMSTANCES and not word.isdigit()
    ]
    if len(raw) > 1:
        kept = [word for word in kept if word not in GENDERS] or kept
    spelled = _spell_out(kept or raw)
    return tuple(map(base_form, [word for word in spelled if word not in STOP_WORDS] or spelled))


def base_form(word: str) -> str:
    """Return a word in the singular, and without the ending of German, French or Spanish women.

    The endings are those of job titles, so that no dictionary is needed. A few other words change
    as well, which does no harm, since the words of a catalog change in the same way.
    """
    if len(word) > 4 and word[-1] == "s" and word[-2] not in "sui":
        word = (
            word[:-3] + "y" if word.endswith("ies") else word[: -2 if word.endswith("sses") else -1]
        )
    if len(word) < 6 or word in UNCHANGED:
        return word
    for ending, other in _FEMININE:
        if word.endswith(ending):
            return word[: -len(ending)] + other
    return word


def _split(text: str) -> list[str]:
    text = fold(text)
    text = text.replace("c++", "cplusplus").replace("c#", "csharp").replace(".net", "dotnet")
    text = re.sub(r"\bn/a\b", "na", text)
    text = _NUMBER.sub(" ", text.replace("911", "emergency"))
    words = [
        word.replace("’", "'").removesuffix("'s").replace("'", "") for word in _WORD.findall(text)
    ]
    joined: list[str] = []
    for word in words:
        pair = f"{joined[-1]} {word}" if joined else ""
        if pair in TWO_WORDS:
            joined[-1:] = TWO_WORDS[pair].split()
        else:
            joined.append(word)
    return joined


def _school(grade: int) -> str:
    """Return the kind of school of a grade in the United States."""
    return "elementary school" if grade < 6 else "middle school"


def _spell_out(words: list[str]) -> list[str]:
    """Replace each abbreviation, by its neighbors where it has several meanings."""
    spelled: list[str] = []
    for position, word in enumerate(words):
        before = words[position - 1] if position else ""
        after = words[position + 1] if position + 1 < len(words) else ""
        meaning = title_contexts.read(word, before, after)
        if meaning is None and word in BEFORE_A_NOUN:
            last, other = BEFORE_A_NOUN[word]
            meaning = tuple((other if after else last).split())
        if meaning is None:
            meaning = ABBREVIATIONS.get(word, (word,))
        spelled += meaning
    return spelled
