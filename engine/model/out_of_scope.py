"""Detect texts that do not describe work, and texts that are unlike every reference task.

These are two things. Similarity to the reference does not tell what work is: a recipe is close to
what cooks do, and rare work is far from everything. So a classifier of the vectors, and of the
similarity, learns from texts that ship with the engine. Some are of many kinds that do not describe
work. Others are tasks in plain words; without them, it would mistake a formal style for work.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np

from engine.model.folds import cross_folds
from engine.utils import resources
from engine.utils.concurrency import one_blas_thread

FALSE_ALARM_RATE = 0.01
"""Maximum share of a reference's own tasks, in held-out occupations, that each flag marks."""

PLAIN_FALSE_ALARM_RATE = 0.05
"""Maximum share of held-out tasks in plain words that each flag marks."""

_PLAIN_WEIGHT = 0.5
"""Weight of the tasks in plain words among all tasks."""

_INVERSE_PENALTY = 10.0


@dataclass(frozen=True, kw_only=True)
class ScopeTexts:
    """Texts to learn from, in addition to the tasks of a reference.

    Attributes:
        work: tasks in plain words.
        work_codes: SOC code of each of them, or None.
        not_work: texts that do not describe work.
    """

    work: list[str]
    work_codes: list[str | None]
    not_work: list[str]


@dataclass(frozen=True, kw_only=True)
class ScopeExamples:
    """Some texts as the detector sees them.

    Attributes:
        vectors: by the encoder, shape (n, n_dimensions).
        similarity: mean similarity to the nearest reference tasks, shape (n,).
        keys: their text keys, shape (n,).
        groups: occupation of each, or its own text key if it belongs to none, shape (n,).
    """

    vectors: np.ndarray
    similarity: np.ndarray
    keys: np.ndarray
    groups: np.ndarray

    @property
    def inputs(self) -> np.ndarray:
        """Inputs of the classifier, shape (n, n_dimensions + 1)."""
        return scope_inputs(self.vectors, self.similarity)


@dataclass(frozen=True, kw_only=True)
class ScopeHead:
    """Two flags: a text is not work; a text is unlike the reference.

    Attributes:
        coefficients: of a logistic regression that separates texts that are not work from tasks,
            shape (n_dimensions + 1,); the last one is that of the similarity.
        threshold: texts with a higher score are not work.
        min_similarity: texts with a lower similarity are unlike the reference.
    """

    coefficients: np.ndarray
    threshold: float
    min_similarity: float

    def not_work(self, vectors: np.ndarray, similarity: np.ndarray) -> np.ndarray:
        """Return which texts do not describe work, bool, shape (n,).

        Args:
            vectors: shape (n, n_dimensions).
            similarity: mean similarity to the nearest reference tasks, shape (n,).
        """
        return np.asarray(scope_inputs(vectors, similarity) @ self.coefficients > self.threshold)

    def unlike_reference(self, similarity: np.ndarray) -> np.ndarray:
        """Return which texts have too little evidence, bool, shape (n,)."""
        return np.asarray(similarity < self.min_similarity)


def scope_inputs(vectors: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    """Return the inputs of the classifier, shape (n, n_dimensions + 1)."""
    return np.column_stack([vectors, similarity])


def scope_texts() -> ScopeTexts:
    """Read the texts that ship with the engine."""
    path = resources.shipped("reference_tasks") / "scope.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    work = [row for row in rows if row["work"] == "yes"]
    return ScopeTexts(
        work=[row["text"] for row in work],
        work_codes=[row["soc_code"] or None for row in work],
        not_work=[row["text"] for row in rows if row["work"] == "no"],
    )


@one_blas_thread()
def fit_scope(tasks: ScopeExamples, plain: ScopeExamples, not_work: ScopeExamples) -> ScopeHead:
    """Fit a detector.

    Thresholds are quantiles of tasks whose occupations the regression has not seen, as rated and in
    plain words. So a flag marks at most the same shares of new work.

    Args:
        tasks: tasks of a reference; their similarity is to tasks of other occupations.
        plain: tasks in plain words.
        not_work: texts that do not describe work.

    Raises:
        EngineError: if the tasks belong to fewer than two occupations.
    """
    work, others = np.vstack([tasks.inputs, plain.inputs]), not_work.inputs
    is_plain = np.repeat([False, True], [len(tasks.inputs), len(plain.inputs)])
    groups = np.concatenate([tasks.groups, plain.groups])
    keys = np.concatenate([tasks.keys, plain.keys])
    scores = np.zeros(len(work))
    for train, held_out in cross_folds(groups, keys):
        scores[held_out] = work[held_out] @ _coefficients(work[train], is_plain[train], others)
    return ScopeHead(
        coefficients=_coefficients(work, is_plain, others),
        threshold=max(
            float(np.quantile(scores[~is_plain], 1 - FALSE_ALARM_RATE)),
            float(np.quantile(scores[is_plain], 1 - PLAIN_FALSE_ALARM_RATE)),
        ),
        min_similarity=min(
            float(np.quantile(tasks.similarity, FALSE_ALARM_RATE)),
            float(np.quantile(plain.similarity, PLAIN_FALSE_ALARM_RATE)),
        ),
    )


def _coefficients(work: np.ndarray, is_plain: np.ndarray, not_work: np.ndarray) -> np.ndarray:
    """Fit the regression; work and texts that are not work have the same total weight."""
    from sklearn.linear_model import LogisticRegression

    weight = np.where(
        is_plain,
        _PLAIN_WEIGHT / max(is_plain.sum(), 1),
        (1 - _PLAIN_WEIGHT) / max((~is_plain).sum(), 1),
    )
    weights = np.concatenate([weight, np.full(len(not_work), weight.sum() / len(not_work))])
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=1_000)
    model.fit(
        np.vstack([work, not_work]),
        np.repeat([0, 1], [len(work), len(not_work)]),
        weights * len(weights) / weights.sum(),
    )
    return np.asarray(model.coef_[0], dtype=np.float64)
