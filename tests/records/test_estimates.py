from __future__ import annotations

import numpy as np
import pytest

from engine import Estimate
from engine.records.estimates import ErrorModel, pooled_error


@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
def test_the_pooled_error_is_that_of_a_sum_of_correlated_terms(correlation: float) -> None:
    shares, errors = [0.5, 0.3, 0.2], [0.1, 0.4, 0.2]
    weighted = np.multiply(shares, errors)
    correlations = np.full((3, 3), correlation) + (1 - correlation) * np.eye(3)
    expected = np.sqrt(weighted @ correlations @ weighted)
    assert pooled_error(shares, errors, correlation) == pytest.approx(expected)


def test_a_weighted_mean_and_its_interval_by_hand() -> None:
    tasks = [
        Estimate(value=0.8, low=0.0, high=1.0, error=0.1),
        Estimate(value=0.2, low=0.0, high=1.0, error=0.3),
    ]
    mean = ErrorModel(1.0, 2.0).weighted_mean([0.75, 0.25], tasks)
    assert mean.value == pytest.approx(0.65)
    assert mean.error == pytest.approx(0.15)  # .75 × .1 + .25 × .3
    assert mean.interval == pytest.approx((0.35, 0.95))
    assert ErrorModel(1.0, float("inf")).weighted_mean([0.75, 0.25], tasks).interval == (0, 1)
