"""Split tasks into folds for cross-fitting, by occupation and without shared texts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.errors import EngineError
from engine.utils.text import is_among

FOLDS = 5
"""Number of folds, if there are as many occupations."""

SEED = 20_240_501
"""Seed of the assignment of occupations to folds."""


def cross_folds(
    groups: np.ndarray, keys: np.ndarray, seed: int = SEED, folds: int = FOLDS
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield training rows and held-out rows of each fold.

    All rows of a group are in one fold. Training rows with a text that is held out are left out,
    so that no text is on both sides. Every row is held out once.

    Args:
        groups: occupation of each row, shape (n,).
        keys: text key of each row, shape (n,).

    Raises:
        EngineError: if there are fewer than two groups.
    """
    from sklearn.model_selection import GroupKFold

    count = len(np.unique(groups))
    if count < 2:
        raise EngineError(
            f"only {count} occupation has known outcomes, but estimates are checked on "
            "occupations held out; add tasks of a second occupation to the reference"
        )
    splitter = GroupKFold(n_splits=min(folds, count), shuffle=True, random_state=seed)
    for train, held_out in splitter.split(groups, groups=groups):
        yield train[~is_among(keys[train], keys[held_out])], held_out
