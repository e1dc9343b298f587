"""Whether a text is about work at all, told from its vector.

A recipe lies close to what cooks do, so distance from the reference alone does not tell. Texts of
many kinds that are no task of anybody's occupation ship with the reference, and beside them tasks
in plain words that come near to such texts, without which a formal style would pass for work.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np

from engine.model.folds import cross_folds
from engine.utils import resources

FLAGGED = 0.01
"""Part of a reference's own tasks, left out by occupation, that lies beyond the bound."""

_PLAIN_PART = 1 / 3
"""Weight of the tasks in plain words among all that is work."""

_INVERSE_PENALTY = 10.0


@dataclass(frozen=True)
class ScopeExamples:
    """What is learned from beside a reference: texts, or their vectors.

    Attributes:
        work: tasks in plain words.
        not_work: texts that do not describe work.
    """

    work: np.ndarray
    not_work: np.ndarray


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


def examples() -> ScopeExamples:
    """The texts that ship, written for this purpose."""
    path = resources.shipped("reference_tasks") / "scope.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    plain, strange = (
        np.array([row["text"] for row in rows if row["work"] == told]) for told in ("yes", "no")
    )
    return ScopeExamples(work=plain, not_work=strange)


def fit_scope(
    tasks: np.ndarray, groups: np.ndarray, keys: np.ndarray, beside: ScopeExamples
) -> ScopeHead:
    """Fit to the tasks of a reference and to the vectors of ``examples``.

    The bound is set on tasks of occupations that the regression has not seen, so that as many of
    new work will lie beyond it.

    Args:
        tasks: vectors, shape (n_tasks, n_dimensions), by the encoder of ``beside``.
        groups, keys: occupation and text key of each task, shape (n_tasks,).
    """
    scores = np.concatenate(
        [
            tasks[held_out] @ _regression(tasks[train], beside)
            for train, held_out in cross_folds(groups, keys)
        ]
    )
    return ScopeHead(_regression(tasks, beside), float(np.quantile(scores, 1 - FLAGGED)))


def _regression(tasks: np.ndarray, beside: ScopeExamples) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    parts = (tasks, beside.work, beside.not_work)
    sizes = [len(part) for part in parts]
    weights = np.array([1 - _PLAIN_PART, _PLAIN_PART, 1.0]) * sum(sizes) / 2 / sizes
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=1_000)
    model.fit(np.vstack(parts), np.repeat([0, 0, 1], sizes), np.repeat(weights, sizes))
    return np.asarray(model.coef_[0], dtype=np.float64)
