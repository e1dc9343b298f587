"""The calibrated regressor: a ridge regression whose predictions are made true on average.

Everything is fitted by cross-fitting over occupations: a task is predicted by a regression that has
seen neither its occupation nor another copy of its text, which is what a new task meets.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.model.calibration import CalibrationCurve
from engine.model.folds import cross_folds

PENALTY = 2.0
"""Ridge penalty: where cross-fitted errors of the published reference are least."""

FEATURE_SCALE = 0.03
"""Spread given to each neighbour feature; the kernel's feature map has unit length in all."""


@dataclass(frozen=True)
class Inputs:
    """What heads are fitted on and predict from.

    Attributes:
        features: neighbour features, shape (n_tasks, n_features).
        kernel: kernel of the tasks with the landmarks, shape (n_tasks, n_landmarks).
    """

    features: np.ndarray
    kernel: np.ndarray

    @cached_property
    def matrix(self) -> np.ndarray:
        """Features and kernel side by side, float64; made once for all heads."""
        return np.hstack([self.features, self.kernel]).astype(np.float64)

    def __getitem__(self, rows: np.ndarray) -> Inputs:
        return Inputs(self.features[rows], self.kernel[rows])


@dataclass(frozen=True)
class Design:
    """A linear map from the raw columns of ``Inputs`` to those that a penalty treats alike.

    Attributes:
        centre: subtracted from the features, shape (n_features,).
        scale: then multiplied with them, shape (n_features,).
        rotation: of the kernel columns, shape (n_landmarks, n_kept).
    """

    centre: np.ndarray
    scale: np.ndarray
    rotation: np.ndarray

    @classmethod
    def of(cls, inputs: Inputs, rotation: np.ndarray, used: np.ndarray | bool = True) -> Design:
        """Features to a spread of ``FEATURE_SCALE``, the kernel to its feature map.

        ``used`` says which features count, shape (n_features,); the others get no coefficient.
        """
        spread = inputs.features.std(axis=0)
        says_something = used & (spread > 1e-9)
        scale = np.where(says_something, FEATURE_SCALE / np.maximum(spread, 1e-9), 0.0)
        return cls(inputs.features.mean(axis=0), scale, rotation)

    def apply(self, inputs: Inputs) -> np.ndarray:
        """Designed columns, shape (n_tasks, n_features + n_kept)."""
        return np.hstack(
            [(inputs.features - self.centre) * self.scale, inputs.kernel @ self.rotation]
        )

    def on_raw(self, weights: np.ndarray, constants: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coefficients on designed columns as coefficients and constants on raw ones.

        Args:
            weights: shape (n_features + n_kept, n_outputs).
            constants: shape (n_outputs,).
        """
        count = len(self.centre)
        features = weights[:count] * self.scale[:, None]
        kernel = self.rotation @ weights[count:]
        return np.vstack([features, kernel]), constants - self.centre @ features


@dataclass(frozen=True)
class RegressionHead:
    """A calibrated linear regression for one measure.

    Attributes:
        coefficients: on the raw columns of ``Inputs.matrix``, shape (n_columns,).
        intercept: constant term.
        curve: from the linear prediction to the expected outcome.
    """

    coefficients: np.ndarray
    intercept: float
    curve: CalibrationCurve

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Expected outcome, shape (n_tasks,), in [0, 1]."""
        return self.curve(inputs.matrix @ self.coefficients + self.intercept)


def fit_regression(
    inputs: Inputs,
    rotation: np.ndarray,
    outcomes: np.ndarray,
    groups: np.ndarray,
    keys: np.ndarray,
    used: np.ndarray | bool = True,
) -> tuple[RegressionHead, np.ndarray]:
    """Fit a head to known outcomes.

    Args:
        inputs: of n tasks whose outcome is known.
        rotation: of the kernel columns, as ``KernelMap.rotation``.
        outcomes: shape (n,), in [0, 1].
        groups: occupation of each, shape (n,).
        keys: text key of each, shape (n,).
        used: which of the features it may use, shape (n_features,); all by default.

    Returns:
        the head, and cross-fitted calibrated predictions, shape (n,), in [0, 1].
    """
    from sklearn.linear_model import Ridge

    folds = list(cross_folds(groups, keys))
    design = Design.of(inputs, rotation, used)
    matrix = design.apply(inputs)
    cross_fitted = np.zeros(len(outcomes))
    for train, held_out in folds:
        part = Ridge(alpha=PENALTY).fit(matrix[train], outcomes[train])
        cross_fitted[held_out] = part.predict(matrix[held_out])
    ridge = Ridge(alpha=PENALTY).fit(matrix, outcomes)
    coefficients, intercept = design.on_raw(ridge.coef_[:, None], np.array([ridge.intercept_]))
    calibrated = np.zeros(len(outcomes))
    for train, held_out in folds:
        curve = CalibrationCurve.fit(cross_fitted[train], outcomes[train])
        calibrated[held_out] = curve(cross_fitted[held_out])
    curve = CalibrationCurve.fit(cross_fitted, outcomes)
    return RegressionHead(coefficients[:, 0], float(intercept[0]), curve), calibrated
