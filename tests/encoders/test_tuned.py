from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.tuned import TuningFolds, content_encoder
from engine.encoders.work import WorkEncoder
from engine.errors import EncoderError
from engine.utils import checksums
from tests.conftest import ROOT, WordEncoder

SHIPPED = ROOT / "models" / "work"


def test_an_occupation_is_in_one_fold() -> None:
    by_fold = json.loads((SHIPPED / "encoder.json").read_text())["occupations_by_fold"]
    codes = [code for fold in by_fold for code in fold]
    assert len(codes) == len(set(codes)) > 700
    folds = TuningFolds.read(SHIPPED)
    assert folds.count == len(by_fold)
    for fold, members in enumerate(by_fold):
        assert set(folds.of(members)) == {fold}


def test_an_occupation_without_a_fold_gets_a_fixed_one(tmp_path: Path) -> None:
    folds = TuningFolds(count=3, fold_of={"11-1011.00": 2}, corpus="corpus", seed=0)
    codes = [f"99-{number:04d}.00" for number in range(200)]
    found = folds.of(codes)
    assert set(found.tolist()) == {0, 1, 2}
    folds.write(tmp_path)
    restored = TuningFolds.read(tmp_path)
    assert restored == folds
    np.testing.assert_array_equal(restored.of(codes), found)


@pytest.mark.parametrize("content", ["{}", "not JSON", '{"occupations_by_fold": 3}'])
def test_a_damaged_file_is_rejected(content: str, tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "encoder.json", tmp_path)
    (tmp_path / "encoder.json").write_text(content)
    checksums.write(tmp_path)
    with pytest.raises(EncoderError, match=r"encoder.json cannot be read.*reinstall"):
        TuningFolds.read(tmp_path)


def test_a_missing_file_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"encoder.json cannot be read.*No such file.*reinstall"):
        TuningFolds.read(tmp_path)


def test_only_tuned_encoders_have_a_separate_content_encoder(words: WordEncoder) -> None:
    assert content_encoder(words) is words
    work = WorkEncoder()
    assert content_encoder(work) is work.content
    assert work.content.name == "minilm"
