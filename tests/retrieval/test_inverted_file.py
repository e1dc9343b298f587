from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engine.retrieval.inverted_file import InvertedFile


@pytest.fixture
def inverted_file() -> InvertedFile:
    """Forty vectors of four dimensions in eight lists."""
    centroids = np.random.default_rng(1).normal(size=(8, 4)).astype(np.float32)
    return InvertedFile(centroids, np.arange(40, dtype=np.int32) % 8, 2)


def test_it_is_restored_from_arrays(inverted_file: InvertedFile) -> None:
    restored = InvertedFile.from_arrays(inverted_file.to_arrays(), 40)
    np.testing.assert_array_equal(restored.centroids, inverted_file.centroids)
    np.testing.assert_array_equal(restored.lists, inverted_file.lists)
    assert restored.nprobe == 2


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("centroids", lambda a: a[:0], "numbers from 0 to 7, but the 0 centroids"),
        ("lists", lambda a: a[1:], "lists is for 39 vectors, not 40"),
        ("lists", lambda a: a + 1, "from 1 to 8, but the 8 centroids are numbered from 0"),
        ("lists", lambda a: a - 1, "from -1 to 6, but the 8 centroids"),
        ("nprobe", lambda a: a * 0, "nprobe is 0, outside the range from 1 to 8"),
        ("nprobe", lambda a: a + 8, "nprobe is 10, outside the range from 1 to 8"),
    ],
)
def test_invalid_arrays_are_rejected(
    inverted_file: InvertedFile,
    name: str,
    change: Callable[[np.ndarray], np.ndarray],
    message: str,
) -> None:
    arrays = inverted_file.to_arrays()
    with pytest.raises(ValueError, match=message):
        InvertedFile.from_arrays(arrays | {name: change(arrays[name])}, 40)


@pytest.mark.parametrize("name", ["centroids", "lists", "nprobe"])
def test_missing_arrays_are_rejected(inverted_file: InvertedFile, name: str) -> None:
    arrays = inverted_file.to_arrays()
    del arrays[name]
    with pytest.raises(KeyError, match=name):
        InvertedFile.from_arrays(arrays, 40)
