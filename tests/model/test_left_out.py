"""What is left out of a fit has no effect on it: occupations, copies of texts, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, EngineError
from engine.encoders.cache import EmbeddingCache
from engine.model.left_out import LeftOutFold, leave_folds_out
from engine.model.predictions import Predictions
from tests.conftest import WordEncoder
from tests.tuned_words import TunedWords


@pytest.fixture(scope="module")
def folds(varied: Corpus, cache: EmbeddingCache) -> Sequence[LeftOutFold]:
    return list(leave_folds_out(varied, WordEncoder(), cache))


def _predict(fold: LeftOutFold, corpus: Corpus) -> Predictions:
    return fold.model.predict(fold.look_up(corpus, fold.held_out), 0.9)


def _with_other_outcomes(corpus: Corpus, rows: np.ndarray) -> Corpus:
    """Return the corpus with reversed outcomes and other categories in some rows."""
    tasks = corpus.tasks.copy()
    for measure in corpus.measures:
        tasks.loc[rows, measure] = 1 - tasks.loc[rows, measure]
    tasks.loc[rows, "category"] = "Administering"
    return replace(corpus, tasks=tasks)


def test_every_task_is_held_out_once(folds: Sequence[LeftOutFold], varied: Corpus) -> None:
    held_out = np.concatenate([fold.held_out for fold in folds])
    assert sorted(held_out) == list(range(len(varied.tasks)))
    assert [fold.number for fold in folds] == list(range(5))


def test_neither_the_occupations_nor_their_texts_are_in_the_fit(
    folds: Sequence[LeftOutFold], varied: Corpus
) -> None:
    codes, keys = varied.tasks["soc_code"].to_numpy(), varied.text_keys
    copies = 0
    for fold in folds:
        fitted = fold.reference.corpus
        assert set(fitted.tasks["soc_code"]).isdisjoint(codes[fold.held_out])
        assert set(fitted.text_keys).isdisjoint(keys[fold.held_out])
        np.testing.assert_array_equal(fitted.tasks["task"], varied.tasks["task"].iloc[fold.train])
        # Nothing else is missing.
        others = np.setdiff1d(np.arange(len(codes)), [*fold.train, *fold.held_out])
        assert np.isin(keys[others], keys[fold.held_out]).all()
        copies += len(others)
    assert copies > 0


def test_outcomes_of_a_fold_change_nothing_in_its_scores(
    folds: Sequence[LeftOutFold], varied: Corpus, cache: EmbeddingCache
) -> None:
    """Neither those of its tasks nor those of their copies in other occupations."""
    before = folds[0]
    left_out = np.setdiff1d(np.arange(len(varied.tasks)), before.train)
    assert len(left_out) > len(before.held_out)
    changed = _with_other_outcomes(varied, left_out)
    after = next(leave_folds_out(changed, WordEncoder(), cache))
    np.testing.assert_array_equal(after.held_out, before.held_out)
    expected, found = _predict(before, varied), _predict(after, changed)
    for table in ("values", "scales", "low", "high"):
        assert getattr(found, table).keys() == getattr(expected, table).keys()
        for measure, array in getattr(expected, table).items():
            np.testing.assert_array_equal(getattr(found, table)[measure], array)
    assert (found.levels, found.categories) == (expected.levels, expected.categories)
    np.testing.assert_array_equal(found.novelty, expected.novelty)
    np.testing.assert_array_equal(found.out_of_scope, expected.out_of_scope)
    np.testing.assert_array_equal(found.unlike_reference, expected.unlike_reference)


def test_outcomes_of_one_other_occupation_change_the_scores_of_a_fold(
    folds: Sequence[LeftOutFold], varied: Corpus, cache: EmbeddingCache
) -> None:
    before = folds[0]
    code = varied.tasks["soc_code"].iat[before.train[0]]
    changed = _with_other_outcomes(varied, varied.rows_of[code])
    after = next(leave_folds_out(changed, WordEncoder(), cache))
    for measure in ("automation", "exposure"):
        old, new = (_predict(fold, varied).values[measure] for fold in (before, after))
        assert not np.allclose(old, new, atol=1e-4)


def test_one_occupation_cannot_be_left_out(small: Corpus, cache: EmbeddingCache) -> None:
    one = small.select_occupations(["29-1129.01"])
    with pytest.raises(EngineError, match="only 1 occupation has known outcomes"):
        next(leave_folds_out(one, WordEncoder(), cache))


# A tuned encoder --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tuned(varied: Corpus, tmp_path_factory: pytest.TempPathFactory) -> TunedWords:
    """Tuned on three folds of the occupations, but not on the last five nor on unrated tasks."""
    codes = list(varied.rows_of)
    fold_of = {code: number % 3 for number, code in enumerate(codes[:-5])}
    rated = varied.tasks["automation"].notna() & varied.tasks["soc_code"].isin(fold_of)
    keys = varied.text_keys[rated.to_numpy()]
    return TunedWords.tuned(tmp_path_factory.mktemp("tuned"), fold_of, keys)


@pytest.fixture(scope="module")
def tuned_folds(varied: Corpus, tuned: TunedWords, cache: EmbeddingCache) -> Sequence[LeftOutFold]:
    return list(leave_folds_out(varied, tuned, cache))


def test_a_fold_is_embedded_by_the_version_that_was_tuned_without_it(
    tuned_folds: Sequence[LeftOutFold], tuned: TunedWords, varied: Corpus
) -> None:
    texts = varied.tasks["task"].tolist()
    assert [fold.number for fold in tuned_folds] == [0, 1, 2]
    for fold in tuned_folds:
        version = tuned.without(fold.number)
        assert fold.view.fingerprint == version.fingerprint
        np.testing.assert_array_equal(fold.vectors, version.encode(texts))
        assert fold.reference.probe is not None
        np.testing.assert_array_equal(fold.reference.probe.weight, version.probe.weight)


def test_tasks_that_the_encoder_was_not_tuned_on_belong_to_no_fold(
    tuned_folds: Sequence[LeftOutFold], tuned: TunedWords, varied: Corpus
) -> None:
    """Unless they are copies of tasks that it was tuned on: these have the fold of the original."""
    codes = varied.tasks["soc_code"].tolist()
    fold_of_key = {
        key: tuned.folds.fold_of[code]
        for key, code, rated in zip(
            varied.text_keys, codes, varied.tasks["automation"].notna(), strict=True
        )
        if code in tuned.folds.fold_of and rated
    }
    expected = [fold_of_key.get(key, -1) for key in varied.text_keys]
    found = np.full(len(codes), -1)
    for fold in tuned_folds:
        assert (found[fold.held_out] == -1).all()
        found[fold.held_out] = fold.number
        assert set(varied.text_keys[fold.train]).isdisjoint(varied.text_keys[fold.held_out])
    assert found.tolist() == expected
    assert set(expected) == {-1, 0, 1, 2}
    copies = np.flatnonzero(varied.tasks["task_id"].str.endswith("-copy"))
    assert (found[copies] >= 0).all()


def test_an_encoder_tuned_on_none_of_the_tasks_leaves_out_its_folds_of_their_occupations(
    varied: Corpus, tuned: TunedWords, cache: EmbeddingCache, tmp_path: Path
) -> None:
    stranger = TunedWords.tuned(tmp_path, tuned.folds.fold_of, ["sing in the choir"])
    held_out = next(leave_folds_out(varied, stranger, cache)).held_out
    expected = stranger.folds.of(varied.tasks["soc_code"].tolist()) == 0
    np.testing.assert_array_equal(held_out, np.flatnonzero(expected))


def test_another_encoder_may_give_the_folds(
    varied: Corpus, tuned: TunedWords, tuned_folds: Sequence[LeftOutFold], cache: EmbeddingCache
) -> None:
    fold = next(leave_folds_out(varied, WordEncoder(), cache, splits=tuned))
    np.testing.assert_array_equal(fold.held_out, tuned_folds[0].held_out)
    assert fold.view.fingerprint == WordEncoder().fingerprint
