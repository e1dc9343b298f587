"""Combine the predictions for the tasks of an occupation into estimates for the occupation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.model.risk_model import RiskModel
from engine.records.estimates import ErrorModel, Estimate


@dataclass(frozen=True)
class CatalogueScores:
    """Predictions for all tasks of the catalog, and their time shares.

    Attributes:
        values: measure -> expected outcome, shape (n_tasks,), in [0, 1].
        scales: measure -> expected absolute error, shape (n_tasks,), > 0.
        shares: time share of each task in its occupation, shape (n_tasks,).
    """

    values: Mapping[str, np.ndarray]
    scales: Mapping[str, np.ndarray]
    shares: np.ndarray


def error_models(model: RiskModel, confidence: float) -> dict[str, ErrorModel]:
    """Map each measure to how the errors of tasks combine in an occupation."""
    return {name: head.occupations.error_model(confidence) for name, head in model.measures.items()}


def occupation_estimates(
    errors: Mapping[str, ErrorModel],
    values: Mapping[str, np.ndarray],
    scales: Mapping[str, np.ndarray],
    shares: np.ndarray,
) -> dict[str, Estimate]:
    """Map each measure to Σ share × value over the tasks of an occupation, with its interval.

    Args:
        errors: as ``error_models`` returns them.
        values: measure -> expected outcome, shape (n_tasks,), in [0, 1].
        scales: measure -> expected absolute error, shape (n_tasks,).
        shares: time shares that sum to 1, shape (n_tasks,).
    """
    return {
        name: error.combine(shares.tolist(), values[name].tolist(), scales[name].tolist())
        for name, error in errors.items()
    }
