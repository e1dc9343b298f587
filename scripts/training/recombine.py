"""New sentences about work, recombined from tasks: parts of tasks, and two tasks joined at a word.

The sentences have no known outcomes. They teach a student encoder how words combine, because the
teacher can embed any sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

LINKS = frozenset(
    "and or to for using by with of in from on such including when as at that".split()  # noqa: SIM905
)
"""Words where a task may be split, because many beginnings can precede what follows."""

MIN_WORDS, MAX_WORDS = 3, 60
"""Length of two tasks joined."""


def parts(texts: Sequence[str], count: int, generator: np.random.Generator) -> list[str]:
    """Return up to ``count`` distinct parts of tasks, of two words or more, between two splits."""
    words = [text.rstrip(".").split() for text in texts]
    found: dict[str, None] = {}
    for row in _draws(len(words), count, generator):
        task = words[row]
        commas = {at + 1 for at, word in enumerate(task) if word.endswith((",", ";"))}
        cuts = sorted({0, len(task), *_links(task), *commas})
        start, end = sorted(generator.choice(cuts, 2, replace=False)) if len(cuts) > 2 else (0, 0)
        part = task[start:end]
        while part and part[0].lower() in LINKS:
            part = part[1:]
        if 2 <= len(part) < len(task):
            found[" ".join(part).rstrip(",;")] = None
        if len(found) == count:
            break
    return list(found)


def joined(texts: Sequence[str], count: int, generator: np.random.Generator) -> list[str]:
    """Return up to ``count`` distinct sentences: one task up to a word, then another from it on."""
    words = [text.rstrip(".").split() for text in texts]
    places = [(row, at) for row, task in enumerate(words) for at in _links(task)]
    places_of = defaultdict(list)
    for row, at in places:
        places_of[words[row][at].lower()].append((row, at))
    found: dict[str, None] = {}
    for place in _draws(len(places), count, generator):
        row, at = places[place]
        others = places_of[words[row][at].lower()]
        other, start = others[generator.integers(len(others))]
        both = words[row][:at] + words[other][start:]
        if row != other and MIN_WORDS <= len(both) <= MAX_WORDS:
            found[" ".join(both)] = None
        if len(found) == count:
            break
    return list(found)


def _draws(rows: int, count: int, generator: np.random.Generator) -> Iterable[int]:
    """Return 20 rows for each result, because some results repeat or are too short."""
    return generator.integers(rows, size=20 * count) if rows else ()


def _links(words: Sequence[str]) -> list[int]:
    """Return the positions of links, without the first and the last word."""
    return [at for at in range(1, len(words) - 1) if words[at].lower() in LINKS]
