from __future__ import annotations

import numpy as np
import pytest

from engine.retrieval.features import (
    NEIGHBOURS,
    TEMPERATURE,
    KnownValues,
    ReferenceValues,
    weighted_mean,
)
from engine.retrieval.index import NOBODY, Neighbours


def _neighbours(similarity: list[float], rows: list[int]) -> Neighbours:
    filler = NEIGHBOURS - len(rows)
    return Neighbours(
        np.array([similarity + [-1.0] * filler]), np.array([rows + [NOBODY] * filler])
    )


def test_a_weighted_mean_by_hand() -> None:
    # Weights 1, e^-1, and nothing for the third, whose value is unknown.
    neighbours = _neighbours([0.9, 0.9 - TEMPERATURE, 0.7], [2, 0, 1])
    values = KnownValues.of(np.array([[0.0], [np.nan], [1.0]]), 0.5)
    expected = 1 / (1 + np.exp(-1))
    assert weighted_mean(neighbours, values, 20)[0, 0] == pytest.approx(expected)
    assert weighted_mean(neighbours, values, 1)[0, 0] == 1.0


def test_where_nothing_is_known_the_prior_stands() -> None:
    neighbours = _neighbours([0.9], [0])
    assert weighted_mean(neighbours, KnownValues.of(np.array([[np.nan]]), 0.3), 5)[0, 0] == 0.3
    nobody = _neighbours([], [])
    assert weighted_mean(nobody, KnownValues.of(np.array([[1.0]]), 0.3), 5)[0, 0] == 0.3


def test_features_by_hand() -> None:
    neighbours = _neighbours([0.8, 0.8, 0.8, 0.8], [0, 1, 2, 3])
    outcomes = np.array([[0.0], [0.0], [1.0], [1.0]])
    groups = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [np.nan, np.nan]])
    values = ReferenceValues(["automation"], outcomes, np.array([0.5]), ["here", "there"], groups)
    features = values.features(neighbours)
    assert features.column("automation_mean_5") == pytest.approx([0.5])
    assert features.column("automation_spread") == pytest.approx([0.5])
    assert features.column("similarity_1") == pytest.approx([0.8])
    assert features.column("similarity_5") == pytest.approx([(4 * 0.8 - 1) / 5])
    assert features.column("here_vote_20") == pytest.approx([2 / 3])
    assert features.column("there_vote_100") == pytest.approx([1 / 3])
    assert not np.isnan(features.values).any()
