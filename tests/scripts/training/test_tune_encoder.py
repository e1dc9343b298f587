"""Short runs of the tuning on toys; tests/encoders/test_work.py tests what ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.corpus.references import read_starter
from engine.encoders.minilm import MiniLMEncoder
from engine.encoders.minilm_files import minilm_folder
from engine.encoders.tuned import TuningFolds, fold_name, hashed
from engine.encoders.work import WorkEncoder
from scripts.training import tune_encoder
from scripts.training.adapter import Examples
from tests.scripts.training.toy import CODES, COPY_IN, COPY_OF, STARTER_COPY_IN, toy_corpus

TEXTS = ["Write reports on sales.", "Lift boxes."]
CORPUS = toy_corpus()
ACTIVITIES = {f"{CODES[0]}-0": ["first", "second"], f"{CODES[3]}-1": ["third"]}
MEASURES = ("automation", "exposure_human", "exposure_model", "genai_potential")
N_RATED = len(CORPUS.tasks)

pytestmark = [
    pytest.mark.reliability,
    pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing.*:FutureWarning"),
]


@pytest.fixture(scope="module")
def collected() -> tuple[Examples, pd.DataFrame]:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(minilm_folder()))
    return tune_encoder._examples(CORPUS, ACTIVITIES, tokenizer)


def test_examples_hold_the_outcomes_of_the_corpus_alone(
    collected: tuple[Examples, pd.DataFrame],
) -> None:
    examples, texts = collected
    assert examples.measures == MEASURES
    assert texts["outcome"].tolist() == [True] * N_RATED + [False] * (len(texts) - N_RATED)
    known = examples.outcomes.numpy()
    np.testing.assert_allclose(known[:N_RATED], CORPUS.tasks[list(MEASURES)], atol=1e-6)
    assert np.isnan(known[N_RATED:]).all()
    assert not examples.categories[N_RATED:].any()
    kinds = examples.activities.numpy()
    assert kinds[0].tolist() == [0.5, 0.5, 0.0]
    assert kinds[3 * 4 + 1].tolist() == [0.0, 0.0, 1.0]
    assert kinds.sum() == 2


def test_a_rewrite_has_the_occupation_of_its_original_and_other_words(
    collected: tuple[Examples, pd.DataFrame],
) -> None:
    examples, texts = collected
    starter = read_starter().tasks
    rewrites = np.flatnonzero(examples.original >= 0)
    originals = examples.original[rewrites]
    assert rewrites[0] == N_RATED + len(starter)
    assert set(originals.tolist()) == set(range(N_RATED, N_RATED + len(starter)))
    codes, keys = texts["soc_code"].to_numpy(), texts["key"].to_numpy()
    assert (codes[rewrites] == codes[originals]).all()
    assert (keys[rewrites] != keys[originals]).all()


def test_each_adapter_is_tuned_without_what_its_fold_holds_out(
    collected: tuple[Examples, pd.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, texts = collected
    tuned: dict[str, np.ndarray] = {}
    tune_adapter = tune_encoder.tune_adapter

    def recording(examples: Examples, rows: np.ndarray, output: Path, **options: Any) -> None:
        tuned[output.name] = rows
        tune_adapter(examples, rows, output, **options)

    monkeypatch.setattr(tune_encoder, "tune_adapter", recording)
    tune_encoder.tune(CORPUS, ACTIVITIES, tmp_path, epochs=0.0)
    folds = TuningFolds.read(tmp_path)
    assert set(folds.fold_of) == set(CODES)
    assert set(folds.fold_of.values()) == set(range(folds.count)) == {0, 1, 2}
    assert folds.fold_of[COPY_OF] != folds.fold_of[COPY_IN]
    copied = CORPUS.text_keys[CODES.index(STARTER_COPY_IN) * 4]
    assert copied in texts["key"][~texts["outcome"]].tolist()
    fold = texts["soc_code"].map(folds.fold_of)
    for number in range(folds.count):
        rows = tuned[fold_name(number)]
        train, held_out = texts.iloc[rows], texts[texts["outcome"] & (fold == number)]
        assert train["outcome"].any()
        assert set(train["soc_code"]).isdisjoint(held_out["soc_code"])
        assert set(train["key"]).isdisjoint(held_out["key"])
    np.testing.assert_array_equal(tuned["final"], np.arange(len(texts)))


def test_the_folds_know_the_texts_with_outcomes(tmp_path: Path) -> None:
    tune_encoder.tune(CORPUS, ACTIVITIES, tmp_path, epochs=0.0, n_folds=2)
    encoder = WorkEncoder(tmp_path)
    codes, keys = CORPUS.tasks["soc_code"].tolist(), CORPUS.text_keys.tolist()
    assert encoder.without(1).folds.count == 2
    assert encoder.probe.measures == MEASURES
    np.testing.assert_array_equal(encoder.folds.texts, hashed(keys))
    np.testing.assert_array_equal(encoder.folds.of_tasks(codes, keys), encoder.folds.of(codes))
    # A task of the starter reference has no outcome, unless the corpus has a copy of it.
    starter = read_starter()
    assert encoder.folds.saw(starter.text_keys.tolist()).sum() == 1


@pytest.mark.reliability
def test_a_short_run_can_be_repeated(tmp_path: Path) -> None:
    for name in ("first", "second"):
        tune_encoder.tune(CORPUS, ACTIVITIES, tmp_path / name, epochs=0.03, n_folds=2)
    first, second = (WorkEncoder(tmp_path / name) for name in ("first", "second"))
    assert first.folds.fold_of == second.folds.fold_of
    np.testing.assert_allclose(first.encode(TEXTS), second.encode(TEXTS), atol=1e-4)
    plain = MiniLMEncoder().encode(TEXTS)
    assert np.abs(first.encode(TEXTS) - plain).max() > 1e-3
    assert first.fingerprint != first.without(0).fingerprint
