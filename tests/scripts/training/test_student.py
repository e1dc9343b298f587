from __future__ import annotations

import numpy as np
import pytest
import torch

from scripts.training.student import PLAIN, TUNED, Student, directions, drop_tokens


def test_a_new_student_returns_the_mean_of_the_token_vectors() -> None:
    generator = np.random.default_rng(0)
    # Of rank 64, so that the kept directions hold everything.
    first = generator.normal(size=(30, 64)) @ generator.normal(size=(64, PLAIN + TUNED))
    student = Student(first.astype(np.float32), n_scores=4)
    with torch.no_grad():
        vectors, scores = student([np.array([1, 2, 3]), np.array([7])])
    means = np.stack([first[[1, 2, 3]].mean(0), first[7]])
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    np.testing.assert_allclose(vectors.numpy(), means, atol=1e-4)
    assert scores.shape == (2, 4)
    read = vectors.numpy() @ student.probe().weight.T + student.probe().bias
    np.testing.assert_allclose(read, scores.numpy(), atol=1e-4)


def test_the_layers_compute_what_the_student_does() -> None:
    torch.manual_seed(0)
    first = np.random.default_rng(0).normal(size=(30, PLAIN + TUNED)).astype(np.float32)
    student = Student(first, n_scores=4)
    with torch.no_grad():
        vectors, _ = student([np.array([1, 2])])
        means = student.table(torch.tensor([[1, 2]])).numpy()
    np.testing.assert_allclose(student.layers()(means), vectors.numpy(), atol=1e-5)


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
