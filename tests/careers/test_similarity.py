from __future__ import annotations

import logging

import numpy as np
import pytest
from safetensors import safe_open

from engine.careers import similarity
from engine.careers.similarity import (
    SimilarityModel,
    activity_part,
    find,
    part_means,
    spread_evenly,
)
from engine.encoders.minilm import MiniLMEncoder
from tests.careers.hand_worked import profile


def test_an_encoder_without_a_learned_model_is_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    profiles = [profile("A", [[1.0, 0.0]]), profile("B", [[0.0, 1.0]])]
    with caplog.at_level(logging.WARNING, "engine"):
        model = find("an unknown encoder", profiles)
    assert [record.message for record in caplog.records] == [
        "no similarity model was learned for this encoder; careers are compared with fixed weights"
    ]
    assert model.projections == {}
    np.testing.assert_allclose(model.means["tasks"], [0.5, 0.5])


def test_the_learned_model_is_found_for_its_encoder_without_a_warning(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with safe_open(str(similarity.shipped_path()), framework="numpy") as stream:
        fingerprint = stream.metadata()["encoder"]
    with caplog.at_level(logging.WARNING, "engine"):
        model = find(fingerprint, [])
    assert caplog.records == []
    assert set(model.projections) == set(similarity.PARTS)
    assert model.projections["tasks"].shape == (384, 64)


@pytest.mark.slow
def test_the_learned_model_belongs_to_minilm() -> None:
    model = find(MiniLMEncoder().fingerprint, [profile("A", [[1.0, 0.0]])])
    assert model.projections


def test_a_model_is_restored_from_its_arrays() -> None:
    model = SimilarityModel(
        means={"tasks": np.array([0.5, 0.25], np.float32)},
        projections={"activities": np.ones((2, 3), np.float32)},
        activities=("4.A.1.a.1.I01", "4.A.1.a.1.I02"),
        weights={"tasks_mean": 1.5},
        curve=(2.0, -1.0),
    )
    arrays, text = model.to_arrays()
    assert set(arrays) == {"centre.tasks", "projection.activities"}  # names in saved engines
    again = SimilarityModel.from_arrays(arrays, text)
    np.testing.assert_array_equal(again.means["tasks"], model.means["tasks"])
    np.testing.assert_array_equal(again.projections["activities"], model.projections["activities"])
    assert (again.activities, again.weights, again.curve) == (
        model.activities,
        model.weights,
        model.curve,
    )


def test_parts_are_centered_and_unknown_parts_are_zero() -> None:
    profiles = [profile("A", [[1.0, 0.0]]), profile("B", [[0.0, 1.0]])]
    model = SimilarityModel.plain(profiles)
    half = np.sqrt(0.5)
    np.testing.assert_allclose(
        model.part(profiles, "tasks"), [[half, -half], [-half, half]], atol=1e-6
    )
    np.testing.assert_array_equal(model.part(profiles, "names"), np.zeros((2, 2)))
    assert model.project(profiles).shape == (2, 0)


def test_the_mean_of_a_part_that_one_occupation_has_is_zero() -> None:
    assert part_means([profile("A", [[1.0, 0.0]])])["tasks"].tolist() == [0.0, 0.0]


def test_the_score_is_the_weighted_sum_and_the_curve_is_logistic() -> None:
    model = SimilarityModel(
        means={},
        projections={},
        activities=(),
        weights={"tasks_mean": 2.0, "names": 1.0, "job_zone_gap": -0.5},
        curve=(2.0, -1.0),
    )
    signals = {
        "tasks_mean": np.array([0.5, 0.5]),
        "names": np.array([0.25, np.nan]),
        "job_zone_gap": np.array([2.0, np.nan]),
    }
    scores = model.score(np.array([0.25, 0.25]), signals)
    # An unknown name counts as 0, an unknown zone as the mean gap of 1.4.
    np.testing.assert_allclose(scores, [0.25 + 1 + 0.25 - 1, 0.25 + 1 + 0 - 0.7])
    expected = [1 / (1 + np.exp(-(2 * 0.5 - 1))), 1 / (1 + np.exp(-(2 * 0.55 - 1)))]
    np.testing.assert_allclose(model.similarity(scores), expected)


def test_activities_count_by_the_square_root_of_their_time() -> None:
    times = [{"a": 0.64, "b": 0.36, "other": 0.5}, None]
    np.testing.assert_allclose(activity_part(times, ["b", "a"]), [[0.6, 0.8], [0, 0]], atol=1e-6)


def test_names_are_spread_over_the_list() -> None:
    assert spread_evenly(["a", "b"], 3) == ["a", "b"]
    assert spread_evenly([str(n) for n in range(9)], 3) == ["0", "4", "8"]
