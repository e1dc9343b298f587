"""Detect texts that do not describe work, from their vectors.

Similarity to the reference is not enough: a recipe is close to what cooks do. So a classifier
learns from texts that ship with the engine. Some are of many kinds that do not describe work.
Others are tasks in plain words; without them, the classifier would mistake a formal style for work.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np

from engine.model.folds import cross_folds
from engine.utils import resources

FALSE_ALARM_RATE = 0.01
"""Share of a reference's own tasks, in held-out occupations, that the detector flags."""

_PLAIN_WEIGHT = 1 / 3
"""Weight of the tasks in plain words among all tasks."""

_INVERSE_PENALTY = 10.0


@dataclass(frozen=True)
class ScopeTexts:
    """Texts to learn from, in addition to the tasks of a reference.

    Attributes:
        work: tasks in plain words.
        not_work: texts that do not describe work.
    """

    work: list[str]
    not_work: list[str]


@dataclass(frozen=True)
class OutOfScopeHead:
    """Logistic regression that separates texts that are not work from tasks.

    Attributes:
        coefficients: shape (n_dimensions,).
        threshold: scores above it are out of scope.
    """

    coefficients: np.ndarray
    threshold: float

    def flag(self, vectors: np.ndarray) -> np.ndarray:
        """Return which vectors of shape (n, n_dimensions) are not work, bool, shape (n,)."""
        return np.asarray(vectors @ self.coefficients > self.threshold)


def scope_texts() -> ScopeTexts:
    """Read the texts that ship with the engine."""
    path = resources.shipped("reference_tasks") / "scope.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    work, not_work = (
        [row["text"] for row in rows if row["work"] == answer] for answer in ("yes", "no")
    )
    return ScopeTexts(work, not_work)


def fit_out_of_scope(
    tasks: np.ndarray,
    *,
    groups: np.ndarray,
    keys: np.ndarray,
    work: np.ndarray,
    not_work: np.ndarray,
) -> OutOfScopeHead:
    """Fit a detector to vectors by one encoder.

    The threshold is a quantile of the scores of tasks whose occupations the regression has not
    seen. So it flags the same share of new work.

    Args:
        tasks: tasks of a reference, shape (n_tasks, n_dimensions).
        groups: occupation of each task, shape (n_tasks,).
        keys: text key of each task, shape (n_tasks,).
        work: ``ScopeTexts.work``, shape (n_work, n_dimensions).
        not_work: ``ScopeTexts.not_work``, shape (n_not_work, n_dimensions).

    Raises:
        EngineError: if the tasks belong to fewer than two occupations.
    """
    scores = np.concatenate(
        [
            tasks[held_out] @ _coefficients(tasks[train], work, not_work)
            for train, held_out in cross_folds(groups, keys)
        ]
    )
    threshold = float(np.quantile(scores, 1 - FALSE_ALARM_RATE))
    return OutOfScopeHead(_coefficients(tasks, work, not_work), threshold)


def _coefficients(tasks: np.ndarray, work: np.ndarray, not_work: np.ndarray) -> np.ndarray:
    """Fit the regression; tasks and texts that are not work have the same total weight."""
    from sklearn.linear_model import LogisticRegression

    parts = (tasks, work, not_work)
    sizes = [len(part) for part in parts]
    weights = np.array([1 - _PLAIN_WEIGHT, _PLAIN_WEIGHT, 1.0]) * sum(sizes) / 2 / sizes
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=1_000)
    model.fit(np.vstack(parts), np.repeat([0, 0, 1], sizes), np.repeat(weights, sizes))
    return np.asarray(model.coef_[0], dtype=np.float64)
