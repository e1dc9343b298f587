from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.encoders.tuned import TuningFolds, content_encoder, hashed
from engine.encoders.work import WorkEncoder
from engine.errors import EncoderError
from engine.utils import checksums
from tests.conftest import ROOT, WordEncoder

SHIPPED = ROOT / "models" / "work"
MANAGER, CLERK, MEMBER = "11-1011.00", "43-4051.00", "ISCO-1111"
FOLDS = TuningFolds(
    count=3,
    fold_of={MANAGER: 2, CLERK: 0, MEMBER: 1},
    corpus="corpus",
    seed=0,
    texts=hashed(["weld pipes", "sort mail", "debate bills"]),
)


def test_an_occupation_is_in_one_fold() -> None:
    by_fold = json.loads((SHIPPED / "encoder.json").read_text())["occupations_by_fold"]
    codes = [code for fold in by_fold for code in fold]
    assert len(codes) == len(set(codes)) > 700
    folds = TuningFolds.read(SHIPPED)
    assert folds.count == len(by_fold)
    for fold, members in enumerate(by_fold):
        assert set(folds.of(members)) == {fold}


def test_an_occupation_without_a_fold_gets_a_fixed_one(tmp_path: Path) -> None:
    codes = [f"99-{number:04d}.00" for number in range(200)]
    found = FOLDS.of(codes)
    assert set(found.tolist()) == {0, 1, 2}
    FOLDS.write(tmp_path)
    np.testing.assert_array_equal(TuningFolds.read(tmp_path).of(codes), found)


def test_files_restore_the_folds(tmp_path: Path) -> None:
    FOLDS.write(tmp_path)
    restored = TuningFolds.read(tmp_path)
    assert (restored.count, restored.corpus, restored.seed) == (3, "corpus", 0)
    assert restored.fold_of == FOLDS.fold_of
    assert restored.texts.dtype == np.uint64
    np.testing.assert_array_equal(restored.texts, FOLDS.texts)


def test_a_tuned_text_has_the_fold_of_its_tuned_occupation() -> None:
    codes = [MANAGER, CLERK, MEMBER]
    found = FOLDS.of_tasks(codes, ["weld pipes", "sort mail", "debate bills"])
    assert found.tolist() == FOLDS.of(codes).tolist() == [2, 0, 1]


def test_an_untuned_text_has_no_fold() -> None:
    codes = [MANAGER, "99-0001.00", MEMBER]
    assert FOLDS.of_tasks(codes, ["sign letters"] * 3).tolist() == [-1, -1, -1]
    assert FOLDS.of_tasks([], []).shape == (0,)


@pytest.mark.parametrize("copy_first", [True, False])
def test_a_copy_of_a_tuned_text_in_another_occupation_has_its_fold(copy_first: bool) -> None:
    rows = [("99-0001.00", "weld pipes"), (MANAGER, "weld pipes"), (CLERK, "sort mail")]
    if not copy_first:
        rows = rows[::-1]
    codes, keys = zip(*rows, strict=True)
    folds = dict(zip(rows, FOLDS.of_tasks(codes, keys).tolist(), strict=True))
    assert folds[("99-0001.00", "weld pipes")] == folds[(MANAGER, "weld pipes")] == 2
    assert folds[(CLERK, "sort mail")] == 0


def test_a_copy_whose_original_is_absent_has_no_fold() -> None:
    assert FOLDS.of_tasks(["99-0001.00"], ["weld pipes"]).tolist() == [-1]


def test_the_encoder_saw_the_texts_that_it_was_tuned_on() -> None:
    seen = FOLDS.saw(["weld pipes", "sign letters", "sort mail", "weld pipe"])
    assert seen.dtype == bool
    assert seen.tolist() == [True, False, True, False]


def test_hashes_are_distinct_and_ascending() -> None:
    found = hashed(["sort mail", "weld pipes", "sort mail"])
    assert found.dtype == np.uint64
    assert len(found) == 2
    assert found[0] < found[1]
    # The first eight bytes of SHA-256 of "", e3 b0 c4 42 98 fc 1c 14, from the last to the first.
    assert hashed([""]).tolist() == [0x141CFC9842C4B0E3]


@pytest.mark.parametrize("content", ["{}", "not JSON", '{"occupations_by_fold": 3}'])
def test_a_damaged_file_is_rejected(content: str, tmp_path: Path) -> None:
    FOLDS.write(tmp_path)
    (tmp_path / "encoder.json").write_text(content)
    checksums.write(tmp_path)
    with pytest.raises(EncoderError, match=r"tuned_texts.safetensors cannot be read.*reinstall"):
        TuningFolds.read(tmp_path)


def test_a_missing_file_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(
        EncoderError, match=r"tuned_texts.safetensors cannot be read.*No such file.*reinstall"
    ):
        TuningFolds.read(tmp_path)


def test_a_missing_file_of_texts_is_rejected(tmp_path: Path) -> None:
    FOLDS.write(tmp_path)
    (tmp_path / "tuned_texts.safetensors").unlink()
    with pytest.raises(EncoderError, match=r"cannot be read.*tuned_texts.safetensors.*reinstall"):
        TuningFolds.read(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not safetensors", b"\x02\0\0\0\0\0\0\0{}"])
def test_a_damaged_file_of_texts_is_rejected(content: bytes, tmp_path: Path) -> None:
    FOLDS.write(tmp_path)
    (tmp_path / "tuned_texts.safetensors").write_bytes(content)
    with pytest.raises(EncoderError, match=r"tuned_texts.safetensors differs from the file that"):
        TuningFolds.read(tmp_path)
    checksums.write(tmp_path)
    with pytest.raises(EncoderError, match=r"cannot be read.*reinstall"):
        TuningFolds.read(tmp_path)


def test_only_tuned_encoders_have_a_separate_content_encoder(words: WordEncoder) -> None:
    assert content_encoder(words) is words
    work = WorkEncoder()
    assert content_encoder(work) is work.content
    assert work.content.name == "minilm"
