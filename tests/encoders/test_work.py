from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.minilm import MiniLMEncoder
from engine.encoders.minilm_files import minilm_folder
from engine.encoders.probe import RATED, LinearProbe, levels
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.encoders.work import WorkEncoder, write_adapter
from engine.errors import EncoderError
from engine.utils import checksums
from tests.conftest import ROOT

SHIPPED = ROOT / "models" / "work"
TEXTS = ["Write reports on sales.", "Lift boxes.", "Draft a summary of sales."]


@pytest.fixture(scope="module")
def work() -> WorkEncoder:
    return WorkEncoder()


def test_vectors_differ_from_those_of_minilm_which_encodes_content(work: WorkEncoder) -> None:
    vectors = work.encode(TEXTS)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    plain = MiniLMEncoder().encode(TEXTS)
    assert np.abs(vectors - plain).max() > 0.01
    np.testing.assert_array_equal(work.content.encode(TEXTS), plain)


def test_a_merged_adapter_gives_the_vectors_of_peft(work: WorkEncoder) -> None:
    from peft import PeftModel
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(minilm_folder()), device="cpu")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        model[0].auto_model = PeftModel.from_pretrained(model[0].auto_model, str(SHIPPED / "final"))
    expected = model.encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(work.encode(TEXTS), expected, atol=1e-4)


def test_each_fold_has_its_own_adapter(work: WorkEncoder) -> None:
    versions = [work, *(work.without(fold) for fold in range(work.folds.count))]
    assert len({version.fingerprint for version in versions}) == len(versions)
    first, second = (version.encode(TEXTS[:1])[0] for version in versions[:2])
    assert np.abs(first - second).max() > 1e-3


def test_each_version_predicts_the_same_measures(work: WorkEncoder) -> None:
    assert set(work.probe.measures) >= set(RATED)
    for probe in (work.probe, *(work.without(fold).probe for fold in range(work.folds.count))):
        assert probe.measures == work.probe.measures
        n_scores = sum(len(levels(name)) for name in probe.measures) + 9
        assert probe.weight.shape == (n_scores, 384)
        assert probe(work.encode(TEXTS)).shape == (3, len(probe.names))


@pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning")
def test_an_adapter_that_was_not_tuned_gives_the_vectors_of_minilm(tmp_path: Path) -> None:
    from peft import LoraConfig, get_peft_model
    from sentence_transformers import SentenceTransformer

    base = SentenceTransformer(str(minilm_folder()), device="cpu")[0].auto_model
    network = get_peft_model(base, LoraConfig(r=2, target_modules=["query"]))
    probe = LinearProbe(RATED, np.full((20, 384), 0.5), np.arange(20.0))
    write_adapter(tmp_path / "final", network, probe)
    restored = WorkEncoder(tmp_path)
    plain = SentenceTransformerEncoder("minilm").encode(TEXTS)
    np.testing.assert_allclose(restored.encode(TEXTS), plain, atol=1e-5)
    assert restored.probe.measures == RATED
    np.testing.assert_array_equal(restored.probe.weight, probe.weight)
    np.testing.assert_array_equal(restored.probe.bias, probe.bias)
    settings = (tmp_path / "final" / "adapter_config.json").read_text()
    assert str(minilm_folder()) not in settings


def test_shipped_files_are_small_and_contain_no_texts() -> None:
    files = [path for path in SHIPPED.rglob("*") if path.is_file()]
    adapters = [path for path in files if path.parent != SHIPPED]
    assert sum(path.stat().st_size for path in adapters) <= 4.2e6
    assert sum(path.stat().st_size for path in files) <= 14e6
    assert {path.suffix for path in files if path.name != checksums.FILE} <= {
        ".json",
        ".safetensors",
    }


def test_a_missing_adapter_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="has no adapter; reinstall.*--encoder minilm"):
        WorkEncoder(tmp_path)
