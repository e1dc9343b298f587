from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engine import Corpus
from engine.encoders import text_vectors
from engine.encoders.text_vectors import VectorSource
from engine.errors import EncoderError, InputError
from tests.conftest import WordEncoder

NEW = ["Write reports for the finance team.", "Clean the windows of the office."]


@pytest.fixture
def source(small: Corpus, words: WordEncoder) -> VectorSource:
    """Corpus tasks have vectors of ones, so that they differ from encoded ones."""
    vectors = np.ones((len(small.tasks), 32), np.float32)
    return VectorSource(small, vectors, words, words.fingerprint)


def test_corpus_tasks_are_not_encoded(
    source: VectorSource, small: Corpus, words: WordEncoder
) -> None:
    tasks = small.tasks["task"].tolist()[:3]
    vectors = source([NEW[0], *tasks], "here")
    assert words.calls == [[NEW[0]]]
    np.testing.assert_array_equal(vectors[0], WordEncoder().encode(NEW[:1])[0])
    np.testing.assert_array_equal(vectors[1:], np.ones((3, 32)))


def test_a_text_is_encoded_once(source: VectorSource, words: WordEncoder) -> None:
    first = source([NEW[0], NEW[0]], "here")
    second = source(NEW, "here")
    assert words.calls == [[NEW[0]], [NEW[1]]]
    np.testing.assert_array_equal(second[0], first[0])


def test_the_oldest_texts_are_forgotten(
    source: VectorSource, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_vectors, "_MAX_REMEMBERED", 1)
    for text in (*NEW, NEW[1], NEW[0]):
        source([text], "here")
    assert words.calls == [[NEW[0]], [NEW[1]], [NEW[0]]]


def test_texts_of_tables_are_not_remembered(source: VectorSource, words: WordEncoder) -> None:
    source.encode(NEW, ["en", "en"])
    source(NEW, "here")
    assert words.calls == [NEW, NEW]


def test_text_in_another_language_is_rejected(source: VectorSource) -> None:
    german = "Erstellt monatliche Berichte über die Verkäufe und Kosten der Abteilung."
    with pytest.raises(InputError, match="here, task 1: .* not look like English but German"):
        source([german], "here")
    assert not source.can_read(german)
    with pytest.raises(EncoderError, match="'words' reads English"):
        source.encode([german], ["de"])


def test_another_encoder_is_rejected(small: Corpus, words: WordEncoder) -> None:
    vectors = np.ones((len(small.tasks), 32), np.float32)
    source = VectorSource(small, vectors, words, "another fingerprint")
    assert source(small.tasks["task"].tolist()[:1], "here").shape == (1, 32)
    with pytest.raises(EncoderError, match="is not the one that this engine was built with"):
        source(NEW, "here")


def test_threads_get_the_vectors_of_their_texts(
    source: VectorSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_vectors, "_MAX_REMEMBERED", 5)
    lists = [[f"Write report {(n * m) % 17} for clients." for m in range(6)] for n in range(60)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda texts: source(texts, "here"), lists))
    for vectors, texts in zip(found, lists, strict=True):
        np.testing.assert_array_equal(vectors, WordEncoder().encode(texts))
