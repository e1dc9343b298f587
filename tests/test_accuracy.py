"""The engine against simple rivals, on occupations that no part of the fit has seen."""

from __future__ import annotations

import pytest

from engine import Corpus, RiskEngine, evaluation, metrics
from engine.encoder import EmbeddingCache
from engine.encoders import find_encoder
from engine.evaluation import CORPUS_MEAN, ENGINE, NEAREST, HeldOut


def _beats_rivals(held_out: HeldOut, corpus: Corpus, measure: str) -> None:
    outcomes = corpus.tasks[measure].to_numpy()[held_out.rows]
    errors = {
        method: metrics.mean_square_error(measures[measure], outcomes)
        for method, measures in held_out.methods.items()
    }
    assert errors[ENGINE] < 0.75 * errors[CORPUS_MEAN]
    assert errors[ENGINE] < 0.75 * errors[NEAREST]
    low, high = held_out.interval(measure)
    assert metrics.coverage(low, high, outcomes) == pytest.approx(0.9, abs=0.04)


def _left_out(corpus: Corpus) -> HeldOut:
    """A fifth of the occupations, predicted by an engine fitted on the others, quickly encoded."""
    return evaluation.cross_validate(
        corpus,
        find_encoder("static"),
        EmbeddingCache(),
        seed=1,
        confidence=0.9,
        parts_at_most=1,
    )


@pytest.fixture(scope="module")
def half(starter: Corpus) -> Corpus:
    return starter.select(list(starter.rows_of)[::2])


@pytest.fixture(scope="module")
def starter_held_out(half: Corpus) -> HeldOut:
    return _left_out(half)


@pytest.mark.slow
@pytest.mark.parametrize("measure", ["automation", "exposure"])
def test_on_the_starter_reference(half: Corpus, starter_held_out: HeldOut, measure: str) -> None:
    _beats_rivals(starter_held_out, half, measure)


@pytest.mark.slow
def test_categories_on_the_starter_reference(half: Corpus, starter_held_out: HeldOut) -> None:
    known = half.tasks["category"].to_numpy()[starter_held_out.rows].tolist()
    most_common = max(map(known.count, set(known))) / len(known)
    assert metrics.category_accuracy(starter_held_out.categories, known) > 2 * most_common


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
    return published_engine.corpus, _left_out(published_engine.corpus)
