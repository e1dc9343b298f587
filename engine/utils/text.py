"""Clean sentences, and give equal sentences equal keys."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

BULLET = re.compile(r"^\s*(?:[-*•‣◦–—·●○▪■➢➤✓]|\(?\d{1,3}[.)])(?:\s+|$)")
"""A bullet or number at the start of a line."""

CONTROL_PICTURES = {code: 0x2400 + code for code in range(32)} | {127: 0x2421}
"""Control character -> its picture, for ``str.translate``."""

_NOT_WORD = re.compile(r"[\W_]+")
_NOT_ASCII_WORD = {code: " " for code in range(128) if not chr(code).isalnum()}

# Markup. No pattern reads past another "<", so the time is linear in the length of any text.
_CODE = re.compile(r"<(script|style)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--[^<>]*-->")
_MAX_ROUNDS = 5
_SENTENCE_END = re.compile(r"(?<=[.!?;]) ")

_LATIN_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοκνρχ",
    "ABESIJKMHOPCTYXaesijopcyxhdqwABEZHIKMNOPTYXokvpx",
)
"""Cyrillic and Greek letters that look like Latin ones."""


def clean(text: str) -> str:
    """Reduce a text to what a reader sees, each sentence once.

    Remove markup and invisible characters, fold white space, and replace full-width characters,
    ligatures and Latin look-alikes with plain characters. Plain text does not change.
    """
    for _ in range(_MAX_ROUNDS):
        before, text = text, _clean_once(text)
        if text == before:
            break
    sentences = _SENTENCE_END.split(text)
    if len(sentences) == 1:
        return text
    first: dict[str, str] = {}
    for sentence in sentences:
        first.setdefault(text_key(sentence), sentence)
    return " ".join(first.values())


def _clean_once(text: str) -> str:
    """Clean a text once; unescaped markup may need another round."""
    if not text.isascii():
        text = _replace_lookalikes(unicodedata.normalize("NFKC", text))
    if "<" in text:
        for pattern in (_CODE, _TAG, _COMMENT):
            text = pattern.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    if not text.isprintable():
        text = "".join(map(_visible, text))
    return " ".join(text.split())


def _visible(character: str) -> str:
    """Return the character, a space for white space, or "" for an invisible character."""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character).startswith("C") else character


def _replace_lookalikes(text: str) -> str:
    """Replace Latin look-alikes, unless the text has other letters of their script."""
    replaced = text.translate(_LATIN_LOOKALIKES)
    return replaced if all(map(is_latin, filter(str.isalpha, replaced))) else text


@lru_cache(maxsize=4_096)
def is_latin(character: str) -> bool:
    """Return whether a character is a letter of the Latin script."""
    return unicodedata.name(character, "").startswith("LATIN")


def text_key(text: str) -> str:
    """Return ``text`` in lower case without punctuation; equal keys mean the same task."""
    if text.isascii():  # the same result, many times faster
        return " ".join(text.lower().translate(_NOT_ASCII_WORD).split())
    return _NOT_WORD.sub(" ", text.casefold()).strip()


def is_among(keys: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return whether each text key is one of the others, shape (n_keys,).

    Hashes the keys; ``np.isin`` compares every pair of objects, which takes ten minutes for a
    hundred thousand keys.
    """
    import pandas as pd

    return pd.Index(keys).isin(others)
