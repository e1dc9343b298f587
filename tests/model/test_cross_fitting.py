from __future__ import annotations

import numpy as np
import pytest

from engine import Corpus
from engine.encoders.cache import EmbeddingCache
from engine.model import serialization
from engine.model.cross_fitting import (
    fit_detector,
    fit_heads,
    make_reference,
    out_of_fold_evidence,
    scope_tasks,
)
from engine.model.out_of_scope import ScopeTexts
from engine.model.risk_model import RiskModel
from engine.retrieval.reference import Evidence
from tests.conftest import WordEncoder
from tests.tuned_words import TunedWords


def test_an_encoder_that_was_not_tuned_needs_no_folds(
    small: Corpus, words: WordEncoder, cache: EmbeddingCache
) -> None:
    reference = make_reference(small, words, words.encode(small.tasks["task"].tolist()))
    expected = reference.look_up_own()
    found = out_of_fold_evidence(small, reference, words, cache)
    np.testing.assert_array_equal(found.features.values, expected.features.values)
    np.testing.assert_array_equal(found.neighbours.rows, expected.neighbours.rows)


@pytest.fixture(scope="module")
def few(small: Corpus) -> Corpus:
    """Occupations of three folds."""
    return small.select_occupations(list(small.rows_of)[::6])


@pytest.fixture(scope="module")
def encoder(few: Corpus, tmp_path_factory: pytest.TempPathFactory) -> TunedWords:
    fold_of = {code: number % 3 for number, code in enumerate(few.rows_of)}
    return TunedWords.tuned(tmp_path_factory.mktemp("tuned"), fold_of, few.text_keys.tolist())


def _assert_brute_force(
    evidence: Evidence, corpus: Corpus, row: int, vectors: np.ndarray, searched: np.ndarray
) -> None:
    """Compare evidence on a row with the nearest ``searched`` rows of other occupations and texts.

    ``vectors`` are of all tasks by the version of the row's fold.
    """
    codes, keys = corpus.tasks["soc_code"].to_numpy(), corpus.text_keys
    allowed = searched & (codes != codes[row]) & (keys != keys[row])
    similarity = vectors[allowed].astype(float) @ vectors[row].astype(float)
    order = np.argsort(-similarity)[:5]
    found = evidence.neighbours.similarity[row, :5]
    np.testing.assert_allclose(found, similarity[order], atol=1e-5)
    weights = np.exp((found - found[0]) / 0.1)
    outcomes = corpus.tasks["automation"].to_numpy()[allowed][order]
    mean = evidence.features.column("automation_mean_5")[row]
    assert mean == pytest.approx(weights @ outcomes / weights.sum(), abs=1e-4)


def test_a_task_is_embedded_by_a_version_that_has_not_seen_it(
    few: Corpus, encoder: TunedWords, cache: EmbeddingCache
) -> None:
    """Compare with brute force: similarities to tasks of other folds, by the fold's own version."""
    texts = few.tasks["task"].tolist()
    reference = make_reference(few, encoder, cache.encode(encoder, texts))
    evidence = out_of_fold_evidence(few, reference, encoder, cache)
    folds = encoder.folds.of(few.tasks["soc_code"].tolist())
    assert len(np.unique(folds)) > 1
    for fold in np.unique(folds):
        view = encoder.without(int(fold))
        vectors = cache.encode(view, texts)
        row = int(np.flatnonzero(folds == fold)[3])
        _assert_brute_force(evidence, few, row, vectors, folds != fold)
        expected = view.probe(vectors[[row]])[0]
        start = evidence.features.names.index("exposure_human_read")
        np.testing.assert_allclose(evidence.features.values[row, start:], expected, atol=1e-5)


def test_a_corpus_within_one_fold_is_searched_completely(
    few: Corpus, encoder: TunedWords, cache: EmbeddingCache
) -> None:
    """No other fold has evidence, but the version has still not seen any of the outcomes."""
    codes = list(few.rows_of)
    folds = encoder.folds.of(codes)
    one = few.select_occupations(
        [code for code, fold in zip(codes, folds, strict=True) if fold == 0]
    )
    texts = one.tasks["task"].tolist()
    reference = make_reference(one, encoder, cache.encode(encoder, texts))
    evidence = out_of_fold_evidence(one, reference, encoder, cache)
    vectors = cache.encode(encoder.without(0), texts)
    for row in range(0, len(texts), 7):
        _assert_brute_force(evidence, one, row, vectors, np.ones(len(texts), dtype=bool))


def test_heads_are_fitted_to_what_the_encoder_has_not_seen(
    few: Corpus, encoder: TunedWords, cache: EmbeddingCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compare with a second implementation that embeds and looks up each occupation separately."""
    texts_of_scope = ScopeTexts(
        work=["Mop floors.", "I file letters."],
        work_codes=[None, next(iter(few.rows_of))],
        not_work=["Whisk two eggs.", "It rained all day."],
    )
    monkeypatch.setattr("engine.model.cross_fitting.scope_texts", lambda: texts_of_scope)
    texts, keys = few.tasks["task"].tolist(), few.text_keys
    folds = encoder.folds.of(few.tasks["soc_code"].tolist())
    parts = []
    for code, rows in few.rows_of.items():
        view = encoder.without(int(folds[rows[0]]))
        vectors = cache.encode(view, texts)
        others = np.flatnonzero(folds != folds[rows[0]])
        searched = make_reference(few.take_tasks(others), view, vectors[others])
        parts.append(searched.look_up(vectors[rows], [code] * len(rows), keys[rows].tolist()))
    order = np.argsort(np.concatenate(list(few.rows_of.values())))
    unseen = Evidence.joined(parts)[order]

    vectors = cache.encode(encoder, texts)
    reference = make_reference(few, encoder, vectors)
    seen = reference.look_up_own()
    shares = reference.time_shares(seen.similar_time)
    detector = fit_detector(scope_tasks(few, vectors, unseen), reference, encoder, cache)
    heads, twin, leaky = (
        serialization.to_arrays([model])
        for model in (
            fit_heads(reference, seen, shares, encoder, cache),
            RiskModel.fit(reference, unseen, shares, detector),
            RiskModel.fit(reference, seen, shares, detector),
        )
    )
    assert heads.keys() == twin.keys()
    for name, array in heads.items():
        np.testing.assert_allclose(array, twin[name], atol=1e-9, err_msg=name)
    # Evidence by the encoder that has seen the outcomes gives different heads.
    name = "measure.automation.coefficients"
    assert not np.allclose(heads[name], leaky[name], atol=1e-3)
