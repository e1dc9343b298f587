from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, EngineError, RiskEngine
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import TUNED
from engine.encoders.work import WorkEncoder
from engine.model import pretrained, serialization
from engine.model.risk_model import RiskModel
from tests.conftest import WordEncoder
from tests.tuned_words import TunedWords

FEWER_BITS = ("task_scores", "occupation_scores", "occupation_estimates")
"""Ends of the names of arrays that are stored in single or half precision."""


def _assert_equal(found: Sequence[RiskModel], expected: Sequence[RiskModel]) -> None:
    arrays, again = (serialization.to_arrays(models) for models in (expected, found))
    assert again.keys() == arrays.keys()
    for name, array in arrays.items():
        stored = again[name].dtype
        assert stored == array.dtype or name.endswith(FEWER_BITS), name
        np.testing.assert_array_equal(again[name], array.astype(stored), err_msg=name)


# Heads that the test ships ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def few(small: Corpus) -> Corpus:
    """A starter reference of a few occupations."""
    return small.select_occupations(list(small.rows_of)[::4])


@pytest.fixture(scope="module")
def tuned(few: Corpus, tmp_path_factory: pytest.TempPathFactory) -> TunedWords:
    """Tuned on three folds, on outcomes that are not those of the corpus."""
    fold_of = {code: number % 3 for number, code in enumerate(few.rows_of)}
    return TunedWords.tuned(tmp_path_factory.mktemp("tuned"), fold_of, ["sing in the choir"])


@pytest.fixture(scope="module")
def shipped(few: Corpus, tuned: TunedWords, cache: EmbeddingCache) -> Sequence[RiskModel]:
    """Heads in the folder of the encoder: those of folds differ in the head of risk alone."""
    final, *folds = RiskEngine.build(few, tuned, cache=cache)._parts.scores.models
    models = [final, *(final.with_measures(model, ["automation"]) for model in folds)]
    assert pretrained.save(models, few, tuned).name == pretrained.FILE
    return models


def test_saved_heads_are_loaded(
    few: Corpus, tuned: TunedWords, shipped: Sequence[RiskModel]
) -> None:
    found = pretrained.load(few, tuned)
    assert found is not None
    assert len(found) == 4
    _assert_equal(found, shipped)
    assert found[0].sources == shipped[0].sources


def test_they_are_for_one_reference_and_one_encoder(
    few: Corpus, small: Corpus, tuned: TunedWords, shipped: Sequence[RiskModel]
) -> None:
    assert pretrained.load(small, tuned) is None  # a starter reference with other tasks
    assert pretrained.load(few, tuned.without(0)) is None
    assert pretrained.load(few, WordEncoder()) is None


def test_a_modified_file_is_rejected(
    few: Corpus, tuned: TunedWords, shipped: Sequence[RiskModel]
) -> None:
    path: Path = tuned.folder / pretrained.FILE
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    try:
        with pytest.raises(EngineError, match=pretrained.FILE):
            pretrained.load(few, tuned)
    finally:
        path.write_bytes(content)


def test_each_task_is_scored_by_the_heads_without_its_occupation(
    few: Corpus, tuned: TunedWords, shipped: Sequence[RiskModel], cache: EmbeddingCache
) -> None:
    parts = RiskEngine.build(few, tuned, cache=cache)._parts
    _assert_equal(parts.scores.models, shipped)
    folds = [tuned.folds.fold_of[code] for code in few.tasks["soc_code"]]
    np.testing.assert_array_equal(parts.scores.fold, np.array(folds) + 1)
    evidence = parts.reference.look_up_own()
    differ = False
    for fold in range(3):
        rows = np.flatnonzero(np.array(folds) == fold)
        models = (parts.scores.models[fold + 1], parts.model)
        own, final = (model.predict(evidence, 0.9) for model in models)
        for measure in parts.model.measures:
            found = parts.scores.predictions.values[measure][rows]
            np.testing.assert_allclose(found, own.values[measure][rows], atol=1e-12)
        differ |= not np.allclose(final.values["automation"][rows], own.values["automation"][rows])
    assert differ


# Heads of the package ---------------------------------------------------------------------------


@pytest.mark.slow
def test_the_starter_engine_has_the_heads_that_ship(
    starter: Corpus, starter_engine: RiskEngine
) -> None:
    """If this fails, the reference or the encoder changed: run scripts/training/fit_heads.py."""
    shipped = {name: pretrained.load(starter, encoder()) for name, encoder in TUNED.items()}
    assert None not in shipped.values(), shipped
    models = shipped[starter_engine.encoder_name]
    assert models is not None
    _assert_equal(starter_engine._parts.scores.models, models)
    # They were fitted to published outcomes, and those have more measures than the starter corpus.
    further = set(models[0].measures) - set(starter.measures)
    assert {"exposure_human", "exposure_model"} <= further


@pytest.mark.slow
def test_shipped_heads_are_for_the_whole_reference(starter: Corpus, small: Corpus) -> None:
    encoder = WorkEncoder()
    assert pretrained.load(small, encoder) is None
    assert pretrained.load(starter, encoder.without(0)) is None
    assert pretrained.load(starter, WordEncoder()) is None
