"""Whether a text is about work at all, told from its vector.

A recipe lies close to what cooks do, so distance from the reference alone does not tell. Sentences
of many kinds that are no task of anybody's occupation ship with the reference; what sets tasks
apart from them is learned.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np

from engine import places
from engine.calibration import cross_folds

FLAGGED = 0.01
"""Part of a reference's own tasks, left out by occupation, that lies beyond the bound."""

_INVERSE_PENALTY = 10.0


@dataclass(frozen=True)
class ScopeHead:
    """Logistic regression of what is no work against tasks.

    Attributes:
        coefficients: shape (n_dimensions,).
        bound: scores above it are of what is no work.
    """

    coefficients: np.ndarray
    bound: float

    def outside(self, vectors: np.ndarray) -> np.ndarray:
        """True for vectors unlike those of any work; shape (n,) of shape (n, n_dimensions)."""
        return np.asarray(vectors @ self.coefficients > self.bound)


def strangers() -> list[str]:
    """Texts that are no work, written for this purpose."""
    path = places.shipped("reference_tasks") / "not_work.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        return [row["text"] for row in csv.DictReader(stream)]


def fit_scope(
    tasks: np.ndarray, groups: np.ndarray, keys: np.ndarray, strange: np.ndarray
) -> ScopeHead:
    """Fit to tasks and to ``strangers``.

    The bound is set on tasks of occupations that the regression has not seen, so that as many of
    new work will lie beyond it.

    Args:
        tasks, strange: vectors by one encoder, shape (n, n_dimensions) each.
        groups, keys: occupation and text key of each task, shape (n_tasks,).
    """
    scores = np.concatenate(
        [
            tasks[held_out] @ _regression(tasks[train], strange)
            for train, held_out in cross_folds(groups, keys)
        ]
    )
    return ScopeHead(_regression(tasks, strange), float(np.quantile(scores, 1 - FLAGGED)))


def _regression(tasks: np.ndarray, strange: np.ndarray) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=_INVERSE_PENALTY, class_weight="balanced", max_iter=1_000)
    model.fit(np.vstack([tasks, strange]), np.repeat([0, 1], [len(tasks), len(strange)]))
    return np.asarray(model.coef_[0], dtype=np.float64)
