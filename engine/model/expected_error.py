"""Predictors of the expected absolute error of an estimate, which sets the width of its interval.

The expected error is linear in these predictors; ``conformal.TaskIntervals`` fits and clips it.
"""

from __future__ import annotations

import numpy as np

from engine.records import rubric
from engine.retrieval.features import DEPTHS, FeatureMatrix

SIMILARITY = f"similarity_{DEPTHS[0]}"
"""Feature of how similar the nearest reference tasks are."""

BREVITY_ERRORS = (0.09, 0.035, 0.015, 0.01)
"""Expected error that a text of one, two, three or four words adds: it leaves open what is done.

Measured on left-out tasks cut short, by ``scripts/benchmark.py rewordings``.
"""


def error_predictors(
    *,
    predictions: np.ndarray,
    spread: np.ndarray,
    similarity: np.ndarray,
    deviation: np.ndarray,
) -> np.ndarray:
    """Return the predictors: 1, p, p², spread, 1 − similarity, deviation; shape (n, 6).

    Args:
        predictions: p, of the measure, in [0, 1], shape (n,); errors are smallest near 0 and 1.
        spread: standard deviation of the neighbors' outcomes, shape (n,).
        similarity: mean similarity of the nearest neighbors, shape (n,).
        deviation: standard deviation of the probe's distribution over levels, shape (n,); 0 if the
            encoder has no probe.
    """
    ones = np.ones_like(predictions)
    return np.column_stack([ones, predictions, predictions**2, spread, 1.0 - similarity, deviation])


def brevity_errors(words: np.ndarray) -> np.ndarray:
    """Return the expected error that brevity adds, in [0, 1], shape (n,).

    Args:
        words: number of words of each text, shape (n,); 0 if unknown.
    """
    table = np.array([0.0, *BREVITY_ERRORS, 0.0])
    return table[np.minimum(words, len(table) - 1)]


def measure_error_predictors(
    measure: str, predictions: np.ndarray, features: FeatureMatrix
) -> np.ndarray:
    """Return the predictors for predictions of a measure, shape (n_tasks, 6).

    If the neighbors have no outcomes of the measure, the spread of AI capability stands in.
    """
    has_spread = f"{measure}_spread" in features.names
    source = measure if has_spread else rubric.CAPABILITY_MEASURE
    return error_predictors(
        predictions=predictions,
        spread=features.column(f"{source}_spread"),
        similarity=features.column(SIMILARITY),
        deviation=_probe_deviation(measure, features),
    )


def _probe_deviation(measure: str, features: FeatureMatrix) -> np.ndarray:
    """Return the standard deviation of the probe's distribution over levels, shape (n_tasks,)."""
    if measure == rubric.CAPABILITY_MEASURE:  # a mean of independent ratings
        raters = [_probe_deviation(rater, features) for rater in rubric.EXPOSURE_RATERS]
        return np.sqrt(np.sum(np.square(raters), axis=0)) / len(raters)
    name = f"{measure}_deviation"
    return features.column(name) if name in features.names else np.zeros(len(features.values))
