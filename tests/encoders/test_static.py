from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import Corpus
from engine.encoders.cache import EmbeddingCache
from engine.encoders.probe import RATED, LinearProbe
from engine.encoders.static import StaticEncoder, mark_first_words, write_static
from engine.encoders.token_pooling import Layers
from engine.encoders.work import WorkEncoder
from engine.errors import EncoderError
from tests.conftest import ROOT

SHIPPED = ROOT / "models" / "static"
TEXTS = ["Write reports on sales.", "Lift boxes.", "Draft a summary of sales."]


@pytest.fixture(scope="module")
def static() -> StaticEncoder:
    return StaticEncoder()


def test_vectors_have_unit_length(static: StaticEncoder) -> None:
    vectors = static.encode(TEXTS)
    assert vectors.shape == (3, 128)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_vectors(static: StaticEncoder) -> None:
    assert static.encode([]).shape == (0, 128)


def test_batches_do_not_change_vectors(
    static: StaticEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = static.encode(TEXTS)
    monkeypatch.setattr("engine.encoders.static._BATCH", 2)
    np.testing.assert_allclose(static.encode(TEXTS), expected, atol=1e-6)


def test_only_the_first_of_the_words_has_a_position(static: StaticEncoder) -> None:
    same, reordered, other = static.encode(
        ["Order parts, record sales", "Order sales, record parts", "Record parts, order sales"]
    )
    np.testing.assert_allclose(same, reordered, atol=1e-6)
    assert same @ other < 0.99


def _toy_tokenizer() -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    words = {"[UNK]": 0, "a": 1, "##b": 2, ",": 3, "c": 4}
    tokenizer = Tokenizer(models.WordPiece(words, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


def test_hand_worked_tokens_of_first_words() -> None:
    rows = np.arange(5.0)[:, None]
    marked, vectors = mark_first_words(_toy_tokenizer(), rows, 10 * rows)
    np.testing.assert_array_equal(vectors[:, 0], [0, 1, 2, 3, 4, 0, 11, 44])
    assert marked.encode(" AB c, ab").tokens == ["▁a", "##b", "c", ",", "a", "##b"]
    assert marked.encode(", c").tokens == ["▁", ",", "c"]


def test_a_folder_restores_a_hand_worked_encoder(tmp_path: Path) -> None:
    """The layers change nothing but the length; the first "a" of a text is (0, 1), not (1, 0)."""
    words = np.array([[0, 0], [1, 0], [0, 0], [0, 0], [0, 4]], dtype=np.float32)
    first = np.zeros((5, 2), dtype=np.float32)
    first[1] = [-1, 1]
    both_signs = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], dtype=np.float32)
    layers = Layers(both_signs, np.zeros(4, dtype=np.float32), both_signs.T.copy())
    weight = np.zeros((20, 2))
    weight[:, 1] = np.arange(20) / 4
    probe = LinearProbe(RATED, weight, np.ones(20))
    tokenizer, table = mark_first_words(_toy_tokenizer(), words, first)
    write_static(tmp_path / "final", tokenizer, table, layers, probe)
    encoder = StaticEncoder(tmp_path)
    expected = [[0, 1], [0, 1], [np.sqrt(0.5), np.sqrt(0.5)]]
    np.testing.assert_allclose(encoder.encode(["c c", "a", "a a"]), expected, atol=1e-3)
    np.testing.assert_allclose(encoder.content.encode(["a a"]), [[1.0]])
    assert encoder.probe.measures == RATED
    np.testing.assert_array_equal(encoder.probe.weight, weight)
    np.testing.assert_array_equal(encoder.probe.bias, probe.bias)


def test_content_is_the_columns_that_the_probe_does_not_use(static: StaticEncoder) -> None:
    used = static.probe.weight.any(axis=0)
    part = static.encode(TEXTS)[:, ~used]
    content = static.content.encode(TEXTS)
    assert content.shape == (3, 48)
    np.testing.assert_allclose(content, part / np.linalg.norm(part, axis=1)[:, None], atol=1e-6)
    assert static.content.fingerprint != static.fingerprint


def test_it_needs_neither_torch_nor_transformers() -> None:
    code = (
        "import sys; from engine.encoders.static import StaticEncoder as S; S().encode(['Lift.']);"
        "print([name for name in ('torch', 'transformers', 'sklearn') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_similarities_correlate_with_those_of_the_work_encoder(
    static: StaticEncoder, small: Corpus
) -> None:
    texts = small.tasks["task"].tolist()[::10]
    student, teacher = (encoder.encode(texts) for encoder in (static, WorkEncoder()))
    pairs = np.triu_indices(len(texts), 1)
    correlation = np.corrcoef((student @ student.T)[pairs], (teacher @ teacher.T)[pairs])[0, 1]
    assert correlation > 0.75


def test_each_fold_of_the_work_encoder_has_a_version(static: StaticEncoder) -> None:
    versions = [static, *(static.without(fold) for fold in range(static.folds.count))]
    assert len({version.fingerprint for version in versions}) == len(versions) > 2
    assert all((version.probe.weight[:, :48] == 0).all() for version in versions)


def test_it_has_seen_no_outcome_that_the_work_encoder_has_not(static: StaticEncoder) -> None:
    assert np.isin(static.folds.texts, WorkEncoder().folds.texts).all()


def test_shipped_files_are_small_and_contain_no_sentences() -> None:
    files = [path for path in SHIPPED.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
    assert sum(path.stat().st_size for path in files) <= 9e6
    assert {path.suffix for path in files} <= {".json", ".safetensors", ".md"}


def test_the_cache_keeps_vectors(static: StaticEncoder, tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path)
    for _ in range(2):
        np.testing.assert_allclose(cache.encode(static, TEXTS), static.encode(TEXTS), atol=1e-6)
    assert len(list(tmp_path.glob("*.sqlite"))) == 1


def test_a_missing_version_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"has no static encoder; reinstall"):
        StaticEncoder(tmp_path)
