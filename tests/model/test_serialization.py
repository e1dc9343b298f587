from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine import RiskEngine
from engine.model import serialization
from engine.model.exposure_level import LevelPool
from engine.model.risk_model import RiskModel

REGRESSION_PARTS = ("coefficients", "intercept", "curve_x", "curve_y")
MEASURE_PARTS = (
    *REGRESSION_PARTS,
    *("error_coefficients", "error_bounds", "task_edges", "task_scores", "task_cells"),
    *("correlation", "occupation_estimates", "occupation_scores", "occupation_edges"),
    "occupation_groups",
)


@pytest.fixture(scope="module", params=["classifier", "pool"])
def models(catalogue: RiskEngine, request: pytest.FixtureRequest) -> Sequence[RiskModel]:
    """The fitted models with either kind of level head; some folds lack a measure."""
    fitted = catalogue._parts.scores.models
    assert len({len(model.measures) for model in fitted}) > 1
    if request.param == "classifier":
        return fitted
    return [replace(model, level=LevelPool(np.array([0.3, 0.7]))) for model in fitted]


@pytest.fixture(scope="module")
def shared(models: Sequence[RiskModel]) -> Sequence[RiskModel]:
    """Models of two folds that have the parts of the final one, but for the head of risk."""
    final, first, second = models[:3]
    return [final, *(final.with_measures(other, ["automation"]) for other in (first, second))]


def _restored(models: Sequence[RiskModel]) -> Sequence[RiskModel]:
    arrays = serialization.to_arrays(models)
    return serialization.from_arrays(arrays, models[0].sources, len(models) - 1)


def _assert_equal(found: RiskModel, expected: RiskModel) -> None:
    arrays, again = (serialization.to_arrays([model]) for model in (expected, found))
    assert again.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(again[name], array, err_msg=name)
    assert type(found.level) is type(expected.level)
    assert found.sources == expected.sources


def test_arrays_restore_all_models_bit_for_bit(models: Sequence[RiskModel]) -> None:
    restored = _restored(models)
    assert len(restored) == len(models) == 6
    for found, expected in zip(restored, models, strict=True):
        _assert_equal(found, expected)
    assert list(restored[0].measures) == list(models[0].measures)


def test_parts_that_models_share_are_stored_once(shared: Sequence[RiskModel]) -> None:
    arrays = serialization.to_arrays(shared)
    for fold in range(2):
        own = {name for name in arrays if name.startswith(f"fold_{fold}.")}
        assert own == {f"fold_{fold}.measure.automation.{part}" for part in MEASURE_PARTS}
    restored = _restored(shared)
    for found, expected in zip(restored, shared, strict=True):
        _assert_equal(found, expected)
    assert restored[1].kernel is restored[0].kernel
    assert restored[1].measures["exposure"] is restored[0].measures["exposure"]


def _names(model: RiskModel) -> set[str]:
    level = ["weights"] if isinstance(model.level, LevelPool) else ["coefficients", "intercepts"]
    return {
        *("nearness", "landmarks", "scope.coefficients", "scope.bounds"),
        *("category.coefficients", "category.intercepts"),
        *(f"level.{part}" for part in level),
        *(f"use.{part}" for part in REGRESSION_PARTS),
        *(f"measure.{name}.{part}" for name in model.measures for part in MEASURE_PARTS),
    }


def test_names_are_those_of_saved_engines(models: Sequence[RiskModel], engine: RiskEngine) -> None:
    """They are a contract: engine folders and heads that ship have these arrays."""
    assert serialization.to_arrays(models[:1]).keys() == _names(models[0])
    folds = {
        f"fold_{fold}.{name}" for fold, model in enumerate(models[1:]) for name in _names(model)
    }
    assert serialization.to_arrays(models).keys() == _names(models[0]) | folds
    # Without observed use, nothing tells what is in use.
    assert not [
        name for name in serialization.to_arrays([engine._parts.model]) if name.startswith("use.")
    ]


@pytest.mark.parametrize(
    "name",
    ["measure.automation.curve_x", "fold_1.measure.exposure.task_cells", "fold_2.landmarks"],
)
def test_a_missing_array_is_named(models: Sequence[RiskModel], name: str) -> None:
    arrays = serialization.to_arrays(models)
    del arrays[name]
    with pytest.raises(KeyError, match=name.rpartition(".")[2]):
        serialization.from_arrays(arrays, models[0].sources, 5)


def test_a_fold_without_arrays_is_rejected(models: Sequence[RiskModel]) -> None:
    arrays = serialization.to_arrays(models)
    with pytest.raises(KeyError, match="the arrays of a fold"):
        serialization.from_arrays(arrays, models[0].sources, 6)
