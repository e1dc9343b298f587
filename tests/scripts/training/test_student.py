from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.encoders.probe import levels
from engine.records.measures import COMPLETION
from scripts.training.student import (
    CATEGORY_WEIGHT,
    ERROR_WEIGHT,
    PLAIN,
    READING_WEIGHT,
    TUNED,
    Lessons,
    Student,
    _loss,
    directions,
    drop_tokens,
)

MEASURES = ("automation", COMPLETION)
N_SCORES = 5 + 5 + 9
NAN = float("nan")


def _lessons(outcomes: list[list[float]]) -> Lessons:
    """Return lessons of a teacher whose vectors are equal and whose odds are even."""
    count = len(outcomes)
    return Lessons(
        measures=MEASURES,
        tokens=[np.array([0])] * count,
        vectors=torch.eye(PLAIN + TUNED)[[0] * count],
        scores=torch.zeros(count, N_SCORES),
        outcomes=torch.tensor(outcomes),
    )


def _loss_of(outcomes: list[list[float]], scores: torch.Tensor) -> float:
    lessons = _lessons(outcomes)
    rows = np.arange(len(outcomes))
    return _loss(lessons, rows, lessons.vectors, scores).item()


def test_a_new_student_returns_the_mean_of_the_token_vectors() -> None:
    generator = np.random.default_rng(0)
    # Of rank 64, so that the kept directions hold everything.
    first = generator.normal(size=(30, 64)) @ generator.normal(size=(64, PLAIN + TUNED))
    student = Student(first.astype(np.float32), MEASURES)
    with torch.no_grad():
        vectors, scores = student([np.array([1, 2, 3]), np.array([7])])
    means = np.stack([first[[1, 2, 3]].mean(0), first[7]])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors.numpy(), means, atol=1e-4)
    assert scores.shape == (2, N_SCORES)
    assert student.probe().measures == MEASURES
    read = vectors.numpy() @ student.probe().weight.T + student.probe().bias
    np.testing.assert_allclose(read, scores.numpy(), atol=1e-4)


def test_the_layers_compute_what_the_student_does() -> None:
    torch.manual_seed(0)
    first = np.random.default_rng(0).normal(size=(30, PLAIN + TUNED)).astype(np.float32)
    student = Student(first, MEASURES)
    with torch.no_grad():
        vectors, _ = student([np.array([1, 2])])
        means = student.table(torch.tensor([[1, 2]])).numpy()
    np.testing.assert_allclose(student.layers()(means), vectors.numpy(), atol=1e-5)


def test_the_loss_of_a_perfect_imitation_is_the_entropy_of_the_teacher() -> None:
    loss = _loss_of([[NAN, NAN]] * 2, torch.zeros(2, N_SCORES))
    entropies = READING_WEIGHT * (1 + 0.3) * np.log(5) + CATEGORY_WEIGHT * np.log(9)
    assert loss == pytest.approx(entropies, rel=1e-5)


def test_an_error_counts_where_the_outcome_is_known_measure_by_measure() -> None:
    """Even odds of quarters expect .5; ``COMPLETION`` has weight .3."""
    scores = torch.zeros(2, N_SCORES)
    unknown = _loss_of([[NAN, NAN]] * 2, scores)
    one = _loss_of([[1.0, NAN], [NAN, NAN]], scores)
    assert one - unknown == pytest.approx(ERROR_WEIGHT * 0.25, rel=1e-4)
    both = _loss_of([[1.0, NAN], [NAN, 0.25]], scores)
    assert both - one == pytest.approx(0.3 * ERROR_WEIGHT * 0.0625, rel=1e-3)
    mean = _loss_of([[1.0, NAN], [0.5, NAN]], scores)
    assert mean - unknown == pytest.approx(ERROR_WEIGHT * 0.125, rel=1e-4)


def test_the_difference_from_the_reading_of_the_teacher() -> None:
    """Certain of the highest level, where the teacher expects .5 at even odds."""
    scores = torch.zeros(1, N_SCORES)
    scores[0, len(levels("automation")) - 1] = 50.0
    loss = _loss_of([[NAN, NAN]], scores) - _loss_of([[NAN, NAN]], torch.zeros(1, N_SCORES))
    entropy = 0.8 * 50 - np.log(5)
    assert loss == pytest.approx(READING_WEIGHT * (entropy + ERROR_WEIGHT * 0.25), rel=1e-4)


def test_an_unknown_outcome_has_no_gradient() -> None:
    scores = torch.zeros(2, N_SCORES, requires_grad=True)
    lessons = _lessons([[NAN, 1.0], [NAN, NAN]])
    _loss(lessons, np.array([0, 1]), lessons.vectors, scores).backward()
    assert scores.grad is not None
    assert scores.grad[0, 5:10].abs().max() > 1e-3
    np.testing.assert_allclose(scores.grad[:, :5], 0.0, atol=1e-6)
    np.testing.assert_allclose(scores.grad[1], 0.0, atol=1e-6)


def test_directions_of_largest_variance() -> None:
    vectors = np.array([[3.0, 0.0, 0.1], [-3.0, 0.0, 0.1], [0.0, 1.0, 0.0]])
    kept = directions(vectors, 1)
    assert abs(kept[:, 0]) == pytest.approx([1.0, 0.0, 0.0])


def test_some_tokens_of_a_sentence_always_stay() -> None:
    generator = np.random.default_rng(0)
    sentences = [np.array([number]) for number in range(50)] + [np.arange(100)]
    kept = drop_tokens(sentences, generator)
    assert all(len(ids) == 1 for ids in kept[:50])
    assert 50 < len(kept[50]) < 90
