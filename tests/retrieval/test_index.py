from __future__ import annotations

import multiprocessing
from typing import NamedTuple

import numpy as np
import pytest

from engine import EngineError
from engine.retrieval import index
from engine.retrieval.index import NO_NEIGHBOUR, NeighbourIndex


class _Found(NamedTuple):
    rows: np.ndarray
    similarity: np.ndarray


def _search(searched: NeighbourIndex, queries: np.ndarray, k: int = 10) -> _Found:
    found = searched.search(queries, k)
    return _Found(found.rows, found.similarity)


def _assert_equal(first: _Found, second: _Found) -> None:
    np.testing.assert_array_equal(first.rows, second.rows)
    np.testing.assert_array_equal(first.similarity, second.similarity)


def _unit(n: int, d: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, d))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


# Exact search ---------------------------------------------------------------------------------


def test_search_equals_brute_force() -> None:
    vectors, queries = _unit(500, 16, 1), _unit(40, 16, 2)
    found = NeighbourIndex.build(vectors).search(queries, 10)
    cosine = queries.astype(float) @ vectors.astype(float).T
    expected = np.argsort(-cosine, axis=1)[:, :10]
    np.testing.assert_array_equal(found.rows, expected)
    np.testing.assert_allclose(
        found.similarity, np.take_along_axis(cosine, expected, axis=1), atol=1e-5
    )


def test_search_with_excluded_rows_equals_brute_force() -> None:
    vectors, queries = _unit(300, 8, 3), _unit(25, 8, 4)
    generator = np.random.default_rng(5)
    excluded = [generator.choice(300, size=size, replace=False) for size in range(0, 250, 10)]
    found = NeighbourIndex.build(vectors).search(queries, 20, excluded)
    cosine = queries.astype(float) @ vectors.astype(float).T
    for query, rows in enumerate(excluded):
        allowed = np.setdiff1d(np.arange(300), rows)
        expected = allowed[np.argsort(-cosine[query, allowed])][:20]
        np.testing.assert_array_equal(found.rows[query], expected)


def test_results_do_not_depend_on_the_batch() -> None:
    """They are equal to the last bit, although the last bits of products depend on the batch."""
    moved, apart = _unit(1, 384, 7)[0] * 2, _unit(5_400, 384, 8)
    crowded = moved + apart
    crowded = (crowded / np.linalg.norm(crowded, axis=1, keepdims=True)).astype(np.float32)
    searched, queries = NeighbourIndex.build(crowded[400:]), crowded[:400]
    together = _search(searched, queries, 100)
    for row in range(len(queries)):
        alone = _search(searched, queries[row : row + 1], 100)
        _assert_equal(alone, _Found(together.rows[[row]], together.similarity[[row]]))


def test_ties_are_in_order_of_row_number() -> None:
    vectors = np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (5, 1))
    found = NeighbourIndex.build(vectors).search(vectors[:1], 3, [np.array([1])])
    assert found.rows.tolist() == [[0, 2, 3]]
    assert found.similarity.tolist() == [[1.0, 1.0, 1.0]]


def test_many_ties_at_the_end_are_in_order_of_row_number() -> None:
    generator = np.random.default_rng(8)
    few = _unit(40, 8, 9)
    copies = generator.integers(0, 40, 3_000)
    queries = _unit(20, 8, 10)
    found = NeighbourIndex.build(few[copies]).search(queries, 100)
    steps = np.rint(queries.astype(float) @ few.T * 1e5)[:, copies]
    expected = np.argsort(-steps, axis=1, kind="stable")[:, :100]
    np.testing.assert_array_equal(found.rows, expected)


def test_too_few_neighbors_are_padded() -> None:
    vectors = _unit(3, 4, 6)
    found = NeighbourIndex.build(vectors).search(vectors[:1], 5, [np.array([0])])
    cosine = vectors @ vectors[0]
    expected = sorted((1, 2), key=lambda row: -cosine[row])
    assert found.rows.tolist() == [[*expected, NO_NEIGHBOUR, NO_NEIGHBOUR, NO_NEIGHBOUR]]
    assert found.similarity[0, 2:].tolist() == [-1.0] * 3


def test_invalid_vectors_are_rejected() -> None:
    with pytest.raises(EngineError, match="do not have length 1; scale them"):
        NeighbourIndex.build(2 * _unit(3, 4, 7))
    with pytest.raises(EngineError, match="no vectors; give at least one"):
        NeighbourIndex.build(np.zeros((0, 4), dtype=np.float32))
    with pytest.raises(EngineError, match=r"have shape \(4,\); give shape \(n, d\)"):
        NeighbourIndex.build(_unit(1, 4, 7)[0])


def test_search_in_a_forked_process_is_rejected() -> None:
    """In a fork, faiss would wait for threads that were not copied."""
    vectors = _unit(20, 4, 1)
    searched = NeighbourIndex.build(vectors)
    searched.search(vectors, 2)
    context = multiprocessing.get_context("fork")
    answer = context.SimpleQueue()
    child = context.Process(target=_try_to_search, args=(searched, vectors, answer))
    child.start()
    message = answer.get()
    child.join(30)
    assert "'spawn'" in message


def _try_to_search(searched: NeighbourIndex, vectors: np.ndarray, answer: object) -> None:
    try:
        searched.search(vectors, 2)
        answer.put("it searched")  # type: ignore[attr-defined]
    except EngineError as error:
        answer.put(str(error))  # type: ignore[attr-defined]


# Approximate search ---------------------------------------------------------------------------


def _clustered(n: int, seed: int) -> np.ndarray:
    """Vectors around a few centers, like sentences around topics."""
    generator = np.random.default_rng(seed)
    centers = np.random.default_rng(0).normal(size=(60, 24))
    vectors = centers[generator.integers(0, 60, n)] + generator.normal(size=(n, 24))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """More vectors than an exact index takes."""
    monkeypatch.setattr(index, "EXACT_UP_TO", 2_000)
    return _clustered(3_000, 1)


def _recall(searched: NeighbourIndex, vectors: np.ndarray, queries: np.ndarray) -> float:
    """Recall at 10 by brute force."""
    tenth = np.sort(queries @ vectors.T, axis=1)[:, -10]
    return float(np.mean(searched.search(queries, 10).similarity >= tenth[:, None] - 1e-5))


def test_an_inverted_file_has_the_recall_that_it_is_tuned_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vectors, queries = _clustered(6_000, 1), _clustered(300, 2)
    exact = NeighbourIndex.build(vectors).search(queries, 10)
    monkeypatch.setattr(index, "EXACT_UP_TO", 5_999)
    inverted = NeighbourIndex.build(vectors)
    assert inverted.inverted_file is not None
    assert _recall(inverted, vectors, queries) >= index.RECALL - 0.01
    excluded = [rows[:3] for rows in exact.rows]
    without = inverted.search(queries, 7, excluded)
    assert not any(np.isin(*pair).any() for pair in zip(without.rows, excluded, strict=True))
    assert np.mean(without.rows == exact.rows[:, 3:]) > 0.9


def test_too_few_neighbors_of_an_inverted_file_are_padded() -> None:
    few = NeighbourIndex.build(_clustered(400, 3), "IVF200,Flat")
    few._index.nprobe = 1
    found = few.search(_clustered(20, 4), 50)
    missing = found.rows == NO_NEIGHBOUR
    assert missing.any()
    np.testing.assert_array_equal(missing, found.similarity == -1.0)
    assert (np.diff(found.similarity, axis=1) <= 0).all()


def test_a_restored_index_gives_the_same_bits(many: np.ndarray) -> None:
    built, queries = NeighbourIndex.build(many), _clustered(100, 2)
    inverted_file = built.inverted_file
    assert inverted_file is not None
    restored = NeighbourIndex.restore(many, inverted_file)
    _assert_equal(_search(built, queries), _search(restored, queries))
    nearest = np.argmax(many @ inverted_file.centroids.T, axis=1)
    assert np.mean(inverted_file.lists == nearest) > 0.999  # except for ties
    assert NeighbourIndex.build(many[:2_000]).inverted_file is None


# Adding vectors -------------------------------------------------------------------------------


@pytest.mark.parametrize("factory", ["Flat", "IVF16,Flat"])
def test_added_vectors_are_numbered_after_the_present_ones(factory: str) -> None:
    vectors, queries = _clustered(1_000, 5), _clustered(30, 6)
    searched = NeighbourIndex.build(vectors[:900], factory)
    searched.add(vectors[900:])
    assert len(searched) == 1_000
    found = searched.search(vectors[900:], 1)
    np.testing.assert_array_equal(found.rows[:, 0], np.arange(900, 1_000))
    if factory == "Flat":
        _assert_equal(_search(searched, queries), _search(NeighbourIndex.build(vectors), queries))
    with pytest.raises(EngineError, match="have 8 dimensions, but the index has 24"):
        searched.add(_unit(3, 8, 7))


def test_an_extended_inverted_file_keeps_its_lists(many: np.ndarray) -> None:
    before, queries = NeighbourIndex.build(many), _clustered(300, 2)
    first = _search(before, queries)
    vectors = np.vstack([many, _clustered(500, 3)])
    extended = before.extended(vectors)
    old, new = before.inverted_file, extended.inverted_file
    assert old is not None
    assert new is not None
    np.testing.assert_array_equal(new.centroids, old.centroids)
    np.testing.assert_array_equal(new.lists[:3_000], old.lists)
    assert (len(before), len(extended)) == (3_000, 3_500)
    assert _recall(extended, vectors, queries) >= index.RECALL - 0.01
    _assert_equal(first, _search(before, queries))


def test_an_extended_inverted_file_is_tuned_again(many: np.ndarray) -> None:
    """Vectors between the lists are found only by scanning more lists."""
    before = NeighbourIndex.build(many)
    vectors = np.vstack([many, _unit(2_000, 24, 4)])
    extended = before.extended(vectors)
    old, new = before.inverted_file, extended.inverted_file
    assert old is not None
    assert new is not None
    assert new.nprobe > old.nprobe
    assert _recall(extended, vectors, vectors[::7]) >= index.RECALL - 0.01


def test_an_exact_index_that_outgrows_its_limit_becomes_an_inverted_file(many: np.ndarray) -> None:
    few, queries = NeighbourIndex.build(many[:1_000]), _clustered(30, 2)
    within = few.extended(many[:2_000])
    assert within.inverted_file is None
    _assert_equal(_search(within, queries), _search(NeighbourIndex.build(many[:2_000]), queries))
    assert few.extended(many).inverted_file is not None
    assert len(few) == 1_000
