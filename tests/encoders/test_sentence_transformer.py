from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from engine.encoders import sentence_transformer as encoder_module
from engine.encoders import side_by_side
from engine.encoders.minilm_files import MINILM_FINGERPRINT, minilm_folder
from engine.encoders.sentence_transformer import (
    SentenceTransformerEncoder,
    _fingerprint,
)
from engine.encoders.side_by_side import encode_side_by_side
from engine.errors import EncoderError
from engine.utils.concurrency import take_one_core

TEXTS = ["Write reports.", "Lift boxes.", "Write reports."]
MIXED = [f"{'Sort mail and ' * (7 * number % 10)}answer calls." for number in range(30)]


@pytest.fixture(scope="module")
def minilm() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder("minilm")


@pytest.fixture
def _restored_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put back what ``encode_side_by_side`` changes."""
    import torch

    count = torch.get_num_threads()
    monkeypatch.setattr(side_by_side, "_callers", side_by_side._callers)
    monkeypatch.setattr(side_by_side, "_turns", side_by_side._turns)
    yield
    torch.set_num_threads(count)


def test_minilm_returns_unit_vectors_in_the_order_of_the_texts(
    minilm: SentenceTransformerEncoder,
) -> None:
    vectors = minilm.encode(TEXTS)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    np.testing.assert_array_equal(vectors[0], vectors[2])
    near, far = minilm.encode(["Draft reports.", "Paint walls."]) @ vectors[0]
    assert near > far


def test_vectors_equal_those_of_the_library(minilm: SentenceTransformerEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    library = SentenceTransformer(str(minilm_folder()), device="cpu")
    np.testing.assert_allclose(
        minilm.encode(TEXTS), library.encode(TEXTS, normalize_embeddings=True), atol=1e-5
    )
    # In several batches, sorted by length.
    np.testing.assert_allclose(
        SentenceTransformerEncoder("minilm", batch_size=4).encode(MIXED),
        library.encode(MIXED, normalize_embeddings=True),
        atol=1e-5,
    )


def test_a_batch_holds_texts_of_similar_numbers_of_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """By characters, one rare word of many tokens would be padded to the length of a sentence."""
    encoder = SentenceTransformerEncoder("minilm", batch_size=2)
    batches = []
    encode = type(encoder._load()).encode

    def recording(model: object, texts: list[str], **options: object) -> np.ndarray:
        batches.append(texts)
        return encode(model, texts, **options)

    monkeypatch.setattr(type(encoder._load()), "encode", recording)
    rare = "Xqzjvkwyx."  # more tokens than the longest of the other texts
    encoder.encode(["Write it.", rare, "Write a few letters to all of us.", "Lift boxes."])
    assert batches == [[rare, "Write a few letters to all of us."], ["Write it.", "Lift boxes."]]


@pytest.mark.parametrize("callers", [1, 3])
@pytest.mark.usefixtures("_restored_threads")
def test_threads_get_the_vectors_of_a_single_caller(callers: int) -> None:
    encode_side_by_side(callers)
    # Several batches, so that tokenizers count tokens, pad and truncate.
    encoder = SentenceTransformerEncoder("minilm", batch_size=4)
    texts = [[f"{'Sort mail and ' * (m % 5)}call {n}." for m in range(12)] for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(encoder.encode, texts))
    assert len(encoder._idle_copies) <= callers
    alone = SentenceTransformerEncoder("minilm", batch_size=4)
    for vectors, part in zip(found, texts, strict=True):
        np.testing.assert_array_equal(vectors, alone.encode(part))


@pytest.mark.usefixtures("_restored_threads")
def test_callers_side_by_side_share_the_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of two callers uses half the cores, whatever limit its thread has."""
    import torch

    monkeypatch.setattr(encoder_module, "_cores", lambda: 8)
    encode_side_by_side(2)
    encoder = SentenceTransformerEncoder("minilm")

    def threads_while_encoding(_: int) -> int:
        with encoder._exclusive_copy():
            return int(torch.get_num_threads())

    with ThreadPoolExecutor(2, initializer=take_one_core) as pool:
        assert set(pool.map(threads_while_encoding, range(4))) == {4}


def test_a_failed_call_ends_its_turn(
    minilm: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> np.ndarray:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(encoder_module, "_embed", failing)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                minilm.encode(TEXTS)
    assert minilm.encode(TEXTS).shape == (3, 384)


def test_an_encoder_is_pickled_with_its_model(minilm: SentenceTransformerEncoder) -> None:
    expected = minilm.encode(TEXTS)
    copy = pickle.loads(pickle.dumps(minilm))
    assert copy.fingerprint == minilm.fingerprint
    np.testing.assert_array_equal(copy.encode(TEXTS), expected)


def test_fingerprints_distinguish_models(minilm: SentenceTransformerEncoder) -> None:
    again = SentenceTransformerEncoder("minilm")
    assert again.fingerprint == minilm.fingerprint == MINILM_FINGERPRINT
    shorter = again._load()
    shorter.max_seq_length = 32
    assert _fingerprint(shorter) != minilm.fingerprint
    other = SentenceTransformerEncoder("minilm")._load()
    other[1].pooling_mode = "cls"
    assert _fingerprint(other) != minilm.fingerprint


def test_encoding_does_not_change_the_fingerprint(minilm: SentenceTransformerEncoder) -> None:
    minilm.encode(MIXED)  # sets padding and truncation of the tokenizer
    assert _fingerprint(minilm._idle_copies[0]) == minilm.fingerprint


def test_vectors_in_bfloat16_are_close_to_those_in_float32(
    minilm: SentenceTransformerEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every CPU can compute in bfloat16, most of them slowly. The fingerprint does not change."""
    monkeypatch.setattr(encoder_module, "computes_in_bfloat16", lambda: True)
    fast = SentenceTransformerEncoder("minilm")
    vectors = fast.encode(TEXTS)
    assert fast.fingerprint == minilm.fingerprint
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
    assert (np.sum(vectors * minilm.encode(TEXTS), axis=1) > 0.999).all()
    assert not np.array_equal(vectors, minilm.encode(TEXTS))


def test_a_folder_without_a_model_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cannot be loaded.*give 'minilm', the folder of"):
        SentenceTransformerEncoder(str(tmp_path)).encode(TEXTS)
