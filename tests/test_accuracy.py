"""The engine against simple rivals, on occupations that no part of the fit has seen."""

from __future__ import annotations

import numpy as np
import pytest

from engine import Corpus, RiskEngine, evaluation
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
    assert evaluation.coverage(low, high, outcomes) == pytest.approx(0.9, abs=0.04)


def _fifth_held_out(engine: RiskEngine, seed: int) -> HeldOut:
    """A fifth of the occupations, predicted from an engine fitted on the other four fifths."""
    corpus, vectors = engine.corpus, engine._reference.vectors
    codes = np.array(list(corpus.rows_of))
    np.random.default_rng(seed).shuffle(codes)
    kept = corpus.tasks["soc_code"].isin(codes[len(codes) // 5 :]).to_numpy()
    labelled = corpus.tasks["automation"].notna().to_numpy()
    copied = np.isin(corpus.text_keys, corpus.text_keys[kept])
    rows = np.flatnonzero(~kept & labelled & ~copied)
    rest = corpus.select(codes[len(codes) // 5 :])
    return evaluation.predict_from(rest, vectors[kept], corpus, vectors, rows, 0.9)


@pytest.fixture(scope="module")
def starter_held_out(starter_engine: RiskEngine) -> HeldOut:
    return _fifth_held_out(starter_engine, seed=1)


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
def published_held_out(published_engine: RiskEngine) -> tuple[Corpus, HeldOut]:
    return published_engine.corpus, _fifth_held_out(published_engine, seed=3)
