from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import RiskEngine
from engine.model import serialization
from engine.model.exposure_level import LevelPool
from engine.model.risk_model import RiskModel


@pytest.fixture(scope="module", params=["classifier", "pool"])
def model(engine: RiskEngine, request: pytest.FixtureRequest) -> RiskModel:
    """A fitted model with either kind of level head."""
    fitted = engine._parts.model
    pool = LevelPool(np.array([0.3, 0.7]))
    return replace(fitted, level=pool) if request.param == "pool" else fitted


def test_arrays_restore_the_model_bit_for_bit(model: RiskModel) -> None:
    arrays = serialization.to_arrays(model)
    restored = serialization.from_arrays(arrays, list(model.measures))
    again = serialization.to_arrays(restored)
    assert list(again) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(again[name], array)
    assert type(restored.level) is type(model.level)
    assert list(restored.measures) == list(model.measures)


def test_names_are_those_of_saved_engines(model: RiskModel) -> None:
    """They are a contract: engine folders and heads that ship have these arrays."""
    parts = (
        *("coefficients", "intercept", "curve_x", "curve_y"),
        *("error_coefficients", "error_bounds", "task_edges", "task_scores", "task_ranges"),
        *("correlation", "occupation_scores"),
    )
    level = ["weights"] if isinstance(model.level, LevelPool) else ["coefficients", "intercepts"]
    expected = {
        *("nearness", "landmarks", "scope.coefficients", "scope.bound"),
        *("category.coefficients", "category.intercepts"),
        *(f"level.{part}" for part in level),
        *(f"measure.{name}.{part}" for name in model.measures for part in parts),
    }
    assert serialization.to_arrays(model).keys() == expected


def test_a_missing_array_is_named(model: RiskModel) -> None:
    arrays = serialization.to_arrays(model)
    del arrays["measure.automation.curve_x"]
    with pytest.raises(KeyError, match="curve_x"):
        serialization.from_arrays(arrays, list(model.measures))
