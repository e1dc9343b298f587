"""Levels of similarity in words, the same wherever people read them.

A similarity is the probability that O*NET lists the other occupation as related. O*NET lists 20 of
922 other occupations, so 2% is the probability of a random one.
"""

from __future__ import annotations

LEVELS = (
    (0.5, "very similar"),
    (0.1, "similar"),
    (0.02, "somewhat similar"),
    (0.0, "little in common"),
)
"""Lowest similarity of each level and its name, the highest level first.

From .5 on, O*NET would rather list the other occupation than not; from .1 on, five times as often
as a random one; from .02 on, more often than a random one.
"""


def similarity_level(similarity: float) -> str:
    """Return the level of a similarity in [0, 1]."""
    return next(name for lowest, name in LEVELS if similarity >= lowest)
