from __future__ import annotations

import numpy as np
import pytest

from engine.model.calibration import CalibrationCurve


def test_curve_by_hand() -> None:
    # Isotonic: .3, then the violators .6 and .4 pool to .5, centered between .3 and .5, then .9.
    curve = CalibrationCurve.fit(np.array([0.2, 0.3, 0.5, 0.8]), np.array([0.3, 0.6, 0.4, 0.9]))
    assert curve.x.tolist() == pytest.approx([0.0, 0.2, 0.4, 0.8, 1.0])
    assert curve.y.tolist() == pytest.approx([0.0, 0.3, 0.5, 0.9, 1.0])
    predictions, expected = [0.1, 0.3, 0.4, 0.9], [0.15, 0.4, 0.5, 0.95]
    assert curve(np.array(predictions)).tolist() == pytest.approx(expected)


def test_predictions_beyond_the_ends_of_the_scale_get_its_ends() -> None:
    curve = CalibrationCurve.fit(np.array([0.4, 0.6]), np.array([0.5, 0.5]))
    predictions = np.array([-0.5, 0.0, 0.5, 1.0, 1.5])
    assert curve(predictions).tolist() == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])
    # Predictions that reach the ends are calibrated there too.
    full = CalibrationCurve.fit(np.array([0.0, 1.0]), np.array([0.1, 0.8]))
    assert full(predictions).tolist() == pytest.approx([0.1, 0.1, 0.45, 0.8, 0.8])


def test_calibration_undoes_a_distortion() -> None:
    generator = np.random.default_rng(2)
    truth = generator.random(4_000)
    outcomes = (generator.random(4_000) < truth).astype(float)
    distorted = 0.3 + 0.2 * truth**3
    curve = CalibrationCurve.fit(distorted[:2_000], outcomes[:2_000])
    calibrated, rest = curve(distorted[2_000:]), outcomes[2_000:]
    best = np.mean((truth[2_000:] - rest) ** 2)
    assert np.mean((calibrated - rest) ** 2) < np.mean((distorted[2_000:] - rest) ** 2)
    assert np.mean((calibrated - rest) ** 2) == pytest.approx(best, abs=0.005)
