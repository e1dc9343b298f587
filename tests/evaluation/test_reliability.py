from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from engine.evaluation.reliability import equal_parts, reliability


def test_parts_have_equal_numbers_and_rising_estimates() -> None:
    parts = equal_parts(np.array([0.4, 0.1, 0.3, 0.2]), 2)
    assert [part.tolist() for part in parts] == [[1, 3], [2, 0]]


def test_the_interval_by_hand() -> None:
    """Mean .5; the sums of two occupations' errors are +.5 and -.5, so half is z × √.5 / 4."""
    outcomes = np.array([0.75, 0.75, 0.25, 0.25])
    estimates = np.array([0.1, 0.2, 0.3, 0.4])
    (found,) = reliability(estimates, outcomes, [1, 1, 2, 2], confidence=0.5, count=1)
    half = NormalDist().inv_cdf(0.75) * math.sqrt(0.5) / 4
    assert (found.estimate, found.outcome, found.count) == (0.25, 0.5, 4)
    assert (found.low, found.high) == pytest.approx((0.5 - half, 0.5 + half))


def test_copies_of_an_occupation_do_not_narrow_the_interval() -> None:
    """Ten equal tasks of each occupation tell as much as one."""
    outcomes = np.array([0.2, 0.4, 0.6, 0.8])
    one = reliability(outcomes, outcomes, [0, 1, 2, 3], confidence=0.9, count=1)[0]
    ten = reliability(
        np.repeat(outcomes, 10),
        np.repeat(outcomes, 10),
        np.repeat(range(4), 10).tolist(),
        confidence=0.9,
        count=1,
    )[0]
    assert (ten.low, ten.high) == pytest.approx((one.low, one.high))
