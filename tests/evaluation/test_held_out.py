"""The engine against simple baselines, on occupations that no part of the fit has seen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from engine import Corpus
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import find_encoder
from engine.evaluation import held_out, metrics
from engine.evaluation.baselines import CORPUS_MEAN, NEAREST
from engine.evaluation.held_out import ENGINE, FoldPredictions, HeldOut
from engine.model.predictions import Predictions
from engine.records.pooling import ErrorModel

# By hand ----------------------------------------------------------------------------------------


def _fold(rows: list[int], values: list[float], flagged: list[bool]) -> FoldPredictions:
    """Predictions with intervals of ± .1, each task named after its row."""
    array = np.array(values)
    return FoldPredictions(
        rows=np.array(rows),
        methods={ENGINE: {"automation": array}, CORPUS_MEAN: {"automation": np.full(3, 0.5)}},
        predictions=Predictions(
            values={"automation": array},
            low={"automation": array - 0.1},
            high={"automation": array + 0.1},
            scales={"automation": np.full(3, 0.1)},
            categories=[f"category of {row}" for row in rows],
            levels=["E0", "E2", "E1"],
            novelty=array / 2,
            out_of_scope=np.array(flagged),
            unlike_reference=np.array(flagged),
            top_probability=np.zeros(len(flagged)),
        ),
        errors=lambda _: {"automation": ErrorModel(correlation=1.0, edges=(), reaches=(2.0,))},
        not_work_flagged=np.array(flagged),
    )


@pytest.fixture
def by_hand() -> HeldOut:
    """Two folds: an occupation of three tasks, and two of one and two tasks."""
    first = _fold([4, 1, 0], [0.2, 0.4, 0.6], [True, False, False])
    return HeldOut([first, _fold([2, 3, 5], [0.0, 1.0, 0.5], [True, True, False])])


@pytest.fixture
def corpus(small: Corpus) -> Corpus:
    """Tasks with outcomes by hand; rows 0, 1, 4 are one occupation, row 2 another, 3 and 5 too."""
    tasks = small.tasks.iloc[:6].assign(
        soc_code=[
            "11-1011.00",
            "11-1011.00",
            "13-2011.00",
            "15-1252.00",
            "11-1011.00",
            "15-1252.00",
        ],
        automation=[0.5, 0.5, 0.25, 0.75, 0.25, 0.5],
        exposure_model=[1.0, 0.0, 0.0, 0.5, 0.0, 0.5],
    )
    return Corpus(
        name="by hand",
        tasks=pd.DataFrame(tasks),
        occupations=small.occupations,
        alternate_titles=small.alternate_titles,
    )


def test_folds_are_concatenated(by_hand: HeldOut) -> None:
    assert by_hand.rows.tolist() == [4, 1, 0, 2, 3, 5]
    assert by_hand.methods[ENGINE]["automation"].tolist() == [0.2, 0.4, 0.6, 0.0, 1.0, 0.5]
    assert by_hand.methods[CORPUS_MEAN]["automation"].tolist() == [0.5] * 6
    low, high = by_hand.interval("automation")
    assert low.tolist() == pytest.approx([0.1, 0.3, 0.5, -0.1, 0.9, 0.4])
    assert high.tolist() == pytest.approx([0.3, 0.5, 0.7, 0.1, 1.1, 0.6])
    assert by_hand.categories == [f"category of {row}" for row in (4, 1, 0, 2, 3, 5)]
    assert by_hand.novelty.tolist() == pytest.approx([0.1, 0.2, 0.3, 0.0, 0.5, 0.25])


def test_shares_of_flagged_texts_by_hand(by_hand: HeldOut) -> None:
    assert by_hand.out_of_scope == pytest.approx(3 / 6)
    assert by_hand.not_work_flagged == pytest.approx((1 / 3 + 2 / 3) / 2)


def test_levels_are_compared_with_those_of_the_same_rows(by_hand: HeldOut, corpus: Corpus) -> None:
    # Predicted E0, E2, E1 (0, .5, 1) in each fold; known for rows 4, 1, 0: 0, 0, 1; then 0, .5, .5.
    assert by_hand.levels_right(corpus).tolist() == [True, False, True, True, True, False]


def test_occupation_coverage_by_hand(by_hand: HeldOut, corpus: Corpus) -> None:
    """Errors are fully correlated, so that each occupation has its mean ± 2 × .1.

    Of the first occupation, row 4 takes no time: (.4 + .6) / 2 = .5 is its mean outcome. The
    second has 0 ± .2, which misses .25. In the third, row 3 takes three times as long as row 5:
    .875 ± .2 covers .6875.
    """
    shares = np.array([0.2, 0.2, 1.0, 0.3, 0.0, 0.1])
    assert by_hand.occupation_coverage(corpus, shares, "automation") == pytest.approx(2 / 3)


# Real references --------------------------------------------------------------------------------


def _assert_better_than_baselines(result: HeldOut, corpus: Corpus, measure: str) -> None:
    outcomes = corpus.tasks[measure].to_numpy()[result.rows]
    errors = {
        method: metrics.mean_square_error(measures[measure], outcomes)
        for method, measures in result.methods.items()
    }
    assert errors[ENGINE] < 0.75 * errors[CORPUS_MEAN]
    assert errors[ENGINE] < 0.75 * errors[NEAREST]
    low, high = result.interval(measure)
    assert metrics.coverage(low, high, outcomes) == pytest.approx(0.9, abs=0.04)


def _one_fold(corpus: Corpus) -> HeldOut:
    """Hold out a fifth of the occupations; the static encoder is the fast one."""
    return held_out.cross_validate(
        corpus, find_encoder("static"), EmbeddingCache(), seed=1, confidence=0.9, max_folds=1
    )


@pytest.fixture(scope="module")
def half(starter: Corpus) -> Corpus:
    return starter.select_occupations(list(starter.rows_of)[::2])


@pytest.fixture(scope="module")
def starter_held_out(half: Corpus) -> HeldOut:
    return _one_fold(half)


@pytest.mark.slow
@pytest.mark.parametrize("measure", ["automation", "exposure"])
def test_measures_on_the_starter_reference(
    half: Corpus, starter_held_out: HeldOut, measure: str
) -> None:
    _assert_better_than_baselines(starter_held_out, half, measure)


@pytest.mark.slow
def test_categories_on_the_starter_reference(half: Corpus, starter_held_out: HeldOut) -> None:
    known = half.tasks["category"].to_numpy()[starter_held_out.rows].tolist()
    most_common = max(map(known.count, set(known))) / len(known)
    assert metrics.category_accuracy(starter_held_out.categories, known) > 2 * most_common


@pytest.mark.reliability
@pytest.mark.real_data
@pytest.mark.parametrize("measure", ["automation", "exposure_human", "exposure_model"])
def test_measures_on_the_published_reference(
    published_held_out: tuple[Corpus, HeldOut], measure: str
) -> None:
    corpus, result = published_held_out
    _assert_better_than_baselines(result, corpus, measure)


@pytest.mark.reliability
@pytest.mark.real_data
def test_levels_on_the_published_reference(published_held_out: tuple[Corpus, HeldOut]) -> None:
    """Fewer errors than the level of the nearest task, and than the rounded estimate."""
    corpus, result = published_held_out
    wrong = 1 - result.levels_right(corpus).mean()
    outcomes = corpus.tasks["exposure_model"].to_numpy()[result.rows]
    nearest = result.methods[NEAREST]["exposure_model"]
    estimate = np.round(2 * result.methods[ENGINE]["exposure_model"]) / 2
    assert wrong < np.mean(nearest != outcomes)
    assert wrong < np.mean(estimate != outcomes)


@pytest.fixture(scope="module")
def published_held_out(published_corpus: Corpus) -> tuple[Corpus, HeldOut]:
    """A quarter of the occupations: with fewer, the coverage of the intervals is mostly chance."""
    quarter = published_corpus.select_occupations(list(published_corpus.rows_of)[::4])
    return quarter, _one_fold(quarter)
