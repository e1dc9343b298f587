"""TODO."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.corpus.validation import (
    CATEGORY_SEPARATOR,
)
from engine.records import rubric


def category_memberships(categories: Sequence[str]) -> np.ndarray:
    """Parts of each task in the nine groups, shape (n_tasks, 9); a row sums to 1, or to 0."""
    members = np.zeros((len(categories), len(rubric.CATEGORIES)))
    position = {name: column for column, name in enumerate(rubric.CATEGORIES)}
    for row, text in enumerate(categories):
        names = [name for name in text.split(CATEGORY_SEPARATOR) if name]
        for name in names:
            members[row, position[name]] += 1 / len(names)
    return members


def level_memberships(values: np.ndarray) -> np.ndarray:
    """Exposure values as parts of the two nearest levels, shape (n, 3) in the order E0, E2, E1.

    ``values`` has shape (n, n_raters), in [0, 1], NaN where unknown; raters count alike, and a row
    without any is all zero.
    """
    near = np.clip(1.0 - 2.0 * np.abs(values[:, :, None] - np.array([0.0, 0.5, 1.0])), 0.0, 1.0)
    known = ~np.isnan(values)
    total = np.nansum(np.where(known[:, :, None], near, 0.0), axis=1)
    return total / np.maximum(known.sum(axis=1), 1)[:, None]
