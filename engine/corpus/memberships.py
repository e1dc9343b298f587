"""Tasks as memberships in categories and in exposure levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.corpus.columns import CATEGORY_SEPARATOR
from engine.records import rubric


def category_memberships(categories: Sequence[str]) -> np.ndarray:
    """Divide each task equally among its categories.

    Args:
        categories: categories of each task, joined by ``CATEGORY_SEPARATOR``; "" if unknown.

    Returns:
        memberships, shape (n_tasks, 9), in the order of ``rubric.CATEGORIES``; a row sums to 1, or
        to 0 where the category is unknown.
    """
    members = np.zeros((len(categories), len(rubric.CATEGORIES)))
    position = {name: column for column, name in enumerate(rubric.CATEGORIES)}
    for row, text in enumerate(categories):
        names = [name for name in text.split(CATEGORY_SEPARATOR) if name]
        for name in names:
            members[row, position[name]] += 1 / len(names)
    return members


def level_memberships(values: np.ndarray) -> np.ndarray:
    """Divide exposure values between the two nearest levels, by linear interpolation.

    Args:
        values: shape (n_tasks, n_raters), in [0, 1]; NaN where unknown. Raters count equally.

    Returns:
        memberships, shape (n_tasks, 3), in the order E0, E2, E1; a row sums to 1, or to 0 where no
        value is known.
    """
    near = np.clip(1.0 - 2.0 * np.abs(values[:, :, None] - np.array([0.0, 0.5, 1.0])), 0.0, 1.0)
    known = ~np.isnan(values)
    total = np.nansum(np.where(known[:, :, None], near, 0.0), axis=1)
    return total / np.maximum(known.sum(axis=1), 1)[:, None]
