"""More sentences about work, made of the tasks at hand: parts of them, and two joined at a word.

They have no outcome of their own; what an encoder says of them teaches another one how words count
beside each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

LINKS = frozenset(
    "and or to for using by with of in from on such including when as at that".split()  # noqa: SIM905
)
"""Words at which a task may be cut: what follows one fits many a beginning before it."""

SHORTEST, LONGEST = 3, 60
"""Words of two tasks joined."""


def parts(texts: Sequence[str], count: int, generator: np.random.Generator) -> list[str]:
    """Up to ``count`` distinct parts of tasks, of two words or more, from one cut to another."""
    words = [text.rstrip(".").split() for text in texts]
    found: dict[str, None] = {}
    for row in _draws(len(words), count, generator):
        one = words[row]
        marks = {at + 1 for at, word in enumerate(one) if word.endswith((",", ";"))}
        cuts = sorted({0, len(one), *_links(one), *marks})
        start, end = sorted(generator.choice(cuts, 2, replace=False)) if len(cuts) > 2 else (0, 0)
        part = one[start:end]
        while part and part[0].lower() in LINKS:
            part = part[1:]
        if 2 <= len(part) < len(one):
            found[" ".join(part).rstrip(",;")] = None
        if len(found) == count:
            break
    return list(found)


def joined(texts: Sequence[str], count: int, generator: np.random.Generator) -> list[str]:
    """Up to ``count`` distinct beginnings of one task with the end of another after one word."""
    words = [text.rstrip(".").split() for text in texts]
    places = [(row, at) for row, one in enumerate(words) for at in _links(one)]
    alike = defaultdict(list)
    for row, at in places:
        alike[words[row][at].lower()].append((row, at))
    found: dict[str, None] = {}
    for place in _draws(len(places), count, generator):
        row, at = places[place]
        others = alike[words[row][at].lower()]
        other, start = others[generator.integers(len(others))]
        both = words[row][:at] + words[other][start:]
        if row != other and SHORTEST <= len(both) <= LONGEST:
            found[" ".join(both)] = None
        if len(found) == count:
            break
    return list(found)


def _draws(rows: int, count: int, generator: np.random.Generator) -> Iterable[int]:
    """More rows than are needed, but an end, should there be too few different results."""
    return generator.integers(rows, size=20 * count) if rows else ()


def _links(words: Sequence[str]) -> list[int]:
    """Where a word to cut at stands, neither first nor last."""
    return [at for at in range(1, len(words) - 1) if words[at].lower() in LINKS]
