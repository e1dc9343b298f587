from __future__ import annotations

import numpy as np
import pytest

from engine import RiskEngine
from engine.careers.occupation_index import OccupationIndex
from engine.careers.similarity import Profile, SimilarityModel
from tests.careers.hand_worked import profile


def test_nearest_of_each_is_nearest_of_the_occupation_itself(engine: RiskEngine) -> None:
    index = engine._careers.occupations
    for row, found in enumerate(index.nearest_of_each(20)):
        expected = index.nearest(index.profiles[row], 20, without=row)
        assert row not in found.rows
        np.testing.assert_array_equal(found.rows, expected.rows)
        np.testing.assert_allclose(found.similarity, expected.similarity, atol=1e-6)
        np.testing.assert_allclose(found.carries_over, expected.carries_over, atol=1e-6)


def test_signals_by_hand() -> None:
    profiles = [
        profile("A", [[1.0, 0.0]], job_zone=2),
        profile("B", [[0.0, 1.0]], job_zone=5),
        profile("C", [[1.0, 0.0], [0.6, 0.8]]),
    ]
    index = OccupationIndex(profiles, SimilarityModel.plain(profiles))
    query = Profile(
        texts=["x", "y"],
        vectors=np.array([[1.0, 0.0], [0.0, 1.0]]),
        shares=np.array([0.75, 0.25]),
        job_zone=3,
    )
    signals = index.signals(query, np.arange(3))
    # For each of the query's tasks the best cosine there, weighted by the query's time shares.
    assert signals["tasks_there"] == pytest.approx([0.75, 0.25, 0.75 * 1.0 + 0.25 * 0.8])
    # For each task there the best cosine among the query's, weighted by the time shares there.
    assert signals["tasks_here"] == pytest.approx([1.0, 1.0, 0.5 * 1.0 + 0.5 * 0.8])
    np.testing.assert_array_equal(signals["job_zone_gap"], [1, 2, np.nan])
    assert np.isnan(signals["names"]).all()
    mean = np.mean([[1.0, 0.0], [0.0, 1.0], [0.8, 0.4]], axis=0)
    own, there = np.array([0.75, 0.25]) - mean, np.array([1.0, 0.0]) - mean
    cosine = own @ there / np.linalg.norm(own) / np.linalg.norm(there)
    assert signals["tasks_mean"][0] == pytest.approx(cosine, abs=1e-6)
