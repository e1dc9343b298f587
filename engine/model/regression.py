"""Predict a measure of tasks by a calibrated ridge regression.

Calibration and errors come from cross-fitting over occupations. Each task is predicted like a new
one, by a regression without its occupation and without other copies of its text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.model.calibration import CalibrationCurve
from engine.model.folds import cross_folds

PENALTY = 2.0
"""Ridge penalty, chosen to minimize the cross-fitted error on the published reference."""

FEATURE_SCALE = 0.03
"""Standard deviation given to each neighbor feature; all kernel columns together have length 1."""

_MIN_SPREAD = 1e-9


@dataclass(frozen=True)
class Inputs:
    """Inputs of the heads for some tasks.

    Attributes:
        features: neighbor features, shape (n_tasks, n_features).
        kernel: kernel of the tasks with the landmarks, shape (n_tasks, n_landmarks).
    """

    features: np.ndarray
    kernel: np.ndarray

    @cached_property
    def matrix(self) -> np.ndarray:
        """Features and kernel side by side, float64, shape (n_tasks, n_columns)."""
        return np.hstack([self.features, self.kernel]).astype(np.float64)

    def __getitem__(self, rows: np.ndarray) -> Inputs:
        return Inputs(self.features[rows], self.kernel[rows])


@dataclass(frozen=True)
class Design:
    """A linear map from the columns of ``Inputs`` to columns that one penalty suits.

    Attributes:
        center: subtracted from the features, shape (n_features,).
        scale: factor of each centered feature, shape (n_features,); 0 for unused features.
        rotation: of the kernel columns, shape (n_landmarks, n_kept).
    """

    center: np.ndarray
    scale: np.ndarray
    rotation: np.ndarray

    @classmethod
    def fit(cls, inputs: Inputs, rotation: np.ndarray, used: np.ndarray | bool = True) -> Design:
        """Scale features to the spread ``FEATURE_SCALE``, and rotate the kernel.

        Args:
            inputs: of n tasks.
            rotation: of the kernel columns, as ``KernelMap.rotation``.
            used: features to use, bool, shape (n_features,); the others get no coefficient.
        """
        spread = inputs.features.std(axis=0)
        varies = used & (spread > _MIN_SPREAD)
        scale = np.where(varies, FEATURE_SCALE / np.maximum(spread, _MIN_SPREAD), 0.0)
        return cls(inputs.features.mean(axis=0), scale, rotation)

    def apply(self, inputs: Inputs) -> np.ndarray:
        """Return the mapped columns, shape (n_tasks, n_features + n_kept)."""
        return np.hstack(
            [(inputs.features - self.center) * self.scale, inputs.kernel @ self.rotation]
        )

    def to_raw(self, weights: np.ndarray, constants: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Convert a linear model of mapped columns to one of ``Inputs.matrix``.

        Args:
            weights: shape (n_features + n_kept, n_outputs).
            constants: shape (n_outputs,).

        Returns:
            Coefficients, shape (n_columns, n_outputs), and intercepts, shape (n_outputs,).
        """
        count = len(self.center)
        features = weights[:count] * self.scale[:, None]
        kernel = self.rotation @ weights[count:]
        return np.vstack([features, kernel]), constants - self.center @ features


@dataclass(frozen=True)
class RegressionHead:
    """A calibrated linear regression of one measure.

    Attributes:
        coefficients: of the columns of ``Inputs.matrix``, shape (n_columns,).
        intercept: constant term.
        curve: from the linear prediction to the expected outcome.
    """

    coefficients: np.ndarray
    intercept: float
    curve: CalibrationCurve

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Return expected outcomes, shape (n_tasks,), in [0, 1]."""
        return self.curve(inputs.matrix @ self.coefficients + self.intercept)


def fit_regression(
    inputs: Inputs,
    rotation: np.ndarray,
    outcomes: np.ndarray,
    *,
    groups: np.ndarray,
    keys: np.ndarray,
    used: np.ndarray | bool = True,
) -> tuple[RegressionHead, np.ndarray]:
    """Fit a head to known outcomes.

    Args:
        inputs: of n tasks with known outcomes.
        rotation: of the kernel columns, as ``KernelMap.rotation``.
        outcomes: shape (n,), in [0, 1].
        groups: occupation of each task, shape (n,).
        keys: text key of each task, shape (n,).
        used: features to use, bool, shape (n_features,).

    Returns:
        The head, and calibrated cross-fitted predictions, shape (n,), in [0, 1].

    Raises:
        EngineError: if the tasks belong to fewer than two occupations.
    """
    from sklearn.linear_model import Ridge

    folds = list(cross_folds(groups, keys))
    design = Design.fit(inputs, rotation, used)
    matrix = design.apply(inputs)
    cross_fitted = np.zeros(len(outcomes))
    for train, held_out in folds:
        ridge = Ridge(alpha=PENALTY).fit(matrix[train], outcomes[train])
        cross_fitted[held_out] = ridge.predict(matrix[held_out])
    ridge = Ridge(alpha=PENALTY).fit(matrix, outcomes)
    coefficients, intercept = design.to_raw(ridge.coef_[:, None], np.array([ridge.intercept_]))
    calibrated = np.zeros(len(outcomes))
    for train, held_out in folds:
        curve = CalibrationCurve.fit(cross_fitted[train], outcomes[train])
        calibrated[held_out] = curve(cross_fitted[held_out])
    curve = CalibrationCurve.fit(cross_fitted, outcomes)
    return RegressionHead(coefficients[:, 0], float(intercept[0]), curve), calibrated
