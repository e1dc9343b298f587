"""TODO."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from engine.errors import EngineError
from engine.utils.text import is_among

FOLDS = 5
SEED = 20_240_501


def cross_folds(
    groups: np.ndarray, keys: np.ndarray, seed: int = SEED, folds: int = FOLDS
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(training rows, held-out rows): groups whole, and no text on both sides.

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
            f"outcomes are known for {count} occupation: expected two or more, as every estimate "
            "is checked on occupations left out; add occupations to the reference"
        )
    splitter = GroupKFold(n_splits=min(folds, count), shuffle=True, random_state=seed)
    for train, held_out in splitter.split(groups, groups=groups):
        yield train[~is_among(keys[train], keys[held_out])], held_out
