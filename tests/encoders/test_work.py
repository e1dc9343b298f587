from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.sentence_transformer import SentenceTransformerEncoder, minilm_folder
from engine.encoders.work import WorkEncoder
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
    plain = SentenceTransformerEncoder("minilm").encode(TEXTS)
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


def test_shipped_files_are_small_and_contain_no_texts() -> None:
    files = [path for path in SHIPPED.rglob("*") if path.is_file()]
    adapters = [path for path in files if path.parent != SHIPPED]
    assert sum(path.stat().st_size for path in adapters) <= 4e6
    assert sum(path.stat().st_size for path in files) <= 8e6
    assert {path.suffix for path in files if path.name != checksums.FILE} <= {
        ".json",
        ".safetensors",
    }


def test_a_missing_adapter_is_reported(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="has no adapter; reinstall.*--encoder minilm"):
        WorkEncoder(tmp_path)
