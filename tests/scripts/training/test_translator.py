from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from engine.encoders.convolution import ConvolutionNetwork
from engine.encoders.probe import RATED, LinearProbe, levels
from engine.records.rubric import WORK_ACTIVITY_GROUPS
from engine.utils.vectors import unit
from scripts.training.translator import Lessons, Taught, project, teach
from tests.encoders.test_convolution import HIDDEN, N_PIECES, random_weights

N_TEXTS, N_DIMENSIONS = 300, 24


def test_a_projection_is_a_ridge_regression() -> None:
    generator = np.random.default_rng(0)
    own, taught = generator.normal(size=(50, 6)), generator.normal(size=(50, 3))
    matrix, bias = project(own, taught, penalty=2.0)
    expected = Ridge(alpha=2.0).fit(own, taught)
    np.testing.assert_allclose(matrix, expected.coef_.T, atol=1e-5)
    np.testing.assert_allclose(bias, expected.intercept_, atol=1e-5)


@pytest.fixture(scope="module")
def lessons() -> Lessons:
    """Sentences whose vectors are the mean of random vectors of their pieces."""
    generator = np.random.default_rng(1)
    tokens = [generator.integers(0, N_PIECES, generator.integers(2, 9)) for _ in range(N_TEXTS)]
    meaning = generator.normal(size=(N_PIECES, N_DIMENSIONS))
    vectors = unit(np.stack([meaning[ids].mean(axis=0) for ids in tokens])).astype(np.float32)
    n_scores = sum(len(levels(name)) for name in RATED) + len(WORK_ACTIVITY_GROUPS)
    probe = LinearProbe(
        tuple(RATED), generator.normal(size=(n_scores, N_DIMENSIONS)), np.zeros(n_scores)
    )
    return Lessons(tokens=tokens, vectors={"work": vectors}, probe=probe)


def _cosine(lessons: Lessons, taught: Taught) -> float:
    own = ConvolutionNetwork(taught.weights)(lessons.tokens)
    matrix, bias = taught.projections["work"]
    return float((unit(own @ matrix + bias) * lessons.vectors["work"]).sum(axis=1).mean())


def test_a_student_comes_nearer_to_its_teacher(lessons: Lessons) -> None:
    weights = random_weights()
    before, after = (_cosine(lessons, teach(lessons, weights, epochs=n)) for n in (0, 15))
    assert after > before + 0.05


def test_the_same_seed_gives_the_same_student(lessons: Lessons) -> None:
    first, second = (teach(lessons, random_weights(), epochs=1, seed=3) for _ in range(2))
    assert first.projections["work"][0].shape == (HIDDEN, N_DIMENSIONS)
    for name, array in first.weights.items():
        np.testing.assert_array_equal(array, second.weights[name])
