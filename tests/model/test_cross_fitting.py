from __future__ import annotations

import numpy as np
import pytest

from engine import Corpus
from engine.encoders.cache import EmbeddingCache
from engine.encoders.work import WorkEncoder
from engine.model.cross_fitting import make_reference, own_evidence
from tests.conftest import WordEncoder


def test_an_encoder_that_was_not_tuned_needs_no_folds(
    small: Corpus, words: WordEncoder, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = EmbeddingCache(tmp_path_factory.mktemp("vectors"))
    reference = make_reference(small, words, words.encode(small.tasks["task"].tolist()))
    codes, keys = small.tasks["soc_code"].tolist(), small.text_keys.tolist()
    plain = reference.look_up(reference.vectors, codes, keys)
    found = own_evidence(reference, words, cache)
    np.testing.assert_array_equal(found.features.values, plain.features.values)


@pytest.mark.slow
def test_a_task_is_met_by_an_adapter_that_has_not_seen_it(small: Corpus) -> None:
    """Against brute force: similarities to all tasks of other folds, by the fold's own adapter."""
    encoder, cache = WorkEncoder(), EmbeddingCache()
    small = small.select(list(small.rows_of)[::4])
    texts = small.tasks["task"].tolist()
    reference = make_reference(small, encoder, cache.encode(encoder, texts))
    evidence = own_evidence(reference, encoder, cache)
    folds = encoder.adapters.folds_of(small.tasks["soc_code"].tolist())
    for fold in range(encoder.adapters.folds):
        view = encoder.without(fold)
        vectors = cache.encode(view, texts)
        row = int(np.flatnonzero(folds == fold)[3])
        similarity = vectors[folds != fold] @ vectors[row]
        near = np.sort(similarity)[::-1][:5]
        np.testing.assert_allclose(evidence.neighbours.similarity[row, :5], near, atol=1e-5)
        read = view.readout(vectors[[row]])[0]
        names = evidence.features.names
        start = names.index("exposure_human_read")
        np.testing.assert_allclose(
            evidence.features.values[row, start : start + len(read)], read, atol=1e-5
        )


@pytest.mark.slow
def test_a_corpus_that_lies_in_one_fold_is_still_met(small: Corpus) -> None:
    encoder = WorkEncoder()
    codes = list(small.rows_of)
    folds = encoder.adapters.folds_of(codes)
    one = small.select([code for code, fold in zip(codes, folds, strict=True) if fold == 0])
    cache = EmbeddingCache()
    vectors = cache.encode(encoder, one.tasks["task"].tolist())
    evidence = own_evidence(make_reference(one, encoder, vectors), encoder, cache)
    assert not np.isnan(evidence.features.values).any()
