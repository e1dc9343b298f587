"""Convert the heads of an engine to named arrays and back, bit for bit.

The names are part of the format of engine folders and of the heads that ship.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from engine.model.calibration import CalibrationCurve
from engine.model.classifier import ClassHead
from engine.model.conformal import OccupationIntervals, TaskIntervals
from engine.model.exposure_level import LevelHead, LevelPool
from engine.model.nystroem import KernelMap
from engine.model.out_of_scope import ScopeHead
from engine.model.regression import RegressionHead
from engine.model.risk_model import MeasureHead, RiskModel
from engine.records.measures import Source


def to_arrays(models: Sequence[RiskModel]) -> dict[str, np.ndarray]:
    """Return models as named arrays for ``from_arrays``.

    Args:
        models: the final model, then those that lack a fold. Of these, the parts that are not
            those of the final model are stored.
    """
    final, *folds = models
    arrays = _model_arrays(final)
    for number, model in enumerate(folds):
        shared = {id(part) for part in _parts(final).values()}
        own = {name: part for name, part in _parts(model).items() if id(part) not in shared}
        for name, part in own.items():
            arrays |= {f"fold_{number}.{key}": array for key, array in _arrays(name, part).items()}
    return arrays


def from_arrays(
    arrays: Mapping[str, np.ndarray], sources: Mapping[str, Source], folds: int
) -> tuple[RiskModel, ...]:
    """Restore models from named arrays.

    Args:
        arrays: as ``to_arrays`` returned them.
        sources: measures, and where their outcomes come from.
        folds: number of models besides the final one.

    Raises:
        KeyError: if an array is missing.
    """
    final = _model(arrays, sources)
    models = [final]
    for number in range(folds):
        prefix = f"fold_{number}."
        own = {
            name.removeprefix(prefix): array
            for name, array in arrays.items()
            if name.startswith(prefix)
        }
        models.append(_restored(final, own))
    return tuple(models)


def _parts(model: RiskModel) -> dict[str, Any]:
    """Name of each part of a model -> the part."""
    return {
        "nearness": model.reference_similarity,
        "landmarks": model.kernel,
        "scope": model.scope,
        "category": model.category,
        "level": model.level,
        **({} if model.use is None else {"use": model.use}),
        **{f"measure.{name}": head for name, head in model.measures.items()},
    }


def _model_arrays(model: RiskModel) -> dict[str, np.ndarray]:
    return {
        key: array
        for name, part in _parts(model).items()
        for key, array in _arrays(name, part).items()
    }


def _arrays(name: str, part: Any) -> dict[str, np.ndarray]:
    """Name of each array of a part -> the array."""
    match part:
        case np.ndarray():
            return {name: part}
        case KernelMap():
            return {name: part.landmarks}
        case ScopeHead():
            bounds = np.array([part.threshold, part.min_similarity])
            return {f"{name}.coefficients": part.coefficients, f"{name}.bounds": bounds}
        case RegressionHead():
            return {f"{name}.{key}": array for key, array in _regression_arrays(part).items()}
        case MeasureHead():
            return {f"{name}.{key}": array for key, array in _measure_arrays(part).items()}
        case _:
            return {f"{name}.{key}": array for key, array in part.to_arrays().items()}


def _restored(final: RiskModel, own: Mapping[str, np.ndarray]) -> RiskModel:
    """Return a model whose parts are those of the final model, except for its own arrays."""
    names = {
        name.removeprefix("measure.").rpartition(".")[0] for name in own if name[:8] == "measure."
    }
    if not own:
        raise KeyError("the arrays of a fold")
    if any(not name.startswith("measure.") for name in own):
        return _model(own, {name: final.sources[name] for name in sorted(names)})
    heads = {name: _measure_head(_under(f"measure.{name}.", own)) for name in names}
    return replace(final, measures={**final.measures, **heads})


def _under(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {
        key.removeprefix(prefix): array for key, array in arrays.items() if key.startswith(prefix)
    }


def _model(arrays: Mapping[str, np.ndarray], sources: Mapping[str, Source]) -> RiskModel:
    level: LevelHead
    if "level.weights" in arrays:
        level = LevelPool(arrays["level.weights"])
    else:
        level = ClassHead(arrays["level.coefficients"], arrays["level.intercepts"])
    return RiskModel(
        kernel=KernelMap(arrays["landmarks"]),
        measures={name: _measure_head(_under(f"measure.{name}.", arrays)) for name in sources},
        category=ClassHead(arrays["category.coefficients"], arrays["category.intercepts"]),
        level=level,
        reference_similarity=arrays["nearness"],
        scope=_scope_head(_under("scope.", arrays)),
        sources=sources,
        use=_regression_head(_under("use.", arrays)) if "use.intercept" in arrays else None,
    )


def _scope_head(arrays: Mapping[str, np.ndarray]) -> ScopeHead:
    threshold, min_similarity = arrays["bounds"].tolist()
    return ScopeHead(
        coefficients=arrays["coefficients"], threshold=threshold, min_similarity=min_similarity
    )


def _measure_arrays(head: MeasureHead) -> dict[str, np.ndarray]:
    return {
        **_regression_arrays(head.regression),
        "error_coefficients": head.tasks.coefficients,
        "error_bounds": head.tasks.bounds,
        "task_edges": head.tasks.edges,
        "task_scores": head.tasks.scores,
        "task_cells": head.tasks.cells,
        "correlation": np.array([head.occupations.correlation]),
        "occupation_estimates": head.occupations.estimates,
        "occupation_scores": head.occupations.scores,
        "occupation_edges": head.occupations.edges,
        "occupation_groups": head.occupations.groups,
    }


def _regression_arrays(head: RegressionHead) -> dict[str, np.ndarray]:
    return {
        "coefficients": head.coefficients,
        "intercept": np.array([head.intercept]),
        "curve_x": head.curve.x,
        "curve_y": head.curve.y,
    }


def _regression_head(arrays: Mapping[str, np.ndarray]) -> RegressionHead:
    curve = CalibrationCurve(arrays["curve_x"], arrays["curve_y"])
    return RegressionHead(arrays["coefficients"], float(arrays["intercept"][0]), curve)


def _measure_head(arrays: Mapping[str, np.ndarray]) -> MeasureHead:
    return MeasureHead(
        _regression_head(arrays),
        TaskIntervals(
            coefficients=arrays["error_coefficients"],
            bounds=arrays["error_bounds"],
            edges=arrays["task_edges"],
            scores=arrays["task_scores"],
            cells=arrays["task_cells"],
        ),
        OccupationIntervals(
            correlation=float(arrays["correlation"][0]),
            estimates=arrays["occupation_estimates"],
            scores=arrays["occupation_scores"],
            edges=arrays["occupation_edges"],
            groups=arrays["occupation_groups"],
        ),
    )
