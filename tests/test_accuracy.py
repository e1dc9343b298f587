"""The engine against simple rivals, on occupations that no part of the fit has seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine import Corpus, RiskEngine, evaluation
from engine.encoder import EmbeddingCache, SentenceTransformerEncoder
from engine.evaluation import CORPUS_MEAN, ENGINE, NEAREST, HeldOut


def _beats_rivals(held_out: HeldOut, corpus: Corpus, measure: str) -> None:
    outcomes = corpus.tasks[measure].to_numpy()[held_out.rows]
    errors = {
        method: evaluation.mean_square_error(measures[measure], outcomes)
        for method, measures in held_out.methods.items()
    }
    assert errors[ENGINE] < 0.75 * errors[CORPUS_MEAN]
    assert errors[ENGINE] < 0.75 * errors[NEAREST]
    low, high = held_out.interval(measure)
    assert evaluation.coverage(low, high, outcomes) == pytest.approx(0.9, abs=0.03)


@pytest.fixture(scope="module")
def starter_held_out(starter: Corpus, starter_engine: RiskEngine) -> HeldOut:
    return evaluation.cross_validate(
        starter, starter_engine._reference.vectors, seed=1, confidence=0.9
    )


@pytest.mark.slow
@pytest.mark.parametrize("measure", ["automation", "exposure"])
def test_on_the_starter_reference(starter: Corpus, starter_held_out: HeldOut, measure: str) -> None:
    _beats_rivals(starter_held_out, starter, measure)


@pytest.mark.slow
def test_categories_on_the_starter_reference(starter: Corpus, starter_held_out: HeldOut) -> None:
    known = starter.tasks["category"].to_numpy()[starter_held_out.rows].tolist()
    most_common = max(map(known.count, set(known))) / len(known)
    assert evaluation.category_accuracy(starter_held_out.categories, known) > 2 * most_common


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.parametrize("measure", ["automation", "exposure_human", "exposure_model"])
def test_on_the_published_reference(
    published_held_out: tuple[Corpus, HeldOut], measure: str
) -> None:
    corpus, held_out = published_held_out
    _beats_rivals(held_out, corpus, measure)


@pytest.fixture(scope="module")
def published_held_out(published_engine: RiskEngine, data_dir: Path) -> tuple[Corpus, HeldOut]:
    """A fifth of the occupations, predicted from the other four fifths."""
    corpus = published_engine.corpus
    codes = np.array(list(corpus.rows_of))
    np.random.default_rng(3).shuffle(codes)
    held_out, kept = set(codes[::5]), corpus.select(set(codes) - set(codes[::5]))
    rows = np.flatnonzero(
        corpus.tasks["soc_code"].isin(held_out) & corpus.tasks["automation"].notna()
    )
    fresh = rows[~np.isin(corpus.text_keys[rows], kept.text_keys)]
    vectors = EmbeddingCache().encode(SentenceTransformerEncoder(), kept.tasks["task"].tolist())
    target = published_engine._reference.vectors
    return corpus, evaluation.predict_from(kept, vectors, corpus, target, fresh, 0.9)
