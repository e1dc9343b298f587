from __future__ import annotations

import numpy as np
import pytest

from engine.careers.overlap import COUNTERPART_COSINE, TaskOverlap, task_match_probability
from engine.careers.similarity import Profile

SAME, UNLIKE = 1 / (1 + np.exp(-(8.08 - 5.85))), 1 / (1 + np.exp(5.85))
"""Probability that tasks match at a cosine of 1 and of 0, by the published curve."""


def test_the_match_probability_is_the_logistic_curve() -> None:
    assert task_match_probability(np.array([1.0, 0.0])) == pytest.approx([SAME, UNLIKE])
    assert task_match_probability(np.array(COUNTERPART_COSINE)) == pytest.approx(0.5)


def test_the_overlap_depends_on_the_direction_of_the_move() -> None:
    two = Profile(texts=["a", "b"], vectors=np.eye(2), shares=np.array([0.9, 0.1]))
    one = Profile(texts=["c"], vectors=np.array([[0.0, 1.0]]), shares=np.ones(1))
    onward, back = TaskOverlap.between(two, one), TaskOverlap.between(one, two)
    assert (onward.carries_over, onward.new) == (pytest.approx(SAME), ())
    assert back.carries_over == pytest.approx(0.1 * SAME + 0.9 * UNLIKE)
    assert [(task.task, task.time_share) for task in back.new] == [("a", 0.9)]


def test_shared_tasks_are_the_most_similar_pairs_each_task_once() -> None:
    origin = Profile(texts=["a", "b"], vectors=np.eye(2), shares=np.array([0.5, 0.5]))
    vectors = np.array([[0.8, 0.6], [1.0, 0.0], [0.6, 0.8]])
    there = Profile(texts=["x", "y", "z"], vectors=vectors, shares=np.full(3, 1 / 3))
    pairs = TaskOverlap.between(origin, there).shared
    assert [(pair.task, pair.matches) for pair in pairs] == [("a", "y"), ("b", "z")]
    assert [pair.similarity for pair in pairs] == pytest.approx([1.0, 0.8])
