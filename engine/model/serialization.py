"""Convert the heads of an engine to named arrays and back, bit for bit.

The names are part of the format of engine folders and of the heads that ship.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from engine.model.calibration import CalibrationCurve
from engine.model.classifier import ClassHead
from engine.model.conformal import OccupationIntervals, TaskIntervals
from engine.model.exposure_level import LevelHead, LevelPool
from engine.model.nystroem import KernelMap
from engine.model.out_of_scope import OutOfScopeHead
from engine.model.regression import RegressionHead
from engine.model.risk_model import MeasureHead, RiskModel


def to_arrays(model: RiskModel) -> dict[str, np.ndarray]:
    """Return the heads as named arrays for ``from_arrays``."""
    arrays = {"nearness": model.reference_similarity, "landmarks": model.kernel.landmarks}
    arrays["scope.coefficients"] = model.out_of_scope.coefficients
    arrays["scope.bound"] = np.array([model.out_of_scope.threshold])
    for name, head in (("category", model.category), ("level", model.level)):
        arrays |= {f"{name}.{key}": array for key, array in head.to_arrays().items()}
    for name, measure in model.measures.items():
        arrays |= {f"measure.{name}.{key}": a for key, a in _measure_arrays(measure).items()}
    return arrays


def from_arrays(arrays: Mapping[str, np.ndarray], measures: Iterable[str]) -> RiskModel:
    """Restore the heads of the named measures from named arrays.

    Raises:
        KeyError: if an array is missing.
    """

    def measure_head(name: str) -> MeasureHead:
        prefix = f"measure.{name}."
        return _measure_head(
            {key.removeprefix(prefix): a for key, a in arrays.items() if key.startswith(prefix)}
        )

    level: LevelHead
    if "level.weights" in arrays:
        level = LevelPool(arrays["level.weights"])
    else:
        level = ClassHead(arrays["level.coefficients"], arrays["level.intercepts"])
    return RiskModel(
        kernel=KernelMap(arrays["landmarks"]),
        measures={name: measure_head(name) for name in measures},
        category=ClassHead(arrays["category.coefficients"], arrays["category.intercepts"]),
        level=level,
        reference_similarity=arrays["nearness"],
        out_of_scope=OutOfScopeHead(arrays["scope.coefficients"], float(arrays["scope.bound"][0])),
    )


def _measure_arrays(head: MeasureHead) -> dict[str, np.ndarray]:
    return {
        "coefficients": head.regression.coefficients,
        "intercept": np.array([head.regression.intercept]),
        "curve_x": head.regression.curve.x,
        "curve_y": head.regression.curve.y,
        "error_coefficients": head.tasks.coefficients,
        "error_bounds": head.tasks.bounds,
        "task_edges": head.tasks.edges,
        "task_scores": head.tasks.scores,
        "task_ranges": head.tasks.bins,
        "correlation": np.array([head.occupations.correlation]),
        "occupation_scores": head.occupations.scores,
    }


def _measure_head(arrays: Mapping[str, np.ndarray]) -> MeasureHead:
    curve = CalibrationCurve(arrays["curve_x"], arrays["curve_y"])
    return MeasureHead(
        RegressionHead(arrays["coefficients"], float(arrays["intercept"][0]), curve),
        TaskIntervals(
            coefficients=arrays["error_coefficients"],
            bounds=arrays["error_bounds"],
            edges=arrays["task_edges"],
            scores=arrays["task_scores"],
            bins=arrays["task_ranges"],
        ),
        OccupationIntervals(float(arrays["correlation"][0]), arrays["occupation_scores"]),
    )
