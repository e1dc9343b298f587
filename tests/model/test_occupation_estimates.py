from __future__ import annotations

import numpy as np
import pytest

from engine.model.occupation_estimates import occupation_estimates
from engine.model.predictions import Predictions
from engine.records.estimates import Estimate
from engine.records.pooling import ErrorModel


def _estimates(
    errors: dict[str, ErrorModel],
    values: dict[str, list[float]],
    scales: list[float],
    shares: list[float],
    *,
    share_errors: list[float] | None = None,
    keys: list[str] | None = None,
) -> dict[str, Estimate]:
    count = len(shares)
    predictions = Predictions(
        values={name: np.array(column) for name, column in values.items()},
        scales={name: np.array(scales) for name in values},
        categories=["Administering"] * count,
        levels=["E0"] * count,
        novelty=np.zeros(count),
        out_of_scope=np.zeros(count, dtype=bool),
        unlike_reference=np.zeros(count, dtype=bool),
        top_probability=np.zeros(count),
    )
    return occupation_estimates(
        errors,
        predictions,
        shares=np.array(shares),
        share_errors=np.zeros(count) if share_errors is None else np.array(share_errors),
        keys=[str(row) for row in range(count)] if keys is None else keys,
    )


def _model(correlation: float, *reaches: float, deviate: float = 0.0) -> ErrorModel:
    edges = tuple(place / len(reaches) for place in range(1, len(reaches)))
    return ErrorModel(correlation=correlation, edges=edges, reaches=reaches, deviate=deviate)


def test_estimates_by_hand() -> None:
    # Errors of shares: .03 and .04. Independent, they pool to .05; fully correlated, to .07.
    errors = {"exposure": _model(0.0, 2.0), "automation": _model(1.0, 2.0)}
    values = {"exposure": [0.5, 0.25], "automation": [1.0, 0.5]}
    found = _estimates(errors, values, [0.04, 0.16], [0.75, 0.25])
    exposure, automation = found["exposure"], found["automation"]
    assert exposure.value == pytest.approx(0.4375)
    assert exposure.error == pytest.approx(0.05)
    assert exposure.interval == pytest.approx((0.3375, 0.5375))
    assert automation.value == pytest.approx(0.875)
    assert automation.error == pytest.approx(0.07)
    assert automation.interval == pytest.approx((0.735, 1.0))  # clipped


def test_the_estimate_chooses_the_quantile() -> None:
    """Below one half, it is two pooled errors; from there on, one."""
    errors = {"exposure": _model(0.0, 2.0, 1.0), "automation": _model(0.0, 2.0, 1.0)}
    values = {"exposure": [0.49], "automation": [0.5]}
    found = _estimates(errors, values, [0.1], [1.0])
    assert found["exposure"].interval == pytest.approx((0.29, 0.69))
    assert found["automation"].interval == pytest.approx((0.4, 0.6))


def test_errors_of_time_shares_widen_the_interval() -> None:
    """By hand: the values lie .25 from their mean, so the error of time is √2 × .2 × .25.

    Twice that is .1 × √2. The interval of the tasks is ± .1 × √2 too, so together they make ± .2.
    """
    values = {"automation": [0.25, 0.75]}
    model = {"automation": _model(0.0, 1.0, deviate=2.0)}
    found = _estimates(model, values, [0.2, 0.2], [0.5, 0.5], share_errors=[0.2, 0.2])
    assert found["automation"].interval == pytest.approx((0.3, 0.7))
    certain = _estimates(model, values, [0.2, 0.2], [0.5, 0.5])
    half = 0.1 * np.sqrt(2)
    assert certain["automation"].interval == pytest.approx((0.5 - half, 0.5 + half))


def test_copies_have_one_error() -> None:
    model = {"automation": _model(0.0, 1.0)}
    values, scales, shares = {"automation": [0.5] * 3}, [0.1] * 3, [0.25, 0.25, 0.5]
    apart = _estimates(model, values, scales, shares)["automation"]
    copies = _estimates(model, values, scales, shares, keys=["a", "a", "b"])["automation"]
    assert apart.error == pytest.approx(0.1 * np.sqrt(0.375))
    assert copies.error == pytest.approx(0.1 * np.sqrt(0.5))


@pytest.mark.parametrize(("time", "expected"), [(0.49, None), (0.5, 0.6)])
def test_a_measure_needs_an_estimate_for_half_of_the_time(
    time: float, expected: float | None
) -> None:
    errors = {"automation": _model(0.0, 1.0), "observed_automation": _model(0.0, 1.0)}
    values = {"automation": [0.2, 0.4], "observed_automation": [0.6, np.nan]}
    found = _estimates(errors, values, [0.1, 0.1], [time, 1 - time])
    use = found.get("observed_automation")
    assert (None if use is None else use.value) == expected
    if use is not None:  # that of the tasks with an estimate alone
        assert use.error == pytest.approx(0.1)
    assert found["automation"].value == pytest.approx(0.4 - 0.2 * time)


def test_a_measure_that_no_task_has_is_absent() -> None:
    errors = {"automation": _model(0.0, 1.0), "rare": _model(0.0, 1.0)}
    assert _estimates(errors, {"automation": [0.3]}, [0.1], [1.0]).keys() == {"automation"}


def test_an_infinite_quantile_gives_the_full_range() -> None:
    found = _estimates({"automation": _model(0.5, np.inf)}, {"automation": [0.3]}, [0.1], [1.0])
    assert found["automation"].interval == (0.0, 1.0)
