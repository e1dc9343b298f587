"""What a move from one occupation to another takes: what carries over, and what is new.

Direction matters: what carries over is counted in the time of the occupation one moves to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.careers.results import NewTask, SharedTask
from engine.careers.similarity import Profile

_SLOPE, _INTERCEPT = 8.08, -5.85
"""Curve from the cosine of two tasks' MiniLM vectors to the probability that they are alike.

Alike are tasks of one intermediate work activity of O*NET; fitted by ``benchmark.py careers`` to
the best counterparts of the tasks of related occupations.
"""

COUNTERPART = -_INTERCEPT / _SLOPE
"""Cosine from which two tasks are alike as likely as not: they count as counterparts."""

SHARED_TASKS = 3
"""Pairs of tasks shown to explain a match."""

_NEW_TASKS = 5


@dataclass(frozen=True)
class Counterparts:
    """The tasks of an occupation held against those of another that one might move to.

    Attributes:
        shared: the most similar pairs, each task in one pair at most.
        carries_over: share of time there that is expected to be in tasks like one's own, in [0, 1].
        new: tasks there without a counterpart, those that take most time first.
    """

    shared: tuple[SharedTask, ...]
    carries_over: float
    new: tuple[NewTask, ...]

    @classmethod
    def of(cls, own: Profile, other: Profile) -> Counterparts:
        """Compare task by task."""
        similarity = own.vectors @ other.vectors.T
        best = similarity.max(axis=0)
        known = best >= COUNTERPART
        new = [row for row in np.argsort(-other.shares, kind="stable") if not known[row]]
        return cls(
            _shared(own, other, similarity),
            float(other.shares @ alike(best)),
            tuple(NewTask(other.texts[row], float(other.shares[row])) for row in new[:_NEW_TASKS]),
        )


def alike(cosine: np.ndarray) -> np.ndarray:
    """Probability that tasks of this cosine are of one intermediate work activity, in [0, 1]."""
    return 1 / (1 + np.exp(-(_SLOPE * cosine + _INTERCEPT)))


def _shared(own: Profile, other: Profile, similarity: np.ndarray) -> tuple[SharedTask, ...]:
    pairs: list[SharedTask] = []
    open_pairs = similarity.astype(float)
    while len(pairs) < min(SHARED_TASKS, *similarity.shape):
        mine, theirs = divmod(int(np.argmax(open_pairs)), open_pairs.shape[1])
        cosine = float(similarity[mine, theirs])
        pairs.append(SharedTask(own.texts[mine], other.texts[theirs], cosine))
        open_pairs[mine, :] = open_pairs[:, theirs] = -np.inf
    return tuple(pairs)
