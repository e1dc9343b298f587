from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine import EngineError
from engine.retrieval import index
from engine.retrieval.index import NOBODY, NeighbourIndex
from engine.retrieval.inverted_file import InvertedFile

_Change = Callable[[np.ndarray], np.ndarray]


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


def test_what_a_query_finds_does_not_depend_on_what_is_asked_with_it() -> None:
    """To the last bit, though products differ in it by their place in a batch."""
    moved, apart = _unit(1, 384, 7)[0] * 2, _unit(5_400, 384, 8)
    crowded = moved + apart
    crowded = (crowded / np.linalg.norm(crowded, axis=1, keepdims=True)).astype(np.float32)
    searched, queries = NeighbourIndex(crowded[400:]), crowded[:400]
    together = searched.search(queries, 100)
    for row in range(len(queries)):
        alone = searched.search(queries[row : row + 1], 100)
        np.testing.assert_array_equal(alone.similarity[0], together.similarity[row])
        np.testing.assert_array_equal(alone.rows[0], together.rows[row])


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


# More than can be compared one by one -------------------------------------------------------------


def _clustered(n: int, seed: int) -> np.ndarray:
    """Around fewer centres, as sentences are around topics."""
    generator = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(size=(60, 24))
    vectors = centres[generator.integers(0, 60, n)] + generator.normal(size=(n, 24))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_an_inverted_file_finds_what_it_is_set_to(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, queries = _clustered(6_000, 1), _clustered(300, 2)
    exact = NeighbourIndex(vectors).search(queries, 10)
    monkeypatch.setattr(index, "EXACT_UP_TO", 5_999)
    found = NeighbourIndex(vectors).search(queries, 10)
    assert np.mean(found.similarity >= exact.similarity[:, -1:]) >= index.RECALL - 0.01
    barred = [rows[:3] for rows in exact.rows]
    without = NeighbourIndex(vectors).search(queries, 7, barred)
    assert not any(np.isin(*pair).any() for pair in zip(without.rows, barred, strict=True))
    assert np.mean(without.rows == exact.rows[:, 3:]) > 0.9


def test_where_an_inverted_file_finds_too_few_nobody_fills_up() -> None:
    few = NeighbourIndex(_clustered(400, 3), "IVF200,Flat")
    few._index.nprobe = 1
    found = few.search(_clustered(20, 4), 50)
    missing = found.rows == NOBODY
    assert missing.any()
    np.testing.assert_array_equal(missing, found.similarity == -1.0)
    assert (np.diff(found.similarity, axis=1) <= 0).all()


@pytest.mark.parametrize("factory", ["Flat", "IVF16,Flat"])
def test_vectors_are_added_to_what_was_written_and_read(factory: str, tmp_path: Path) -> None:
    vectors, queries = _clustered(1_000, 5), _clustered(30, 6)
    begun = NeighbourIndex(vectors[:900], factory)
    begun.write(tmp_path / "index")
    read = NeighbourIndex.read(tmp_path / "index")
    for one, other in zip(_parts(begun, queries), _parts(read, queries), strict=True):
        np.testing.assert_array_equal(one, other)
    read.add(vectors[900:])
    assert (len(begun), len(read)) == (900, 1_000)
    added = read.search(vectors[900:], 1)
    np.testing.assert_array_equal(added.rows[:, 0], np.arange(900, 1_000))
    if factory == "Flat":
        whole = NeighbourIndex(vectors).search(queries, 10)
        np.testing.assert_array_equal(read.search(queries, 10).rows, whole.rows)
    with pytest.raises(EngineError, match="got 8 dimensions: expected 24"):
        read.add(_unit(3, 8, 7))


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """As many vectors as are no longer all compared."""
    monkeypatch.setattr(index, "EXACT_UP_TO", 2_000)
    return _clustered(3_000, 1)


def test_what_was_learned_is_put_together_to_the_same_bits(many: np.ndarray) -> None:
    built, queries = NeighbourIndex(many), _clustered(100, 2)
    learned = built.inverted_file
    assert learned is not None
    again = InvertedFile.from_arrays(learned.to_arrays(), *many.shape)
    for one, other in zip(
        _parts(built, queries), _parts(NeighbourIndex.assembled(many, again), queries), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    nearest = np.argmax(many @ learned.centroids.T, axis=1)
    assert np.mean(learned.lists == nearest) > 0.999  # but for ties
    assert NeighbourIndex(many[:2_000]).inverted_file is None


def test_an_inverted_file_grows_and_the_one_before_stays(many: np.ndarray) -> None:
    before, queries = NeighbourIndex(many), _clustered(300, 2)
    first = _parts(before, queries)
    whole = np.vstack([many, _clustered(500, 3)])
    grown = before.grown(whole)
    old, new = before.inverted_file, grown.inverted_file
    assert old is not None
    assert new is not None
    np.testing.assert_array_equal(new.centroids, old.centroids)
    np.testing.assert_array_equal(new.lists[:3_000], old.lists)
    assert (len(before), len(grown)) == (3_000, 3_500)
    exact = np.sort(queries @ whole.T, axis=1)[:, -10:]
    found = grown.search(queries, 10).similarity
    assert np.mean(found >= exact[:, :1] - 1e-5) >= index.RECALL - 0.01
    for one, other in zip(first, _parts(before, queries), strict=True):
        np.testing.assert_array_equal(one, other)


def test_recall_is_measured_again_when_far_off_vectors_are_added(many: np.ndarray) -> None:
    """What lies between the lists is found only by looking at more of them."""
    before, added = NeighbourIndex(many), _unit(2_000, 24, 4)
    whole = np.vstack([many, added])
    grown = before.grown(whole)
    old, new = before.inverted_file, grown.inverted_file
    assert old is not None
    assert new is not None
    assert new.nprobe > old.nprobe
    exact = np.sort(whole[::7] @ whole.T, axis=1)[:, -10:]
    found = grown.search(whole[::7], 10).similarity
    assert np.mean(found >= exact[:, :1] - 1e-5) >= index.RECALL - 0.01


def test_an_exact_index_that_grows_too_large_becomes_an_inverted_file(many: np.ndarray) -> None:
    few = NeighbourIndex(many[:1_000])
    within = few.grown(many[:2_000])
    assert within.inverted_file is None
    queries = _clustered(30, 2)
    for one, other in zip(
        _parts(within, queries), _parts(NeighbourIndex(many[:2_000]), queries), strict=True
    ):
        np.testing.assert_array_equal(one, other)
    assert few.grown(many).inverted_file is not None
    assert len(few) == 1_000


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("centroids", lambda a: a[:, :-1], r"centroids is float32 of shape \(8, 3\)"),
        ("centroids", lambda a: a[0], "centroids is float32 of shape"),
        ("centroids", lambda a: a.astype(np.float64), "centroids is float64"),
        ("centroids", lambda a: a * np.nan, "not finite"),
        ("centroids", lambda a: a * np.inf, "not finite"),
        ("centroids", lambda a: a[:0], "numbers from 0 to 7: expected those of 0 centroids"),
        ("lists", lambda a: a[1:], r"lists is int32 of shape \(39,\).*expected int32 .*\(40,\)"),
        ("lists", lambda a: a.astype(np.float32), "lists is float32"),
        ("lists", lambda a: a + 1, "from 1 to 8: expected those of 8 centroids"),
        ("lists", lambda a: a - 1, "from -1 to 6: expected those of 8 centroids"),
        ("nprobe", lambda a: a * 0, "nprobe is 0: expected a number from 1 to 8"),
        ("nprobe", lambda a: a + 8, "nprobe is 10: expected a number from 1 to 8"),
        ("nprobe", lambda a: a[0], "nprobe is int32 of shape"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(name: str, change: _Change, said: str) -> None:
    lists = np.arange(40, dtype=np.int32) % 8
    arrays = InvertedFile(_unit(8, 4, 1), lists, 2).to_arrays()
    InvertedFile.from_arrays(arrays, 40, 4)
    with pytest.raises(ValueError, match=said):
        InvertedFile.from_arrays(arrays | {name: change(arrays[name])}, 40, 4)
    del arrays[name]
    with pytest.raises(KeyError, match=name):
        InvertedFile.from_arrays(arrays, 40, 4)


def _parts(searched: NeighbourIndex, queries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    found = searched.search(queries, 10)
    return found.rows, found.similarity


def test_a_damaged_or_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="nothing cannot be read .*expected an index"):
        NeighbourIndex.read(tmp_path / "nothing")
    (tmp_path / "damaged").write_bytes(b"not an index")
    with pytest.raises(EngineError, match="damaged cannot be read"):
        NeighbourIndex.read(tmp_path / "damaged")
