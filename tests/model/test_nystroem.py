from __future__ import annotations

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge

from engine.model import nystroem
from engine.model.nystroem import GAMMA, KernelMap


def _unit_vectors(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_kernel_by_hand() -> None:
    values = KernelMap(np.eye(2, dtype=np.float32))(np.array([[1.0, 0.0]]))
    np.testing.assert_allclose(values, [[1.0, np.exp(-2.0 * GAMMA)]])


def test_with_every_task_as_a_landmark_it_equals_kernel_ridge_regression() -> None:
    vectors, new = _unit_vectors(50, 0), _unit_vectors(5, 1)
    outcomes = np.random.default_rng(2).random(50)
    exact = KernelRidge(kernel="rbf", gamma=GAMMA, alpha=0.5).fit(vectors, outcomes).predict(new)
    kernel = KernelMap.fit(vectors)
    ridge = Ridge(alpha=0.5, fit_intercept=False)
    ridge.fit(kernel(vectors) @ kernel.rotation, outcomes)
    np.testing.assert_allclose(ridge.predict(kernel(new) @ kernel.rotation), exact, atol=1e-3)


def test_landmarks_are_few_distinct_and_deterministic(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(nystroem, "LANDMARKS", 20)
    vectors = _unit_vectors(300, 3)
    kernel = KernelMap.fit(vectors)
    assert kernel.landmarks.shape == (20, 6)
    np.testing.assert_array_equal(kernel.landmarks, KernelMap.fit(vectors).landmarks)
    assert KernelMap.fit(np.repeat(vectors[:3], 9, axis=0)).landmarks.shape == (3, 6)
