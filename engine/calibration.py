"""The calibrated regressor: a ridge regression whose predictions are made true on average.

Everything is fitted by cross-fitting over occupations: a task is predicted by a regression that has
seen neither its occupation nor another copy of its text, which is what a new task meets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.errors import EngineError
from engine.text import is_among

FOLDS = 5
SEED = 20_240_501

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


def cross_folds(
    groups: np.ndarray, keys: np.ndarray, seed: int = SEED, folds: int = FOLDS
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """(training rows, held-out rows): groups whole, and no text on both sides.

    Args:
        groups: occupation of each row, shape (n,).
        keys: text key of each row, shape (n,).

    Raises:
        EngineError: if there are fewer than two groups.
    """
    from sklearn.model_selection import GroupKFold

    count = len(np.unique(groups))
    if count < 2:
        raise EngineError(
            f"outcomes are known for {count} occupation: expected two or more, as every estimate "
            "is checked on occupations left out; add occupations to the reference"
        )
    splitter = GroupKFold(n_splits=min(folds, count), shuffle=True, random_state=seed)
    for train, held_out in splitter.split(groups, groups=groups):
        yield train[~is_among(keys[train], keys[held_out])], held_out


@dataclass(frozen=True)
class CalibrationCurve:
    """A rising curve through ``knots``; constant beyond them.

    Centred isotonic regression (Oron & Flournoy 2017): each flat stretch of an isotonic fit is
    drawn together in its weighted centre and the centres are joined by lines, so that different
    predictions stay different.
    """

    x: np.ndarray
    y: np.ndarray

    @classmethod
    def fit(cls, predictions: np.ndarray, outcomes: np.ndarray) -> CalibrationCurve:
        """The curve from predictions made without seeing ``outcomes`` (both shape (n,))."""
        from sklearn.isotonic import IsotonicRegression

        fitted = IsotonicRegression().fit_transform(predictions, outcomes)
        y, stretch = np.unique(fitted, return_inverse=True)
        x = np.bincount(stretch, weights=predictions) / np.bincount(stretch)
        return cls(x, y)

    def __call__(self, predictions: np.ndarray) -> np.ndarray:
        return np.clip(np.interp(predictions, self.x, self.y), 0.0, 1.0)


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
