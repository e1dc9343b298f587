from __future__ import annotations

import numpy as np
import pytest

from engine import Corpus
from engine.evaluation.baselines import (
    CORPUS_MEAN,
    NEAREST,
    Baseline,
    fit_baselines,
    reference_baselines,
)
from engine.retrieval.reference import Evidence, Reference
from tests.conftest import WordEncoder


@pytest.fixture
def reference(small: Corpus, words: WordEncoder) -> Reference:
    return Reference(small, words.encode(small.tasks["task"].tolist()))


@pytest.fixture
def evidence(reference: Reference) -> Evidence:
    return reference.look_up_own()


def test_mean_and_neighbors_equal_brute_force(reference: Reference, evidence: Evidence) -> None:
    methods = reference_baselines(reference, evidence)
    assert list(methods) == [
        *(CORPUS_MEAN, NEAREST),
        *(f"{depth} neighbors, weighted" for depth in (10, 50, 100)),
    ]
    outcomes = reference.corpus.tasks["automation"].to_numpy()
    assert methods[CORPUS_MEAN]["automation"] == pytest.approx(
        np.full(len(outcomes), outcomes.mean())
    )
    rows = evidence.neighbours.rows
    np.testing.assert_allclose(methods[NEAREST]["automation"], outcomes[rows[:, 0]])
    similarity = evidence.neighbours.similarity[7, :10]
    weights = np.exp(similarity / 0.1)
    expected = weights @ outcomes[rows[7, :10]] / weights.sum()
    assert methods["10 neighbors, weighted"]["automation"][7] == pytest.approx(expected)


@pytest.mark.parametrize("on_vectors", [False, True])
def test_a_fitted_baseline_equals_the_regressor(
    reference: Reference, evidence: Evidence, on_vectors: bool
) -> None:
    from sklearn.linear_model import Ridge

    new = evidence[np.array([5, 2, 9])]
    methods = fit_baselines(
        {"ridge": Baseline(Ridge, on_vectors)},
        reference,
        own=evidence,
        evidence=new,
        measures=["automation"],
    )
    train = evidence.vectors if on_vectors else evidence.features.values
    outcomes = reference.corpus.tasks["automation"].to_numpy()
    expected = Ridge().fit(train, outcomes).predict(train[[5, 2, 9]])
    assert methods["ridge"].keys() == {"automation"}
    np.testing.assert_allclose(methods["ridge"]["automation"], expected, rtol=1e-5)
