"""Levels of similarity in words, the same wherever people read them.

The place among all occupations decides, rather than the similarity itself, which is lower the less
is known of an occupation. O*NET lists 20 related occupations of 922 others, and calls 10 of them
primary.
"""

from __future__ import annotations

from engine.careers.filters import LEAST_CARRIED_OVER
from engine.display.wording import marked

LITTLE = marked("little in common")

LEVELS = (
    (10 / 922, marked("very similar")),
    (20 / 922, marked("similar")),
    (100 / 922, marked("somewhat similar")),
)
"""Place divided by the number of other occupations, up to which a level reaches, and its name.

As many as are primary in O*NET's lists, as many as are in them, and as many as the default filters
allow (``engine.careers.filters.NEAREST``). All further ones have ``LITTLE``.
"""


def similarity_level(rank: int, of: int, carries_over: float) -> str:
    """Return the level of a similarity.

    Args:
        rank: place by similarity among the other occupations, from 1.
        of: number of these other occupations.
        carries_over: as ``CareerMatch``; with less than between occupations of middling similarity
            (``LEAST_CARRIED_OVER``), even the most similar occupation has little in common.
    """
    if carries_over < LEAST_CARRIED_OVER:
        return LITTLE
    # The first place always counts as very similar, also in a small catalog.
    place = 0.0 if rank == 1 else rank / of
    return next((name for end, name in LEVELS if place <= end), LITTLE)
