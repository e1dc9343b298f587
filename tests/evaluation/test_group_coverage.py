from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from engine import Corpus
from engine.evaluation.group_coverage import (
    CatalogueEstimates,
    Intervals,
    coverage_by_group,
    outside_evidence,
)
from engine.model.catalogue_scores import CatalogueScores
from engine.model.predictions import Predictions
from engine.model.shown_evidence import ShownEvidence
from engine.records.pooling import ErrorModel

NAN = float("nan")


def test_coverage_by_hand() -> None:
    intervals = Intervals(
        low=np.array([0.1, 0.2, 0.3, 0.0]),
        high=np.array([0.3, 0.4, 0.4, 0.1]),
        rated=np.array([0.3, 0.5, 0.35, 0.2]),
    )
    groups = {"all": np.arange(4), "pair": np.array([0, 2]), "one": np.array([3])}
    found = coverage_by_group(intervals, groups, at_least=2)
    assert set(found) == {"all", "pair"}
    assert (found["all"].count, found["all"].coverage) == (4, 0.5)  # an end belongs to it
    assert found["all"].width == pytest.approx((0.2 + 0.2 + 0.1 + 0.1) / 4)
    assert (found["pair"].count, found["pair"].coverage) == (2, 1.0)


def test_an_empty_group_is_left_out() -> None:
    intervals = Intervals(low=np.zeros(1), high=np.ones(1), rated=np.ones(1))
    assert coverage_by_group(intervals, {"none": np.zeros(0, dtype=int)}) == {}


def test_values_outside_their_evidence() -> None:
    evidence = np.array([[0.1, 0.4, NAN], [0.1, 0.4, 0.2], [NAN, 0.3, NAN], [NAN, NAN, NAN]])
    outside = outside_evidence(np.array([0.4, 0.41, 0.2, 0.9]), evidence)
    assert outside.tolist() == [False, True, True, False]


@pytest.fixture
def corpus() -> Corpus:
    """Two occupations of three and two tasks; the last task of each is not rated."""
    tasks = pd.DataFrame(
        {
            "task_id": list("abcde"),
            "soc_code": ["11-1011.00"] * 3 + ["43-4051.00"] * 2,
            "task": [f"Do thing {number}." for number in range(5)],
            "exposure": np.nan,
            "automation": [0.0, 1.0, NAN, 0.5, NAN],
        }
    )
    titles = pd.DataFrame({"soc_code": ["11-1011.00", "43-4051.00"], "title": ["Chief", "Agent"]})
    return Corpus(name="by hand", tasks=tasks, occupations=titles, alternate_titles=titles[:0])


@pytest.fixture
def scores() -> CatalogueScores:
    values = {"automation": np.array([0.2, 0.6, 0.4, 0.3, 0.7])}
    return CatalogueScores(
        predictions=Predictions(
            values=values,
            scales={"automation": np.array([0.1, 0.2, 0.1, 0.1, 0.1])},
            categories=[""] * 5,
            levels=["E0"] * 5,
            novelty=np.zeros(5),
            out_of_scope=np.zeros(5, dtype=bool),
            unlike_reference=np.zeros(5, dtype=bool),
            top_probability=np.zeros(5),
        ),
        shown=ShownEvidence(
            rows=np.zeros((5, 6), dtype=np.int64),
            similarity=np.zeros((5, 6)),
            means={},
            similar_time=np.full(5, np.nan),
        ),
        fold=np.ones(5, dtype=np.int64),
        models=(),
        shares=np.array([0.5, 0.4, 0.1, 0.6, 0.4]),
        share_errors=np.array([0.1, 0.1, 0.0, 0.0, 0.0]),
    )


ERROR = ErrorModel(correlation=0.0, edges=(), reaches=(2.0,), deviate=3.0)


def test_occupations_by_hand(corpus: Corpus, scores: CatalogueScores) -> None:
    found = CatalogueEstimates.of(corpus, scores, lambda _: ERROR)
    assert found.codes.tolist() == ["11-1011.00", "43-4051.00"]
    assert found.values == pytest.approx([0.5 * 0.2 + 0.4 * 0.6 + 0.1 * 0.4, 0.6 * 0.3 + 0.4 * 0.7])
    # Of the first occupation, 90% of the time is rated; of the second, 60%, which is too little.
    assert found.ratings[0] == pytest.approx(0.4 / 0.9)
    assert np.isnan(found.ratings[1])
    half = 2 * np.hypot(0.6 * 0.1, 0.4 * 0.1)
    assert (found.low[1], found.high[1]) == pytest.approx((0.46 - half, 0.46 + half))


def test_errors_of_time_shares_widen_the_intervals(corpus: Corpus, scores: CatalogueScores) -> None:
    tasks = 2 * np.sqrt(0.05**2 + 0.08**2 + 0.01**2)
    time = 3 * np.hypot(0.1 * (0.2 - 0.38), 0.1 * (0.6 - 0.38))
    alone = CatalogueEstimates.of(corpus, scores, lambda _: ERROR, time_errors=False)
    shown = CatalogueEstimates.of(corpus, scores, lambda _: ERROR)
    assert alone.high[0] - alone.values[0] == pytest.approx(tasks)
    assert shown.high[0] - shown.values[0] == pytest.approx(np.hypot(tasks, time))


def test_only_rated_occupations_are_judged(corpus: Corpus, scores: CatalogueScores) -> None:
    rated = CatalogueEstimates.of(corpus, scores, lambda _: ERROR).rated()
    assert rated.codes.tolist() == ["11-1011.00"]
    assert rated.intervals.rated == pytest.approx([0.4 / 0.9])
    assert rated.intervals.covered.tolist() == [True]
