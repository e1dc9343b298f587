"""A short distillation on a few real tasks; tests/encoders/test_static.py tests what ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.encoders.static import StaticEncoder
from engine.encoders.work import WorkEncoder


@pytest.mark.slow
@pytest.mark.real_data
def test_the_version_of_a_fold_sees_no_sentence_of_the_fold(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.corpus.references import PUBLISHED, read_reference
    from scripts.training import distill_encoder

    corpus = read_reference(PUBLISHED, data_dir)
    few = corpus.select_occupations(list(corpus.rows_of)[:8])
    copied = few.tasks["task"].iloc[0].upper()
    monkeypatch.setattr(distill_encoder, "PARTS", 30)
    monkeypatch.setattr(distill_encoder, "JOINED", 30)
    teacher = WorkEncoder()
    sentences = distill_encoder.Sentences.collect(few, teacher.folds, ["Weld pipes.", copied], 0)
    seen: list[set[str]] = []
    lessons = distill_encoder._lessons

    def recording(sentences: Any, view: Any, tokens: Any, rows: Any) -> Any:
        seen.append(set(sentences.keys[rows]))
        return lessons(sentences, view, tokens, rows)

    monkeypatch.setattr(distill_encoder, "_lessons", recording)
    distill_encoder.distill(sentences, teacher, tmp_path / "static", 0)
    student = StaticEncoder(tmp_path / "static")
    assert student.encode(["Write reports on sales."]).shape == (1, 128)
    folds = student.folds.of(few.tasks["soc_code"].tolist())
    assert seen[0] == set(sentences.keys) > {*few.text_keys, "weld pipes"}
    for fold, keys in enumerate(seen[1:]):
        assert keys.isdisjoint(few.text_keys[folds == fold])
        assert keys.isdisjoint(sentences.keys[sentences.folds == fold])
        assert "weld pipes" in keys
