from __future__ import annotations

import numpy as np
import pytest

from engine.corpus.memberships import level_memberships
from engine.model.exposure_level import EXPOSURE_LEVELS, LevelPool
from engine.retrieval.features import FeatureMatrix


def _features(probe: np.ndarray, votes: np.ndarray) -> FeatureMatrix:
    """Features from probabilities of E0, E2, E1 by the probe and by votes, shape (n_tasks, 3)."""
    names = ("exposure_model_at_0.5", "exposure_model_at_1", "E0_vote_20", "E2_vote_20")
    return FeatureMatrix((*names, "E1_vote_20"), np.hstack([probe[:, 1:], votes]))


def test_levels_are_in_the_order_of_their_values() -> None:
    assert EXPOSURE_LEVELS == ("E0", "E2", "E1")


def test_memberships_of_exposure_values_by_hand() -> None:
    values = np.array([[0.0, 1.0], [0.5, np.nan], [0.25, 0.25], [np.nan, np.nan]])
    expected = [[0.5, 0.0, 0.5], [0.0, 1.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 0.0]]
    np.testing.assert_allclose(level_memberships(values), expected)


def test_pool_by_hand() -> None:
    """For two tasks, the probe gives the true level .8 and .2, the neighbors .4 and .6.

    The likelihood (.4 + .4 w)(.6 - .4 w) has its maximum where its derivative .08 - .32 w is zero.
    """
    probe = np.array([[0.8, 0.1, 0.1], [0.4, 0.4, 0.2]])
    votes = np.array([[0.4, 0.3, 0.3], [0.2, 0.2, 0.6]])
    features = _features(probe, votes)
    pool = LevelPool.fit(features, np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))
    assert pool.weights == pytest.approx([0.25, 0.75], abs=1e-6)
    expected = [[0.5, 0.25, 0.25], [0.25, 0.25, 0.5]]
    np.testing.assert_allclose(pool.probabilities(features), expected, atol=1e-6)


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_the_weight_that_generated_the_levels_is_recovered(weight: float) -> None:
    generator = np.random.default_rng(0)
    probe, votes = generator.dirichlet([0.5, 0.5, 0.5], size=(2, 50_000))
    mixture = weight * probe + (1 - weight) * votes
    drawn = (generator.random((50_000, 1)) > np.cumsum(mixture, axis=1)).sum(axis=1)
    pool = LevelPool.fit(_features(probe, votes), np.eye(3)[np.minimum(drawn, 2)])
    assert pool.weights[0] == pytest.approx(weight, abs=0.02)


def test_without_votes_the_probe_decides() -> None:
    probe = np.array([[0.7, 0.2, 0.1]])
    pool = LevelPool(np.array([0.3, 0.7]))
    features = _features(probe, np.zeros((1, 3)))
    np.testing.assert_allclose(pool.probabilities(features), probe)
