"""Widen the intervals of texts that another encoder translated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.model.predictions import Predictions
from engine.model.risk_model import RiskModel


def widened(
    model: RiskModel, predictions: Predictions, factors: np.ndarray, confidence: float
) -> Predictions:
    """Return predictions with larger expected errors, and the wider intervals that follow.

    Args:
        model: that predicted.
        predictions: of n tasks.
        factors: on the expected errors, shape (n,), ≥ 1.
        confidence: of the intervals, in (0, 1).
    """
    if (factors == 1).all():
        return predictions
    scales = {name: scale * factors for name, scale in predictions.scales.items()}
    return model.with_intervals(replace(predictions, scales=scales), confidence)
