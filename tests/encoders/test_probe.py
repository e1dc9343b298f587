from __future__ import annotations

import numpy as np
import pytest

from engine.encoders.probe import Readout

LOG2, LOG3 = np.log(2.0), np.log(3.0)


@pytest.fixture
def readout() -> Readout:
    """Scores of levels from the first dimension alone; categories from the second."""
    weight = np.zeros((20, 3))
    weight[1, 0] = LOG2  # exposure_human, second level
    weight[10, 0] = LOG3  # automation, highest level
    weight[11, 1] = LOG3  # first work-activity group
    return Readout(weight, np.zeros(20))


def test_hand_worked_readings(readout: Readout) -> None:
    """Odds 1:2:1 over 0, .5, 1; all alike; 1:1:1:1:3 over T0 … T4; 1 : 1 : … : 1 over groups."""
    (read,) = readout(np.array([[1.0, 0.0, 0.0]]))
    named = dict(zip(readout.names, read, strict=True))
    assert named["exposure_human_read"] == pytest.approx(0.5)
    assert named["exposure_human_at_0.5"] == pytest.approx(0.5)
    assert named["exposure_model_read"] == pytest.approx(0.5)
    assert named["automation_read"] == pytest.approx((0.25 + 0.5 + 0.75 + 3) / 7)
    assert named["automation_at_1"] == pytest.approx(3 / 7)
    assert named["4.A.1.a_read"] == pytest.approx(-np.log(9))


def test_categories_are_log_probabilities(readout: Readout) -> None:
    (read,) = readout(np.array([[0.0, 1.0, 0.0]]))
    assert np.exp(read[-9:]).sum() == pytest.approx(1.0)
    assert np.exp(read[-9]) == pytest.approx(3 / 11)


def test_it_comes_back_from_arrays(readout: Readout) -> None:
    again = Readout.from_arrays(readout.to_arrays())
    assert again is not None
    vectors = np.random.default_rng(0).normal(size=(5, 3))
    np.testing.assert_array_equal(again(vectors), readout(vectors))
    assert Readout.from_arrays({}) is None
