from __future__ import annotations

import numpy as np
import pytest

from engine.model.calibration import CalibrationCurve


def test_curve_by_hand() -> None:
    # Isotonic: .2, then the violators .6 and .4 pool to .5, centered between 2 and 3, then .9.
    curve = CalibrationCurve.fit(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0.2, 0.6, 0.4, 0.9]))
    assert curve.x.tolist() == [1.0, 2.5, 4.0]
    assert curve.y.tolist() == pytest.approx([0.2, 0.5, 0.9])
    assert curve(np.array([0.0, 1.75, 2.5, 9.0])).tolist() == pytest.approx([0.2, 0.35, 0.5, 0.9])


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
