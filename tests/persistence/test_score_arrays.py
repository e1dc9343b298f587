from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

from engine import EngineError, RiskEngine
from engine.model.catalogue_scores import CatalogueScores
from engine.persistence import artifact, score_arrays
from tests.conftest import WordEncoder

FILE = "scores.safetensors"
Arrays = dict[str, np.ndarray]


@pytest.fixture(scope="module")
def scores(engine: RiskEngine) -> CatalogueScores:
    return engine._parts.scores


def _restored(engine: RiskEngine, arrays: Mapping[str, np.ndarray]) -> CatalogueScores:
    models = engine._parts.scores.models
    return score_arrays.from_arrays(arrays, engine.corpus, models, engine.confidence)


def test_arrays_restore_the_scores_bit_for_bit(engine: RiskEngine, scores: CatalogueScores) -> None:
    found = _restored(engine, load(save(score_arrays.to_arrays(scores))))
    for name in ("values", "scales", "low", "high"):
        expected = getattr(scores.predictions, name)
        restored = getattr(found.predictions, name)
        assert list(restored) == list(expected)
        for measure, array in expected.items():
            np.testing.assert_array_equal(restored[measure], array)
    assert found.predictions.categories == scores.predictions.categories
    assert found.predictions.levels == scores.predictions.levels
    for one, two in (
        (found.predictions.novelty, scores.predictions.novelty),
        (found.predictions.out_of_scope, scores.predictions.out_of_scope),
        (found.predictions.unlike_reference, scores.predictions.unlike_reference),
        (found.predictions.top_probability, scores.predictions.top_probability),
        (found.shown.rows, scores.shown.rows),
        (found.shown.similarity, scores.shown.similarity),
        (found.shown.similar_time, scores.shown.similar_time),
        (found.fold, scores.fold),
        (found.shares, scores.shares),
        (found.share_errors, scores.share_errors),
    ):
        assert one.dtype == two.dtype
        np.testing.assert_array_equal(one, two)
    assert list(found.shown.means) == list(scores.shown.means)
    for measure, array in scores.shown.means.items():
        np.testing.assert_array_equal(found.shown.means[measure], array)


def test_names_are_those_of_saved_engines(engine: RiskEngine, scores: CatalogueScores) -> None:
    """They are a contract: engine folders have these arrays."""
    single = ("fold", "shares", "share_errors", "novelty", "out_of_scope", "levels", "categories")
    single += ("top_probability", "unlike_reference")
    shown = ("shown.rows", "shown.similarity", "similar_time")
    tables = [
        *(f"{table}.{name}" for table in ("values", "scales") for name in engine.measures),
        *(f"means.{name}" for name in engine.corpus.measures),
    ]
    assert score_arrays.to_arrays(scores).keys() == {*single, *shown, *tables}


def test_another_confidence_gives_other_intervals(
    engine: RiskEngine, scores: CatalogueScores
) -> None:
    arrays = score_arrays.to_arrays(scores)
    found = score_arrays.from_arrays(arrays, engine.corpus, scores.models, 0.5)
    expected = scores.with_confidence(0.5)
    for measure, low in expected.predictions.low.items():
        np.testing.assert_array_equal(found.predictions.low[measure], low)
        assert (low > scores.predictions.low[measure]).any()


# Engine folders ---------------------------------------------------------------------------------


def _forge(engine: RiskEngine, folder: Path, change: Callable[[Arrays], object]) -> None:
    """Save an engine with other scores, and the checksums that an attacker would compute."""
    engine.save(folder)
    saved = artifact.read(folder)
    arrays = load(saved.files[FILE])
    change(arrays)
    files = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    changed = artifact.Artifact(saved.facts, {**saved.files, FILE: save(files)})
    artifact.write(folder, changed)


def _set(name: str, value: object) -> Callable[[Arrays], None]:
    """Return a function that sets an array of the scores, in its first row."""

    def change(arrays: Arrays) -> None:
        arrays[name][0] = value

    return change


def _shorten(arrays: Arrays) -> None:
    for name in arrays:
        arrays[name] = arrays[name][:-1]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda arrays: arrays.pop("novelty"), "array 'novelty' of scores.safetensors is missing"),
        (
            lambda arrays: arrays.pop("values.automation"),
            "array 'values.automation' of scores.safetensors is missing",
        ),
        (
            lambda arrays: arrays.pop("means.human_agency"),
            "is of shape|do not have the same measures",
        ),
        (
            lambda arrays: arrays.update(shares=arrays["shares"][1:]),
            r"'shares' of scores.safetensors is of shape \(\d+,\), but must",
        ),
        (_shorten, r"is of shape \(\d+,\), but must be of shape"),
        (_set("fold", 6), "'fold' of scores.safetensors has fold 6, but only 6 models"),
        (_set("levels", 3), "'levels' of scores.safetensors has 3, but must be from 0 to 2"),
        (_set("categories", 9), "'categories' .* has 9, but must be from 0 to 8"),
        (_set("values.exposure", 1.5), "'values.exposure' .* has 1.5, but must be from 0 to 1"),
        (_set("shown.rows", -2), "'shown.rows' .* has -2, but must be from -1"),
        (_set("shown.rows", 100_000), "'shown.rows' .* has row 100000 of"),
        (
            lambda arrays: arrays.update({"shown.rows": arrays["shown.rows"][:, :5]}),
            r"'shown.rows' .* is of shape \(\d+, 5\)",
        ),
    ],
)
def test_scores_that_do_not_fit_the_engine_are_rejected(
    engine: RiskEngine, tmp_path: Path, change: Callable[[Arrays], object], message: str
) -> None:
    _forge(engine, tmp_path, change)
    with pytest.raises(EngineError, match=f"(?s){tmp_path} is not a complete engine.*{message}"):
        RiskEngine.load(tmp_path, encoder=WordEncoder())


@pytest.mark.parametrize(
    ("folds", "message"),
    [
        (4, "array 'fold_4.*is not part of an engine"),
        (6, "lacks the arrays of fold 5"),
        ("all", "folds is not a whole number from 0 to 100"),
        (None, "folds is not a whole number from 0 to 100"),
    ],
)
def test_another_number_of_folds_is_rejected(
    engine: RiskEngine, tmp_path: Path, folds: object, message: str
) -> None:
    engine.save(tmp_path)
    saved = artifact.read(tmp_path)
    artifact.write(tmp_path, artifact.Artifact({**saved.facts, "folds": folds}, saved.files))
    with pytest.raises(EngineError, match=f"(?s)is not a complete engine.*{message}"):
        RiskEngine.load(tmp_path, encoder=WordEncoder())
