"""Text as the engine sees it: cleaned, by keys that make sentences equal, and its language."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


_NOT_WORD = re.compile(r"[\W_]+")
_NOT_ASCII_WORD = {code: " " for code in range(128) if not chr(code).isalnum()}


# What belongs to a web page, not to a sentence. No pattern reads over another "<", so that the time
# is in proportion to the text, whatever it is.
_CODE = re.compile(r"<(script|style)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--[^<>]*-->")
_MOST_ROUNDS = 5
_SENTENCE_END = re.compile(r"(?<=[.!?;]) ")

_LOOK_LIKE_LATIN = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοκνρχ",
    "ABESIJKMHOPCTYXaesijopcyxhdqwABEZHIKMNOPTYXokvpx",
)
"""Cyrillic and Greek letters that are read as Latin ones."""


def clean(text: str) -> str:
    """What a reader sees of a sentence: nothing invisible, no mark-up, nothing said twice.

    Characters in other forms (full width, ligatures) take their plain one, letters of other scripts
    that stand in for Latin ones become these, white space is folded. Plain text stays as it is.
    """
    for _ in range(_MOST_ROUNDS):
        before, text = text, _plain(text)
        if text == before:
            break
    sentences = _SENTENCE_END.split(text)
    if len(sentences) == 1:
        return text
    first: dict[str, str] = {}
    for sentence in sentences:
        first.setdefault(text_key(sentence), sentence)
    return " ".join(first.values())


def _plain(text: str) -> str:
    """One round of cleaning: what mark-up stood for may be mark-up again."""
    if not text.isascii():
        text = _in_latin(unicodedata.normalize("NFKC", text))
    if "<" in text:
        for pattern in (_CODE, _TAG, _COMMENT):
            text = pattern.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    if not text.isprintable():
        text = "".join(map(_visible, text))
    return " ".join(text.split())


def _visible(character: str) -> str:
    """The character; a space for white space, nothing for what has no shape."""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character).startswith("C") else character


def _in_latin(text: str) -> str:
    """The text with what looks Latin made Latin, if that leaves no letter of another script."""
    read = text.translate(_LOOK_LIKE_LATIN)
    return read if all(map(_is_latin, filter(str.isalpha, read))) else text


def text_key(text: str) -> str:
    """``text`` in lower case with punctuation and white space folded: equal keys, same task."""
    if text.isascii():  # the same, many times faster
        return " ".join(text.lower().translate(_NOT_ASCII_WORD).split())
    return _NOT_WORD.sub(" ", text.casefold()).strip()


def is_among(keys: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Whether each text key is one of the others, shape (n_keys,).

    By hashes: ``np.isin`` compares each object with each, ten minutes for a hundred thousand.
    """
    import pandas as pd

    return pd.Index(keys).isin(others)


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")
