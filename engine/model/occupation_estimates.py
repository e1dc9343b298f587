"""Combine the predictions for the tasks of an occupation into estimates for the occupation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.model.predictions import Predictions
from engine.model.risk_model import RiskModel
from engine.records.estimates import Estimate
from engine.records.pooling import ErrorModel, combine_known


def error_models(
    model: RiskModel, confidence: float, soc_code: str | None = None
) -> dict[str, ErrorModel]:
    """Map each measure to how the errors of tasks combine in an occupation.

    Args:
        model: the heads.
        confidence: of the intervals, in (0, 1).
        soc_code: of the occupation, or of one in its major group; None if unknown.
    """
    return {
        name: head.occupations.error_model(confidence, soc_code)
        for name, head in model.measures.items()
    }


def occupation_estimates(
    errors: Mapping[str, ErrorModel],
    predictions: Predictions,
    *,
    shares: np.ndarray,
    share_errors: np.ndarray,
    keys: Sequence[object],
) -> dict[str, Estimate]:
    """Map each measure to Σ share × value over the tasks of an occupation, with its interval.

    A measure without an estimate for half of the time is absent.

    Args:
        errors: as ``error_models`` returns them.
        predictions: for the n tasks.
        shares: time shares that sum to 1, shape (n,).
        share_errors: expected sizes of their errors, shape (n,).
        keys: equal for copies of a task, n of them.
    """
    found = {
        name: combine_known(
            error,
            shares=shares.tolist(),
            values=predictions.values[name].tolist(),
            errors=predictions.scales[name].tolist(),
            share_errors=share_errors.tolist(),
            keys=keys,
        )
        for name, error in errors.items()
        if name in predictions.values
    }
    return {name: estimate for name, estimate in found.items() if estimate is not None}
