from __future__ import annotations

import numpy as np
import pytest

from scripts.benchmarks import index


@pytest.fixture(scope="module")
def tasks() -> np.ndarray:
    vectors = np.random.default_rng(0).normal(size=(20, 8)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_exact_search_over_chunks_is_brute_force(tasks: np.ndarray) -> None:
    queries = tasks[:5]
    chunks = [tasks[:3], tasks[3:11], tasks[11:]]
    found = index.exact(chunks, queries, k=4)
    expected = np.argsort(-(queries @ tasks.T), axis=1)[:, :4]
    assert [set(row) for row in found.tolist()] == [set(row) for row in expected.tolist()]


def test_recall_is_the_share_of_the_nearest_that_were_found() -> None:
    found = np.array([[1, 2, 3, 4], [9, 8, 7, 6]])
    nearest = np.array([[4, 3, 2, 1], [9, 0, 1, 2]])
    assert index.recall(found, nearest) == pytest.approx((4 + 1) / 8)


def test_synthetic_vectors_are_unit_vectors_and_repeat(tasks: np.ndarray) -> None:
    (first,), (second,) = list(index.synthetic(tasks, 50, 1)), list(index.synthetic(tasks, 50, 1))
    assert first.shape == (50, 8)
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1.0, rtol=1e-5)
    np.testing.assert_array_equal(first, second)


def test_an_exact_index_has_full_recall(tasks: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "QUERIES", 20)
    found = index.measure(tasks, 200, "Flat")
    assert found["recall"] == pytest.approx(1.0, abs=0.01)  # ties may go either way
    assert found["peak_mb"] > 0
