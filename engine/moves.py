"""What a move from one occupation to another takes: what carries over, what is new, what is won.

Direction matters: what carries over is counted in the time of the occupation one moves to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.career_records import NewTask, SharedTask
from engine.records import Estimate
from engine.similarity import Profile

COUNTERPART = 0.55
"""Cosine of MiniLM vectors from which two tasks count as counterparts; set by eye, not measured."""

SHARED_TASKS = 3
"""Pairs of tasks shown to explain a match."""

_NEW_TASKS = 5
_QUANTILES = 201


@dataclass(frozen=True)
class Counterparts:
    """The tasks of an occupation held against those of another that one might move to.

    Attributes:
        shared: the most similar pairs, each task in one pair at most.
        carries_over: share of time there in tasks with a counterpart here, in [0, 1].
        new: tasks there without one, those that take most time first.
    """

    shared: tuple[SharedTask, ...]
    carries_over: float
    new: tuple[NewTask, ...]

    @classmethod
    def of(cls, own: Profile, other: Profile) -> Counterparts:
        """Compare task by task."""
        similarity = own.vectors @ other.vectors.T
        known = similarity.max(axis=0) >= COUNTERPART
        new = [row for row in np.argsort(-other.shares, kind="stable") if not known[row]]
        return cls(
            _shared(own, other, similarity),
            float(min(other.shares[known].sum(), 1.0)),
            tuple(NewTask(other.texts[row], float(other.shares[row])) for row in new[:_NEW_TASKS]),
        )


def _shared(own: Profile, other: Profile, similarity: np.ndarray) -> tuple[SharedTask, ...]:
    pairs: list[SharedTask] = []
    open_pairs = similarity.astype(float)
    while len(pairs) < min(SHARED_TASKS, *similarity.shape):
        mine, theirs = np.unravel_index(int(np.argmax(open_pairs)), open_pairs.shape)
        alike = float(similarity[mine, theirs])
        pairs.append(SharedTask(own.texts[mine], other.texts[theirs], alike))
        open_pairs[mine, :] = open_pairs[:, theirs] = -np.inf
    return tuple(pairs)


def probability_lower(there: Estimate, here: Estimate, errors: np.ndarray) -> float:
    """Probability that the true value there is lower than here, in [0, 1].

    Each true value is the estimate plus an error of its own, of either sign alike, drawn from the
    errors of the reference occupations (``errors``, in sizes of the expected error, rising). That
    errors of similar occupations go together is left out: the probability is, if anything, too
    near one half.
    """
    if not len(errors):
        return 0.5 if there.value == here.value else float(there.value < here.value)
    levels = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    size = np.quantile(errors, levels)
    signed = np.concatenate([-size[::-1], size])
    difference = (here.value - there.value) + here.error * signed
    true_there = there.error * signed
    below = np.searchsorted(true_there, difference, side="left")
    ties = np.searchsorted(true_there, difference, side="right") - below
    return float((below + ties / 2).mean() / len(signed))
