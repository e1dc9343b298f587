"""Hashed features of the words of a title: words, their character n-grams, and pairs of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations
from zlib import crc32

NGRAM_ROWS = 1 << 15
PAIR_ROWS = 1 << 15
_SHORTEST, _LONGEST = 3, 6
_MAX_PAIRED = 6
"""Number of words of a title whose pairs count; long titles are rare."""
_LEAST_PART, _LEAST_LONE_PART = 4, 5
_MAX_SPLIT = 40
"""Words of more characters are not split; no compound is so long."""
_LINKS = ("", "s", "es", "n", "en", "er", "e")
"""Letters between the parts of a German compound."""


def word_hash(word: str) -> int:
    """Return the hash that the table of words is sorted by."""
    return crc32(word.encode())


@lru_cache(maxsize=200_000)
def ngrams(word: str) -> tuple[int, ...]:
    """Return the rows of the n-grams of 3 to 6 characters of a word, with marks at its ends."""
    marked = f"<{word}>"
    found = [
        crc32(marked[start : start + length].encode()) % NGRAM_ROWS
        for length in range(_SHORTEST, _LONGEST + 1)
        for start in range(len(marked) - length + 1)
    ]
    return tuple(found) or (crc32(marked.encode()) % NGRAM_ROWS,)


def pairs(words: Sequence[str]) -> list[int]:
    """Return the rows of the unordered pairs of words."""
    return [
        crc32(f"{min(pair)} {max(pair)}".encode()) % PAIR_ROWS
        for pair in combinations(words[:_MAX_PAIRED], 2)
    ]


def compound_parts(word: str, is_part: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the parts of a German compound; () if it is none.

    The last part is as long as possible. What precedes it may be unknown; it is left out then.

    Args:
        word: in lower case without accents, such as "lagermitarbeiter".
        is_part: whether a word occurs in titles on its own.
    """
    if not 2 * _LEAST_PART <= len(word) <= _MAX_SPLIT:
        return ()
    alone: tuple[str, ...] = ()
    for start in range(_LEAST_PART, len(word) - _LEAST_PART + 1):
        last = word[start:]
        if not is_part(last):
            continue
        for link in _LINKS:
            first = word[:start].removesuffix(link)
            if len(first) < _LEAST_PART or not word[:start].endswith(link):
                continue
            if is_part(first):
                return (first, last)
            if before := compound_parts(first, is_part):
                return (*before, last)
        if not alone and len(last) >= _LEAST_LONE_PART:
            alone = (last,)
    return alone
