from __future__ import annotations

import numpy as np
import pytest

from engine.model.occupation_estimates import occupation_estimates
from engine.records.estimates import ErrorModel


def test_estimates_by_hand() -> None:
    # Errors of shares: .03 and .04. Independent, they pool to .05; fully correlated, to .07.
    values = {"exposure": np.array([0.5, 0.25]), "automation": np.array([1.0, 0.5])}
    scales = dict.fromkeys(values, np.array([0.04, 0.16]))
    errors = {"exposure": ErrorModel(0.0, 2.0), "automation": ErrorModel(1.0, 2.0)}
    found = occupation_estimates(errors, values, scales, np.array([0.75, 0.25]))
    exposure, automation = found["exposure"], found["automation"]
    assert exposure.value == pytest.approx(0.4375)
    assert exposure.error == pytest.approx(0.05)
    assert exposure.interval == pytest.approx((0.3375, 0.5375))
    assert automation.value == pytest.approx(0.875)
    assert automation.error == pytest.approx(0.07)
    assert automation.interval == pytest.approx((0.735, 1.0))  # clipped


def test_an_infinite_quantile_gives_the_full_range() -> None:
    one = {"automation": np.array([0.3])}
    found = occupation_estimates({"automation": ErrorModel(0.5, np.inf)}, one, one, np.ones(1))
    assert found["automation"].interval == (0.0, 1.0)
