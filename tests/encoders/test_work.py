from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine import EngineError
from engine.encoders.registry import find_encoder
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.encoders.static import StaticEncoder
from engine.encoders.tuned import AdapterSet
from engine.encoders.work import WorkEncoder
from engine.utils import checksums
from tests.conftest import ROOT

SHIPPED = ROOT / "models" / "work"
TEXTS = ["Write reports on sales.", "Lift boxes.", "Draft a summary of sales."]


@pytest.fixture(scope="module")
def work() -> WorkEncoder:
    return WorkEncoder()


def test_it_is_not_plain_minilm_which_tells_content(work: WorkEncoder) -> None:
    vectors = work.encode(TEXTS)
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    plain = SentenceTransformerEncoder("minilm").encode(TEXTS)
    assert np.abs(vectors - plain).max() > 0.01
    np.testing.assert_array_equal(work.content.encode(TEXTS), plain)


def test_the_adapter_is_merged_as_peft_applies_it(work: WorkEncoder) -> None:
    """Vectors are what peft gives with the adapter beside the weights."""
    import warnings

    from peft import PeftModel
    from sentence_transformers import SentenceTransformer

    from engine.encoders.sentence_transformer import minilm_folder

    model = SentenceTransformer(str(minilm_folder()), device="cpu")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        model[0].auto_model = PeftModel.from_pretrained(model[0].auto_model, str(SHIPPED / "final"))
    expected = model.encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(work.encode(TEXTS), expected, atol=1e-4)


def test_each_fold_has_its_own_adapter(work: WorkEncoder) -> None:
    views = [work, *(work.without(fold) for fold in range(work.adapters.folds))]
    assert len({view.fingerprint for view in views}) == len(views)
    first, second = (view.encode(TEXTS[:1])[0] for view in views[:2])
    assert np.abs(first - second).max() > 1e-3


def test_every_occupation_that_tuned_it_is_named_once(work: WorkEncoder) -> None:
    listed = json.loads((SHIPPED / "encoder.json").read_text())["occupations_by_fold"]
    codes = [code for fold in listed for code in fold]
    assert len(codes) == len(set(codes)) > 700
    assert work.adapters.folds_of(listed[2][:3]).tolist() == [2, 2, 2]


def test_an_occupation_that_did_not_tune_it_has_a_fold_for_good(tmp_path: Path) -> None:
    adapters = AdapterSet(folds=3, fold_of={"11-1011.00": 2}, corpus="corpus", seed=0)
    codes = [f"99-{number:04d}.00" for number in range(200)]
    folds = adapters.folds_of(codes)
    assert set(folds.tolist()) == {0, 1, 2}
    adapters.write(tmp_path)
    np.testing.assert_array_equal(AdapterSet.read(tmp_path).folds_of(codes), folds)
    assert AdapterSet.read(tmp_path) == adapters


def test_what_ships_is_small_and_has_no_texts() -> None:
    files = [path for path in SHIPPED.rglob("*") if path.is_file()]
    adapters = [path for path in files if path.parent != SHIPPED]
    assert sum(path.stat().st_size for path in adapters) <= 4e6
    assert sum(path.stat().st_size for path in files) <= 8e6
    assert {path.suffix for path in files if path.name != checksums.FILE} <= {
        ".json",
        ".safetensors",
    }


def test_names() -> None:
    assert isinstance(find_encoder("work"), WorkEncoder)
    assert find_encoder("minilm").name == "minilm"
    assert isinstance(find_encoder("static"), StaticEncoder)


def test_a_missing_adapter_and_damaged_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="has no adapter.*--encoder minilm"):
        WorkEncoder(tmp_path)
    shutil.copytree(SHIPPED, tmp_path / "work")
    (tmp_path / "work" / "encoder.json").write_text("{}")
    checksums.write(tmp_path / "work")
    with pytest.raises(EngineError, match=r"encoder.json cannot be read.*install"):
        _ = WorkEncoder(tmp_path / "work").adapters
