from __future__ import annotations

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine import Corpus
from engine.encoders import token_pooling
from engine.encoders.quantized import dequantize
from engine.encoders.token_pooling import Layers, TokenPooling
from engine.errors import EncoderError
from tests.conftest import ROOT

SHIPPED = ROOT / "models" / "static" / "final"
TEXTS = ["Write reports on sales.", "Lift boxes.", "Draft a summary of sales."]
ODD = "abz09 AZ.,-'\"()[]/_&%$#@!~`^{}|\\\t\n\x00\x1c\x85\xa0éÉñß’–“中文あΣςİı\u0301\u200b\u2028кЖ"


@pytest.fixture(scope="module")
def pooling() -> TokenPooling:
    return TokenPooling(SHIPPED)


def test_a_vector_is_the_layers_of_the_mean_token_vector(pooling: TokenPooling) -> None:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(SHIPPED.parent / "tokenizer.json"))
    table = dequantize("embedding.weight", load_file(str(SHIPPED / "model.safetensors")))
    inner, outer = (load_file(str(SHIPPED / f"{n}_Dense" / "model.safetensors")) for n in (2, 3))
    first, second = (dequantize("linear.weight", layer).astype(float) for layer in (inner, outer))
    for text, vector in zip(TEXTS, pooling.encode(TEXTS), strict=True):
        mean = table[tokenizer.encode(text, add_special_tokens=False).ids].astype(float).mean(0)
        hidden = first @ (mean / np.linalg.norm(mean))
        expected = second @ np.maximum(hidden + inner["linear.bias"], 0.0)
        np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), atol=1e-5)


def test_hand_worked_layers() -> None:
    """(3, 4) becomes (.6, .8); hidden units are .6 - .8 < 0 and .6 + .8 + .1; then (3, 4) again."""
    layers = Layers(
        np.array([[1.0, -1.0], [1.0, 1.0]]),
        np.array([0.0, 0.1]),
        np.array([[7.0, 3.0], [-9.0, 4.0]]),
    )
    np.testing.assert_allclose(layers(np.array([[3.0, 4.0]])), [[0.6, 0.8]])


def test_vectors_equal_those_of_the_library(
    pooling: TokenPooling, small: Corpus, tmp_path: Path
) -> None:
    """For tasks, texts of odd characters, and texts that look like special tokens."""
    from safetensors.numpy import load_file, save_file
    from sentence_transformers import SentenceTransformer

    generator = np.random.default_rng(0)
    odd = ["".join(generator.choice([*ODD], size)) for size in generator.integers(1, 40, 2_000)]
    special = ["[UNK] a", "x[CLS]y", "a" * 150 + " b", "##ing ing", "a  b", " a ", "", " ", "- a"]
    texts = [*small.tasks["task"], *odd, *special]
    folder = tmp_path / "final"
    shutil.copytree(SHIPPED, folder)
    shutil.copy(SHIPPED.parent / "tokenizer.json", folder)
    for path in folder.rglob("model.safetensors"):
        arrays = load_file(path)
        names = [name for name in arrays if not name.endswith(".scale")]
        save_file({name: dequantize(name, arrays) for name in names}, path)
    model = SentenceTransformer(str(folder), device="cpu").float()
    expected = model.encode(texts, batch_size=2_048, normalize_embeddings=True)
    np.testing.assert_allclose(pooling.encode(texts), expected, atol=1e-6)


def test_forgotten_words_are_tokenized_again(
    pooling: TokenPooling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_pooling, "_MAX_WORDS", 3)
    forgetful = TokenPooling(SHIPPED)
    for text, vector in zip(TEXTS * 2, pooling.encode(TEXTS * 2), strict=True):
        np.testing.assert_allclose(forgetful.encode([text])[0], vector, atol=1e-6)
    assert len(forgetful._rows) <= 4


def test_a_used_model_can_be_pickled(pooling: TokenPooling) -> None:
    expected = pooling.encode(TEXTS)
    copy = pickle.loads(pickle.dumps(pooling))
    np.testing.assert_array_equal(copy.encode(TEXTS), expected)
    new = ["Paint walls."]
    np.testing.assert_array_equal(copy.encode(new), pooling.encode(new))


def test_another_kind_of_tokenizer_is_rejected(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "final")
    path = tmp_path / "tokenizer.json"
    shutil.copy(SHIPPED.parent / "tokenizer.json", path)
    changed = path.read_text().replace('"lowercase":true', '"lowercase":false', 1)
    path.write_text(changed.replace('"lowercase": true', '"lowercase": false', 1))
    with pytest.raises(EncoderError, match=r"final is not a StaticEmbedding with a lowercase BERT"):
        TokenPooling(tmp_path / "final")


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="is not a StaticEmbedding.*No such file.*reinstall"):
        TokenPooling(tmp_path)
