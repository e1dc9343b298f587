from __future__ import annotations

import numpy as np
import pytest

from scripts.training.fit_careers import PRIMARY_GAIN, SUPPLEMENTAL_GAIN, curve, gains_of


def test_the_first_ten_of_a_list_are_primary() -> None:
    codes = [f"{number:02d}" for number in range(13)]
    gains = gains_of(codes, {"00": [*codes[1:], "unknown"], "unknown": ["01"]})
    assert gains[0].tolist() == [0.0] + [PRIMARY_GAIN] * 10 + [SUPPLEMENTAL_GAIN] * 2
    assert not gains[1:].any()


def test_the_curve_gives_the_share_of_related_pairs() -> None:
    scores = np.repeat([0.0, 1.0], 100)
    related = np.concatenate([np.arange(100) < 20, np.arange(100) < 80])
    slope, intercept = curve(scores, related)
    assert intercept == pytest.approx(np.log(0.2 / 0.8), abs=1e-3)
    assert slope + intercept == pytest.approx(np.log(0.8 / 0.2), abs=1e-3)
