"""How much of an occupation's work carries over to another one, and which tasks are new.

The overlap has a direction: time shares are those of the occupation that one moves to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.careers.results import NewTask, SharedTask
from engine.careers.similarity import Profile

_SLOPE, _INTERCEPT = 8.08, -5.85
"""Logistic curve from the cosine of two tasks' MiniLM vectors to the probability that they match.

Two tasks match if they belong to the same intermediate work activity of O*NET. The curve is fitted
by ``scripts/benchmarks/careers.py`` to tasks of related occupations and their best counterparts.
"""

COUNTERPART_COSINE = -_INTERCEPT / _SLOPE
"""Cosine at which two tasks match with probability one half, and the lowest of counterparts."""

SHARED_TASKS = 3
"""Number of task pairs that explain a match."""

_NEW_TASKS = 5


@dataclass(frozen=True)
class TaskOverlap:
    """The tasks of a destination compared with those of an origin.

    Attributes:
        shared: the most similar pairs of counterparts, paired one to one, the best first; none of
            these tasks is new.
        carries_over: expected share of working time in the destination spent on tasks like those of
            the origin, in [0, 1]: Σ time share × ``task_match_probability``.
        new: tasks of the destination without a counterpart, largest time share first.
    """

    shared: tuple[SharedTask, ...]
    carries_over: float
    new: tuple[NewTask, ...]

    @classmethod
    def between(cls, origin: Profile, destination: Profile) -> TaskOverlap:
        """Compare two occupations task by task."""
        cosine = origin.vectors @ destination.vectors.T
        best = cosine.max(axis=0)
        has_counterpart = best >= COUNTERPART_COSINE
        by_time = np.argsort(-destination.shares, kind="stable")
        new = [row for row in by_time if not has_counterpart[row]][:_NEW_TASKS]
        return cls(
            _shared_tasks(origin, destination, cosine),
            float(destination.shares @ task_match_probability(best)),
            tuple(NewTask(destination.texts[row], float(destination.shares[row])) for row in new),
        )


def task_match_probability(cosine: np.ndarray) -> np.ndarray:
    """Return the probability that tasks with this cosine share a work activity, in [0, 1]."""
    return 1 / (1 + np.exp(-(_SLOPE * cosine + _INTERCEPT)))


def _shared_tasks(
    origin: Profile, destination: Profile, cosine: np.ndarray
) -> tuple[SharedTask, ...]:
    pairs: list[SharedTask] = []
    open_pairs = cosine.astype(float)
    while len(pairs) < min(SHARED_TASKS, *cosine.shape):
        row, column = divmod(int(np.argmax(open_pairs)), open_pairs.shape[1])
        similarity = float(cosine[row, column])
        if open_pairs[row, column] < COUNTERPART_COSINE:
            break
        pairs.append(SharedTask(origin.texts[row], destination.texts[column], similarity))
        open_pairs[row, :] = open_pairs[:, column] = -np.inf
    return tuple(pairs)
