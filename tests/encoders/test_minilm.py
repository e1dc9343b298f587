from __future__ import annotations

import importlib.util
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from engine.encoders import minilm as minilm_module
from engine.encoders import onnx_network, side_by_side
from engine.encoders.minilm import MiniLMEncoder
from engine.encoders.minilm_files import MINILM_FINGERPRINT
from engine.encoders.onnx_network import OnnxNetwork, batches, merged_weights, shapes
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.errors import EncoderError
from tests.conftest import ROOT

ADAPTER = ROOT / "models" / "work" / "final"

TEXTS = [
    "Write reports.",
    "",
    " \n\t",
    "Lift boxes, crates & pallets (up to 20 kg) – daily!",
    "Prüfen Sie die Straße über den Fluß.",
    "Сортировать почту и отвечать на звонки.",
    "整理邮件并接听电话。",
    "رتب البريد.",
    "👩‍🔧 repairs naïve façades [SEP] [MASK] ##ing",
    "Sort mail and answer calls. " * 40,  # more tokens than a text may have
    "antidisestablishmentarianism" * 30,
    *(f"{'Sort mail and ' * (7 * number % 23)}answer call {number}." for number in range(40)),
]


@pytest.fixture(scope="module")
def encoder() -> MiniLMEncoder:
    return MiniLMEncoder()


@pytest.fixture(scope="module")
def plain() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder("minilm")


@pytest.mark.parametrize("adapter", [None, ADAPTER])
def test_vectors_equal_those_of_sentence_transformers(
    adapter: Path | None, plain: SentenceTransformerEncoder
) -> None:
    found = MiniLMEncoder(adapter)
    library = SentenceTransformerEncoder("minilm", adapter=adapter) if adapter else plain
    assert isinstance(found.encode([]), np.ndarray)
    vectors = found.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(vectors, library.encode(TEXTS), atol=1e-5)
    assert found.fingerprint == library.fingerprint


def test_real_lines_get_the_vectors_of_sentence_transformers(
    encoder: MiniLMEncoder, plain: SentenceTransformerEncoder
) -> None:
    lines = (ROOT / "reference_tasks" / "postings.csv").read_text(encoding="utf-8").splitlines()
    texts = lines[:600:6]
    expected = plain.encode(texts)
    np.testing.assert_allclose(encoder.encode(texts), expected, atol=1e-5)


def test_the_size_of_a_batch_does_not_change_a_vector(
    encoder: MiniLMEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = encoder.encode(TEXTS)
    alone = np.vstack([encoder.encode([text]) for text in TEXTS])
    monkeypatch.setattr(onnx_network, "_BATCH_TOKENS", 100)
    for other in (alone, encoder.encode(TEXTS)):
        np.testing.assert_allclose(other, together, atol=1e-6)


def test_every_text_is_in_one_batch_with_texts_of_similar_length() -> None:
    lengths = np.array([3, 256, 4, 200, 3, 700, 2_000])
    found = [rows.tolist() for rows in batches(lengths)]
    assert found == [[6], [5], [1, 3], [2, 0, 4]]
    assert sorted(row for rows in found for row in rows) == list(range(len(lengths)))
    assert list(batches(np.zeros(0, dtype=np.int64))) == []


def test_a_text_is_embedded_once_and_returned_as_often_as_given(encoder: MiniLMEncoder) -> None:
    vectors = encoder.encode(["Write reports.", "Lift boxes.", "Write reports."])
    np.testing.assert_array_equal(vectors[0], vectors[2])
    assert np.abs(vectors[0] - vectors[1]).max() > 0.01


def test_the_fingerprint_is_known_without_the_weights() -> None:
    encoder = MiniLMEncoder()
    assert encoder.fingerprint == MINILM_FINGERPRINT
    assert MiniLMEncoder(ADAPTER).fingerprint != MINILM_FINGERPRINT
    assert encoder._network is None


def test_the_weights_have_the_shapes_of_the_graph() -> None:
    for adapter in (None, ADAPTER):
        weights = merged_weights(adapter)
        assert {name: array.shape for name, array in weights.items()} == shapes()
    plain = merged_weights(None)
    changed = {name for name in plain if not np.array_equal(plain[name], weights[name])}
    assert changed == {
        f"{name}_{layer}"
        for layer in range(6)
        for name in ("attention", "output", "inner", "outer")
    }


def test_scoring_new_text_imports_no_torch(starter_folder: Path) -> None:
    program = (
        "import sys; from engine import RiskEngine; "
        f"RiskEngine.load({str(starter_folder)!r}).score_tasks(['Write a new kind of report.']); "
        "print(sorted({'torch', 'sentence_transformers', 'sklearn', 'peft'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "[]\n", done.stderr


def test_sentence_transformers_takes_over_without_onnxruntime(
    encoder: MiniLMEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        minilm_module,
        "find_spec",
        lambda name: None if name == "onnxruntime" else importlib.util.find_spec(name),
    )
    other = MiniLMEncoder()
    np.testing.assert_allclose(other.encode(TEXTS[:4]), encoder.encode(TEXTS[:4]), atol=1e-5)
    assert not isinstance(other._network.__self__, OnnxNetwork)  # type: ignore[union-attr]


def test_threads_get_the_vectors_of_a_single_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(side_by_side, "_callers", 3)
    monkeypatch.setattr(side_by_side, "_turns", side_by_side.threading.BoundedSemaphore(3))
    encoder = MiniLMEncoder()
    texts = [[f"{'Sort mail and ' * (m % 5)}call {n}." for m in range(12)] for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(encoder.encode, texts))
    for vectors, part in zip(found, texts, strict=True):
        np.testing.assert_array_equal(vectors, encoder.encode(part))


def test_a_pickled_encoder_reads_its_weights_again(encoder: MiniLMEncoder) -> None:
    expected = encoder.encode(TEXTS[:3])
    copy = pickle.loads(pickle.dumps(encoder))
    assert copy.fingerprint == encoder.fingerprint
    np.testing.assert_array_equal(copy.encode(TEXTS[:3]), expected)


def test_a_variant_of_lora_is_rejected(tmp_path: Path) -> None:
    for path in ADAPTER.glob("adapter_*"):
        text = path.read_bytes().replace(b'"use_rslora": false', b'"use_rslora": true')
        (tmp_path / path.name).write_bytes(text)
    with pytest.raises(EncoderError, match="is no plain LoRA adapter"):
        MiniLMEncoder(tmp_path).encode(["Write reports."])
