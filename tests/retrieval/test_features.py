from __future__ import annotations

import numpy as np
import pytest

from engine.retrieval.features import (
    NEIGHBOURS,
    TEMPERATURE,
    FeatureExtractor,
    MaskedValues,
    weighted_mean,
    weighted_mean_and_support,
)
from engine.retrieval.index import NO_NEIGHBOUR, Neighbours


def _neighbours(similarity: list[float], rows: list[int]) -> Neighbours:
    filler = NEIGHBOURS - len(rows)
    return Neighbours(
        np.array([similarity + [-1.0] * filler]), np.array([rows + [NO_NEIGHBOUR] * filler])
    )


def test_weighted_mean_by_hand() -> None:
    # Weights 1, e^-1, and none for the third, whose value is unknown.
    neighbours = _neighbours([0.9, 0.9 - TEMPERATURE, 0.7], [2, 0, 1])
    values = MaskedValues.from_nan(np.array([[0.0], [np.nan], [1.0]]), 0.5)
    expected = 1 / (1 + np.exp(-1))
    assert weighted_mean(neighbours, values, 20)[0, 0] == pytest.approx(expected)
    assert weighted_mean(neighbours, values, 1)[0, 0] == 1.0


def test_support_is_the_known_part_of_the_weights() -> None:
    neighbours = _neighbours([0.9, 0.9 - TEMPERATURE, 0.9 - TEMPERATURE], [2, 0, 1])
    values = MaskedValues.from_nan(np.array([[0.5, 0.5], [np.nan, 0.5], [np.nan, 0.5]]), 0.3)
    one = np.exp(-1)
    means, support = weighted_mean_and_support(neighbours, values, 20)
    assert means.tolist() == [pytest.approx([0.5, 0.5])]
    assert support.tolist() == [pytest.approx([one / (1 + 2 * one), 1.0])]
    means, support = weighted_mean_and_support(neighbours, values, 1)
    assert (means.tolist(), support.tolist()) == ([[0.3, 0.5]], [[0.0, 1.0]])
    means, support = weighted_mean_and_support(_neighbours([], []), values, 20)
    assert (means.tolist(), support.tolist()) == ([[0.3, 0.3]], [[0.0, 0.0]])


def test_prior_fills_in_where_no_neighbor_has_a_value() -> None:
    unknown = MaskedValues.from_nan(np.array([[np.nan]]), 0.3)
    assert weighted_mean(_neighbours([0.9], [0]), unknown, 5)[0, 0] == 0.3
    known = MaskedValues.from_nan(np.array([[1.0]]), 0.3)
    assert weighted_mean(_neighbours([], []), known, 5)[0, 0] == 0.3


def test_stacked_values_average_as_the_single_ones() -> None:
    generator = np.random.default_rng(0)
    first, second = generator.random((2, 30, 2))
    first[::3] = np.nan
    parts = [MaskedValues.from_nan(first, 0.1), MaskedValues.from_nan(second, 0.2)]
    neighbours = _neighbours(sorted(generator.random(20), reverse=True), list(range(20)))
    expected = np.hstack([weighted_mean(neighbours, part, 20) for part in parts])
    found = weighted_mean(neighbours, MaskedValues.hstack(parts), 20)
    np.testing.assert_allclose(found, expected)


def test_features_by_hand() -> None:
    neighbours = _neighbours([0.8, 0.8, 0.8, 0.8], [0, 1, 2, 3])
    extractor = FeatureExtractor(
        measures=["automation", "rare"],
        outcomes=np.array([[0.0, 0.7], [0.0, np.nan], [1.0, np.nan], [1.0, np.nan]]),
        prior=np.array([0.5, 0.7]),
        groups=["here", "there"],
        memberships=np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [np.nan, np.nan]]),
    )
    features = extractor.features(neighbours)
    assert features.column("automation_mean_5") == pytest.approx([0.5])
    assert features.column("automation_spread") == pytest.approx([0.5])
    assert features.column("automation_support") == pytest.approx([1.0])
    assert features.column("rare_mean_20") == pytest.approx([0.7])
    assert features.column("rare_support") == pytest.approx([0.25])
    assert features.column("similarity_1") == pytest.approx([0.8])
    assert features.column("similarity_5") == pytest.approx([(4 * 0.8 - 1) / 5])
    assert features.column("here_vote_20") == pytest.approx([2 / 3])
    assert features.column("there_vote_100") == pytest.approx([1 / 3])
    assert not np.isnan(features.values).any()
    assert features.names == (
        *(f"{name}_mean_{depth}" for depth in (5, 20, 100) for name in ("automation", "rare")),
        *("automation_spread", "rare_spread", "automation_support", "rare_support"),
        *(f"similarity_{depth}" for depth in (1, 5, 20, 100)),
        *(f"{group}_vote_{depth}" for depth in (20, 100) for group in ("here", "there")),
    )
