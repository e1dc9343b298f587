from __future__ import annotations

import numpy as np
import pytest

from engine.model.expected_error import measure_error_predictors
from engine.retrieval.features import FeatureMatrix

NEIGHBOURS = {"exposure_spread": 0.3, "automation_spread": 0.2, "similarity_5": 0.6}
# Human raters: 0 or .5 with even odds. The model: 0 or 1. Automation: .25 for certain.
PROBE = {
    "exposure_human_read": 0.25,
    "exposure_human_at_0.5": 0.5,
    "exposure_human_at_1": 0.0,
    "exposure_model_read": 0.5,
    "exposure_model_at_0.5": 0.0,
    "exposure_model_at_1": 0.5,
    "automation_read": 0.25,
    "automation_at_0.25": 1.0,
    "automation_at_0.5": 0.0,
    "automation_at_0.75": 0.0,
    "automation_at_1": 0.0,
    "exposure_human_deviation": 0.25,
    "exposure_model_deviation": 0.5,
    "automation_deviation": 0.0,
}


def _predictors(measure: str, features: dict[str, float]) -> list[float]:
    matrix = FeatureMatrix(tuple(features), np.array([list(features.values())]))
    (row,) = measure_error_predictors(measure, np.array([0.7]), matrix).tolist()
    return list(row)


def test_predictors_without_a_probe_by_hand() -> None:
    expected = [1, 0.7, 0.49, 0.2, 0.4, 0]
    assert _predictors("automation", NEIGHBOURS) == pytest.approx(expected)


def test_a_measure_without_known_neighbors_gets_the_spread_of_ai_capability() -> None:
    expected = [1, 0.7, 0.49, 0.3, 0.4, 0]
    assert _predictors("exposure_human", NEIGHBOURS) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("measure", "deviation"),
    [
        ("exposure_human", 0.25),
        ("exposure_model", 0.5),
        ("automation", 0.0),
        ("exposure", np.sqrt(0.25**2 + 0.5**2) / 2),  # a mean of two independent ratings
    ],
)
def test_deviation_of_the_probe_by_hand(measure: str, deviation: float) -> None:
    found = _predictors(measure, NEIGHBOURS | PROBE)
    assert found[5] == pytest.approx(deviation, abs=1e-12)
