from __future__ import annotations

import numpy as np
import pytest

from engine import Corpus
from engine.encoders.cache import EmbeddingCache
from engine.encoders.work import WorkEncoder
from engine.model.cross_fitting import make_reference, out_of_fold_evidence
from engine.retrieval.reference import Evidence
from tests.conftest import WordEncoder


def test_an_encoder_that_was_not_tuned_needs_no_folds(
    small: Corpus, words: WordEncoder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = EmbeddingCache(tmp_path_factory.mktemp("vectors"))
    reference = make_reference(small, words, words.encode(small.tasks["task"].tolist()))
    expected = reference.look_up_own()
    found = out_of_fold_evidence(small, reference, words, cache)
    np.testing.assert_array_equal(found.features.values, expected.features.values)
    np.testing.assert_array_equal(found.neighbours.rows, expected.neighbours.rows)


def _assert_brute_force(
    evidence: Evidence, corpus: Corpus, row: int, vectors: np.ndarray, searched: np.ndarray
) -> None:
    """Compare evidence on a row with the nearest ``searched`` rows of other occupations and texts.

    ``vectors`` are of all tasks by the adapter of the row's fold.
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


@pytest.mark.slow
def test_a_task_is_embedded_by_an_adapter_that_has_not_seen_it(small: Corpus) -> None:
    """Against brute force: similarities to all tasks of other folds, by the fold's own adapter."""
    encoder, cache = WorkEncoder(), EmbeddingCache()
    small = small.select_occupations(list(small.rows_of)[::4])
    texts = small.tasks["task"].tolist()
    reference = make_reference(small, encoder, cache.encode(encoder, texts))
    evidence = out_of_fold_evidence(small, reference, encoder, cache)
    folds = encoder.folds.of(small.tasks["soc_code"].tolist())
    for fold in np.unique(folds):
        view = encoder.without(int(fold))
        vectors = cache.encode(view, texts)
        row = int(np.flatnonzero(folds == fold)[3])
        _assert_brute_force(evidence, small, row, vectors, folds != fold)
        expected = view.probe(vectors[[row]])[0]
        start = evidence.features.names.index("exposure_human_read")
        np.testing.assert_allclose(evidence.features.values[row, start:], expected, atol=1e-5)


@pytest.mark.slow
def test_a_corpus_within_one_fold_is_searched_completely(small: Corpus) -> None:
    """No other fold has evidence, but the adapter has still not seen any of the outcomes."""
    encoder, cache = WorkEncoder(), EmbeddingCache()
    codes = list(small.rows_of)
    folds = encoder.folds.of(codes)
    one = small.select_occupations(
        [code for code, fold in zip(codes, folds, strict=True) if fold == 0]
    )
    texts = one.tasks["task"].tolist()
    reference = make_reference(one, encoder, cache.encode(encoder, texts))
    evidence = out_of_fold_evidence(one, reference, encoder, cache)
    vectors = cache.encode(encoder.without(0), texts)
    for row in range(0, len(texts), 7):
        _assert_brute_force(evidence, one, row, vectors, np.ones(len(texts), dtype=bool))
