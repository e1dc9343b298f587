"""A short distillation of invented tasks; tests/encoders/test_static.py tests what ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.encoders.static import StaticEncoder
from engine.encoders.tuned import TuningFolds, hashed
from engine.encoders.work import WorkEncoder
from engine.utils.text import text_key
from scripts.training import distill_encoder, student
from scripts.training.distill_encoder import Sentences
from tests.scripts.training.toy import CODES, COPY_IN, COPY_OF, toy_corpus

CORPUS = toy_corpus()
N_TASKS = len(CORPUS.tasks)


@pytest.fixture(autouse=True)
def _few_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(distill_encoder, "PARTS", 30)
    monkeypatch.setattr(distill_encoder, "JOINED", 30)


def _collect(measures: tuple[str, ...], further: list[str]) -> Sentences:
    folds = TuningFolds(
        count=2,
        fold_of={code: number % 2 for number, code in enumerate(CODES)},
        corpus="toy",
        seed=0,
        texts=hashed(CORPUS.text_keys),
    )
    return Sentences.collect(CORPUS, tuned_on=folds, measures=measures, further=further, seed=0)


def test_outcomes_are_known_for_the_tasks_and_measures_of_the_corpus() -> None:
    measures = ("genai_potential", "automation", "completion")
    sentences = _collect(measures, ["Weld pipes."])
    assert sentences.measures == measures
    assert sentences.outcomes.shape == (len(sentences.texts), 3)
    assert sentences.outcomes.dtype == np.float32
    tasks = CORPUS.tasks
    np.testing.assert_allclose(
        sentences.outcomes[:N_TASKS, :2], tasks[list(measures[:2])], atol=1e-6
    )
    assert np.isnan(sentences.outcomes[:N_TASKS, 2]).all()
    assert np.isnan(sentences.outcomes[N_TASKS:]).all()
    other = (tasks["soc_code"] == CODES[-1]).to_numpy()
    np.testing.assert_array_equal(np.isnan(sentences.outcomes[:N_TASKS, 0]), ~other)


def test_sentences_are_recombined_within_a_fold() -> None:
    sentences = _collect(("automation",), ["Weld pipes."])
    assert sentences.texts[N_TASKS] == "Weld pipes."
    assert sentences.folds[N_TASKS] == -1
    recombined = range(N_TASKS + 1, len(sentences.texts))
    assert set(sentences.folds[recombined].tolist()) == {0, 1}
    copied = CORPUS.tasks["task"].iloc[CODES.index(COPY_OF) * 4]
    assert sentences.folds[:N_TASKS][CORPUS.text_keys == text_key(copied)].tolist() == [0, 1]
    assert CORPUS.tasks["soc_code"][CORPUS.text_keys == text_key(copied)].tolist() == [
        COPY_OF,
        COPY_IN,
    ]
    for fold in (0, 1):
        own = CORPUS.text_keys[sentences.folds[:N_TASKS] == fold]
        words = {word for key in own if key != text_key(copied) for word in key.split()}
        made = sentences.keys[recombined][sentences.folds[recombined] == fold]
        assert {word for key in made for word in key.split()} <= words


@pytest.mark.slow
def test_the_version_of_a_fold_sees_no_sentence_of_the_fold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(student, "BATCH", 16)
    teacher = WorkEncoder()
    copied = CORPUS.tasks["task"].iloc[0].upper()
    sentences = Sentences.collect(
        CORPUS,
        tuned_on=teacher.folds,
        measures=teacher.probe.measures,
        further=["Weld pipes.", copied],
        seed=0,
    )
    seen: list[set[str]] = []
    lessons = distill_encoder._lessons

    def recording(sentences: Any, view: Any, tokens: Any, rows: Any) -> Any:
        seen.append(set(sentences.keys[rows]))
        return lessons(sentences, view, tokens, rows)

    monkeypatch.setattr(distill_encoder, "_lessons", recording)
    distill_encoder.distill(sentences, teacher, tmp_path / "static", 0)
    taught = StaticEncoder(tmp_path / "static")
    vectors = taught.encode(["Write reports on sales."])
    assert vectors.shape == (1, 128)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert taught.probe.measures == teacher.probe.measures
    assert np.isfinite(taught.probe(vectors)).all()
    np.testing.assert_array_equal(taught.folds.texts, teacher.folds.texts)
    folds = taught.folds.of(CORPUS.tasks["soc_code"].tolist())
    assert set(folds.tolist()) == set(range(taught.folds.count))
    assert seen[0] == set(sentences.keys) > {*CORPUS.text_keys, "weld pipes"}
    for fold, keys in enumerate(seen[1:]):
        assert keys.isdisjoint(CORPUS.text_keys[folds == fold])
        assert keys.isdisjoint(sentences.keys[sentences.folds == fold])
        assert "weld pipes" in keys
