from __future__ import annotations

import math

import numpy as np
import pytest

from engine import Estimate
from engine.records.pooling import (
    MIN_ESTIMATED_TIME,
    ErrorModel,
    Part,
    combine_known,
    pooled_error,
    time_error,
)

CORRELATIONS = [0.0, 0.3, 1.0]
TWO = (Part(share=0.75, value=0.8, error=0.1), Part(share=0.25, value=0.2, error=0.3))


def _model(reach: float = 2.0, *, correlation: float = 1.0, deviate: float = 0.0) -> ErrorModel:
    return ErrorModel(correlation=correlation, edges=(), reaches=(reach,), deviate=deviate)


@pytest.mark.parametrize("correlation", CORRELATIONS)
def test_the_pooled_error_is_that_of_a_sum_of_correlated_terms(correlation: float) -> None:
    shares, errors = [0.5, 0.3, 0.2], [0.1, 0.4, 0.2]
    weighted = np.multiply(shares, errors)
    correlations = np.full((3, 3), correlation) + (1 - correlation) * np.eye(3)
    expected = np.sqrt(weighted @ correlations @ weighted)
    parts = [Part(share=s, value=0.5, error=e) for s, e in zip(shares, errors, strict=True)]
    assert pooled_error(parts, correlation) == pytest.approx(expected)


def test_a_weighted_mean_and_its_interval_by_hand() -> None:
    mean = _model().combine(TWO)
    assert mean.value == pytest.approx(0.65)
    assert mean.error == pytest.approx(0.15)  # .75 × .1 + .25 × .3
    assert mean.interval == pytest.approx((0.35, 0.95))


def test_an_interval_stays_within_0_and_1() -> None:
    assert _model(float("inf")).combine(TWO).interval == (0, 1)
    assert _model(3.0).combine(TWO).interval == pytest.approx((0.2, 1.0))


@pytest.mark.parametrize("correlation", CORRELATIONS)
@pytest.mark.parametrize("copies", [2, 7])
def test_copies_of_a_task_do_not_narrow_the_interval(correlation: float, copies: int) -> None:
    model = _model(correlation=correlation)
    other = Part(share=0.4, value=0.2, error=0.3, key="other")
    once = [Part(share=0.6, value=0.8, error=0.2, key="task"), other]
    often = [Part(share=0.6 / copies, value=0.8, error=0.2, key="task")] * copies
    expected, found = model.combine(once), model.combine([*often, other])
    assert (found.value, found.error) == pytest.approx((expected.value, expected.error))
    assert found.interval == pytest.approx(expected.interval)


def test_independent_tasks_do_narrow_the_interval() -> None:
    parts = [Part(share=0.25, value=0.5, error=0.2)] * 4  # no key: four different tasks
    assert pooled_error(parts, 0.0) == pytest.approx(0.1)
    assert pooled_error(parts, 1.0) == pytest.approx(0.2)


def test_the_time_error_by_hand() -> None:
    parts = [
        Part(share=0.75, value=0.8, error=0.0, share_error=0.1),
        Part(share=0.25, value=0.2, error=0.0, share_error=0.2),
    ]
    # Around .65: .1 × .15 and .2 × −.45
    assert time_error(parts, 0.65) == pytest.approx(math.hypot(0.015, 0.09))


def test_time_does_not_matter_among_equal_tasks() -> None:
    parts = [Part(share=0.5, value=0.3, error=0.0, share_error=0.4)] * 2
    assert time_error(parts, 0.3) == 0
    assert _model(deviate=1.6).combine(parts).interval == pytest.approx((0.3, 0.3))


def test_errors_of_estimates_and_of_time_shares_are_independent() -> None:
    spread = 0.2 / math.sqrt(2)
    parts = [Part(share=0.5, value=value, error=0.03, share_error=spread) for value in (0.4, 0.6)]
    assert time_error(parts, 0.5) == pytest.approx(0.02)
    # Estimates reach 1 × .03, and time shares 2 × .02: together .05.
    found = _model(1.0, deviate=2.0).combine(parts)
    assert found.interval == pytest.approx((0.45, 0.55))
    assert found.error == pytest.approx(0.03)  # of the estimates alone


@pytest.mark.parametrize(
    ("value", "reach"), [(0.2, 1.0), (0.25, 2.0), (0.49, 2.0), (0.5, 3.0), (0.9, 3.0)]
)
def test_each_range_of_the_estimate_has_its_reach(value: float, reach: float) -> None:
    model = ErrorModel(correlation=0.0, edges=(0.25, 0.5), reaches=(1.0, 2.0, 3.0))
    found = model.combine([Part(share=1.0, value=value, error=0.01)])
    assert found.interval == pytest.approx((value - 0.01 * reach, value + 0.01 * reach))


def _known(shares: list[float], values: list[float | None]) -> Estimate | None:
    count = len(shares)
    return combine_known(
        _model(1.0, correlation=0.0, deviate=1.0),
        shares=shares,
        values=values,
        errors=[0.1] * count,
        share_errors=[0.2 * share for share in shares],
        keys=list(range(count)),
    )


@pytest.mark.parametrize("unknown", [None, float("nan")])
def test_tasks_without_an_estimate_are_left_out(unknown: float | None) -> None:
    found, others = _known([0.6, 0.2, 0.2], [0.5, unknown, 0.9]), _known([0.75, 0.25], [0.5, 0.9])
    assert found is not None
    assert others is not None
    assert found.interval == pytest.approx(others.interval)
    assert found.value == pytest.approx(0.6)
    assert found.error == pytest.approx(0.1 * math.hypot(0.75, 0.25))


def test_an_estimate_for_less_than_half_of_the_time_is_none() -> None:
    assert MIN_ESTIMATED_TIME == 0.5
    half = _known([0.5, 0.5], [0.25, None])
    assert half is not None
    assert half.value == 0.25
    assert _known([0.49, 0.51], [0.25, None]) is None
    assert _known([0.5, 0.5], [None, None]) is None
