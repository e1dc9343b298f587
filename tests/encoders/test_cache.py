from __future__ import annotations

import multiprocessing
import os
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from engine.encoders.cache import EmbeddingCache
from tests.conftest import WordEncoder

TEXTS = ["Write reports.", "Lift boxes.", "Write reports."]


def _texts(numbers: range) -> list[str]:
    return [f"Do thing {number}." for number in numbers]


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def _fill(folder: Path, numbers: range) -> None:
    EmbeddingCache(folder).encode(WordEncoder(), _texts(numbers))


def _cached(folder: Path, encoder: WordEncoder, texts: Sequence[str]) -> list[str]:
    """Return the texts that are in the cache, without changing it."""
    before = len(encoder.calls)
    copy = folder.with_name("copy of " + folder.name)
    copy.mkdir(exist_ok=True)
    for file in folder.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    EmbeddingCache(copy).encode(encoder, texts)
    new = {text for call in encoder.calls[before:] for text in call}
    return [text for text in texts if text not in new]


def test_cached_texts_are_not_encoded_again(tmp_path: Path, words: WordEncoder) -> None:
    cache = EmbeddingCache(tmp_path)
    first = cache.encode(words, TEXTS)
    second = cache.encode(words, [*TEXTS, "Paint walls."])
    assert words.calls == [["Write reports.", "Lift boxes."], ["Paint walls."]]
    np.testing.assert_array_equal(second[:3], first)
    np.testing.assert_array_equal(first, WordEncoder().encode(TEXTS))


def test_each_encoder_has_its_own_vectors(tmp_path: Path, words: WordEncoder) -> None:
    cache = EmbeddingCache(tmp_path)
    cache.encode(words, TEXTS)
    other = WordEncoder(dimensions=8)
    assert cache.encode(other, TEXTS).shape == (3, 8)


def test_each_precision_has_its_own_vectors(
    tmp_path: Path, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = EmbeddingCache(tmp_path)
    cache.encode(words, TEXTS)
    monkeypatch.setattr("engine.encoders.cache.computes_in_bfloat16", lambda: True)
    cache.encode(words, TEXTS)
    assert len(words.calls) == 2


def test_more_texts_than_a_query_can_name(tmp_path: Path, words: WordEncoder) -> None:
    cache, texts = EmbeddingCache(tmp_path), _texts(range(1_300))
    np.testing.assert_array_equal(cache.encode(words, texts), cache.encode(words, texts))
    assert len(words.calls) == 1


def test_a_file_that_is_not_a_database_is_replaced(
    tmp_path: Path, words: WordEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    cache = EmbeddingCache(tmp_path)
    expected = cache.encode(words, TEXTS)
    (file,) = tmp_path.glob("*.sqlite")
    file.write_bytes(b"not a database " * 100)
    np.testing.assert_array_equal(cache.encode(words, TEXTS), expected)
    assert "removing damaged embedding cache" in caplog.text
    cache.encode(words, TEXTS)
    assert len(words.calls) == 2


def test_a_database_with_damaged_pages_is_replaced(
    tmp_path: Path, words: WordEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    cache, texts = EmbeddingCache(tmp_path), _texts(range(500))
    expected = cache.encode(words, texts)
    (file,) = tmp_path.glob("*.sqlite")
    content = bytearray(file.read_bytes())
    content[8_192:] = bytes(len(content) - 8_192)  # the header stays valid
    file.write_bytes(content)
    np.testing.assert_array_equal(cache.encode(words, texts), expected)
    assert "removing damaged embedding cache" in caplog.text
    np.testing.assert_array_equal(cache.encode(words, texts), expected)
    assert len(words.calls) == 2


def test_a_cache_that_cannot_be_opened_is_skipped(
    tmp_path: Path, words: WordEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("a file instead of a folder")
    vectors = EmbeddingCache(tmp_path / "file").encode(words, TEXTS)
    np.testing.assert_array_equal(vectors, WordEncoder().encode(TEXTS))
    assert "skipping embedding cache" in caplog.text


def test_texts_are_encoded_once_if_the_cache_cannot_be_written(
    tmp_path: Path, words: WordEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    class BreakingEncoder(WordEncoder):
        """Makes the file unusable while it encodes."""

        def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
            (file,) = tmp_path.glob("*.sqlite")
            file.unlink()
            file.mkdir()
            return super().encode(texts)

    encoder = BreakingEncoder()
    vectors = EmbeddingCache(tmp_path).encode(encoder, TEXTS)
    np.testing.assert_array_equal(vectors, words.encode(TEXTS))
    assert len(encoder.calls) == 1
    assert "skipping embedding cache" in caplog.text


def test_the_oldest_vectors_are_evicted(tmp_path: Path, words: WordEncoder) -> None:
    old, new = _texts(range(1_000)), _texts(range(1_000, 1_200))
    folder = tmp_path / "cache"
    EmbeddingCache(folder).encode(words, old)
    limit = _size(folder)
    EmbeddingCache(folder, limit=limit).encode(words, new)
    assert _size(folder) < limit
    assert _cached(folder, words, new) == new
    left = _cached(folder, words, old)
    assert 300 < len(left) < 700  # three quarters of the limit, without the new vectors
    assert left == old[-len(left) :]


def test_vectors_of_unused_encoders_are_evicted_first(tmp_path: Path) -> None:
    folder, texts = tmp_path / "cache", _texts(range(300))
    encoders = {name: WordEncoder(name) for name in "abcd"}
    for day, name in enumerate("abc"):
        EmbeddingCache(folder).encode(encoders[name], texts)
        os.utime(folder / f"{name}-32.sqlite", (day, day))
    size = (folder / "a-32.sqlite").stat().st_size
    EmbeddingCache(folder).encode(encoders["a"], texts)  # a is now the most recently used
    # Leaves room for three quarters of the limit, so for two files and a part.
    EmbeddingCache(folder, limit=int(3.9 * size)).encode(encoders["d"], texts)
    cached = {name: len(_cached(folder, encoders[name], texts)) for name in "abcd"}
    assert cached == {"a": 300, "b": 0, "c": 0, "d": 300}


def test_processes_share_a_cache(tmp_path: Path, words: WordEncoder) -> None:
    parts = [range(start, start + 200) for start in range(0, 800, 100)]
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_fill, [tmp_path] * len(parts), parts))
    texts = _texts(range(900))
    np.testing.assert_array_equal(
        EmbeddingCache(tmp_path).encode(words, texts), WordEncoder().encode(texts)
    )
    assert words.calls == []


def test_files_of_earlier_versions_are_used(tmp_path: Path, words: WordEncoder) -> None:
    """They have a further table, of the days of use."""
    EmbeddingCache(tmp_path).encode(words, TEXTS)
    (file,) = tmp_path.glob("*.sqlite")
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE uses (text BLOB PRIMARY KEY, day INTEGER NOT NULL)")
    database.close()
    EmbeddingCache(tmp_path).encode(words, [*TEXTS, "Paint walls."])
    assert words.calls[1:] == [["Paint walls."]]


def test_texts_are_encoded_without_a_home_folder(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    unknown = Path("~/.cache/occupation-risk")  # of a user that the system does not list
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _: unknown)
    found = EmbeddingCache().encode(WordEncoder(), TEXTS)
    np.testing.assert_array_equal(found, WordEncoder().encode(TEXTS))
    assert "skipping the embedding cache: the home folder of this user is unknown" in caplog.text
    assert not Path("~").exists()
