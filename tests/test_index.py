from __future__ import annotations

import numpy as np
import pytest

from engine import EngineError
from engine.index import NOBODY, NeighbourIndex


def _unit(n: int, d: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, d))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_it_finds_what_brute_force_finds() -> None:
    vectors, queries = _unit(500, 16, 1), _unit(40, 16, 2)
    found = NeighbourIndex(vectors).search(queries, 10)
    cosine = queries.astype(float) @ vectors.astype(float).T
    expected = np.argsort(-cosine, axis=1)[:, :10]
    np.testing.assert_array_equal(found.rows, expected)
    np.testing.assert_allclose(
        found.similarity, np.take_along_axis(cosine, expected, axis=1), atol=1e-5
    )


def test_excluded_rows_are_never_found_and_the_rest_is_still_exact() -> None:
    vectors, queries = _unit(300, 8, 3), _unit(25, 8, 4)
    generator = np.random.default_rng(5)
    excluded = [generator.choice(300, size=size, replace=False) for size in range(0, 250, 10)]
    found = NeighbourIndex(vectors).search(queries, 20, excluded)
    cosine = queries.astype(float) @ vectors.astype(float).T
    for query, barred in enumerate(excluded):
        allowed = np.setdiff1d(np.arange(300), barred)
        expected = allowed[np.argsort(-cosine[query, allowed])][:20]
        np.testing.assert_array_equal(found.rows[query], expected)


def test_ties_go_by_row_number() -> None:
    vectors = np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (5, 1))
    found = NeighbourIndex(vectors).search(vectors[:1], 3, [np.array([1])])
    assert found.rows.tolist() == [[0, 2, 3]]
    assert found.similarity.tolist() == [[1.0, 1.0, 1.0]]


def test_many_ties_at_the_end_go_by_row_number_too() -> None:
    generator = np.random.default_rng(8)
    few = _unit(40, 8, 9)
    copies = generator.integers(0, 40, 3_000)
    queries = _unit(20, 8, 10)
    found = NeighbourIndex(few[copies]).search(queries, 100)
    steps = np.rint(queries.astype(float) @ few.T * 1e5)[:, copies]
    expected = np.argsort(-steps, axis=1, kind="stable")[:, :100]
    np.testing.assert_array_equal(found.rows, expected)


def test_where_fewer_are_left_nobody_fills_up() -> None:
    vectors = _unit(3, 4, 6)
    found = NeighbourIndex(vectors).search(vectors[:1], 5, [np.array([0])])
    assert (found.rows[0] != NOBODY).sum() == 2
    assert found.rows[0, 2:].tolist() == [NOBODY] * 3
    assert found.similarity[0, 2:].tolist() == [-1.0] * 3


def test_vectors_that_are_not_unit_vectors_are_refused() -> None:
    with pytest.raises(EngineError, match="not of length 1"):
        NeighbourIndex(2 * _unit(3, 4, 7))
    with pytest.raises(EngineError, match=r"expected \(n, d\) with n"):
        NeighbourIndex(np.zeros((0, 4), dtype=np.float32))
