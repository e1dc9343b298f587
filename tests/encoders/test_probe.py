from __future__ import annotations

import numpy as np
import pytest

from engine.encoders.probe import LinearProbe

LOG2, LOG3 = np.log(2.0), np.log(3.0)


@pytest.fixture
def probe() -> LinearProbe:
    """Scores of levels depend on the first dimension, those of groups on the second."""
    weight = np.zeros((20, 3))
    weight[1, 0] = LOG2  # exposure_human, second level
    weight[10, 0] = LOG3  # automation, highest level
    weight[11, 1] = LOG3  # first work-activity group
    return LinearProbe(weight, np.zeros(20))


def test_hand_worked_features(probe: LinearProbe) -> None:
    """Odds 1:2:1 of 0, .5 and 1; equal odds; 1:1:1:1:3 of T0 to T4; equal odds of the groups."""
    (features,) = probe(np.array([[1.0, 0.0, 0.0]]))
    named = dict(zip(probe.names, features, strict=True))
    assert named["exposure_human_read"] == pytest.approx(0.5)
    assert named["exposure_human_at_0.5"] == pytest.approx(0.5)
    assert named["exposure_model_read"] == pytest.approx(0.5)
    assert named["automation_read"] == pytest.approx((0.25 + 0.5 + 0.75 + 3) / 7)
    assert named["automation_at_1"] == pytest.approx(3 / 7)
    assert named["4.A.1.a_read"] == pytest.approx(-np.log(9))


def test_groups_are_log_probabilities(probe: LinearProbe) -> None:
    (features,) = probe(np.array([[0.0, 1.0, 0.0]]))
    assert np.exp(features[-9:]).sum() == pytest.approx(1.0)
    assert np.exp(features[-9]) == pytest.approx(3 / 11)


def test_arrays_restore_a_probe(probe: LinearProbe) -> None:
    arrays = probe.to_arrays()
    assert set(arrays) == {"readout.weight", "readout.bias"}  # names in engine folders
    restored = LinearProbe.from_arrays(arrays)
    assert restored is not None
    vectors = np.random.default_rng(0).normal(size=(5, 3))
    np.testing.assert_array_equal(restored(vectors), probe(vectors))
    assert LinearProbe.from_arrays({}) is None
