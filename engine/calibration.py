"""The calibrated regressor: a ridge regression whose predictions are made true on average.

Everything is fitted by cross-fitting over occupations: a task is predicted by a regression that has
seen neither its occupation nor another copy of its text, which is what a new task meets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.errors import EngineError

FOLDS = 5
SEED = 20_240_501

# Strength of the ridge penalty, and scale of the embedding against the neighbour features (a
# smaller scale penalises the embedding more). Chosen among these by cross-fitted squared error.
_PENALTIES = (30.0, 100.0, 300.0, 1_000.0, 3_000.0)
_EMBEDDING_SCALES = (0.1, 0.3, 1.0)


@dataclass(frozen=True)
class Inputs:
    """What heads are fitted on and predict from.

    Attributes:
        features: neighbour features, shape (n_tasks, n_features).
        vectors: unit vectors of the tasks, shape (n_tasks, n_dimensions).
    """

    features: np.ndarray
    vectors: np.ndarray

    def matrix(self) -> np.ndarray:
        """Features and vectors side by side, float64."""
        return np.hstack([self.features, self.vectors]).astype(np.float64)

    def __getitem__(self, rows: np.ndarray) -> Inputs:
        return Inputs(self.features[rows], self.vectors[rows])


@dataclass(frozen=True)
class Scaling:
    """Centre and scale of each column of ``Inputs.matrix``, shape (n_columns,)."""

    centre: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, inputs: Inputs, embedding_scale: float) -> Scaling:
        """Features to unit variance; all dimensions of the embedding by one factor."""
        matrix = inputs.matrix()
        n_features = inputs.features.shape[1]
        spread = matrix[:, :n_features].std(axis=0)
        features = 1.0 / np.where(spread > 1e-9, spread, np.inf)  # a constant column says nothing
        n_dimensions = inputs.vectors.shape[1]
        embedding = np.full(n_dimensions, embedding_scale * np.sqrt(n_dimensions))
        return cls(matrix.mean(axis=0), np.concatenate([features, embedding]))

    def apply(self, inputs: Inputs) -> np.ndarray:
        return (inputs.matrix() - self.centre) * self.scale


def cross_folds(
    groups: np.ndarray, keys: np.ndarray, seed: int = SEED
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
    splitter = GroupKFold(n_splits=min(FOLDS, count), shuffle=True, random_state=seed)
    for train, held_out in splitter.split(groups, groups=groups):
        yield train[~np.isin(keys[train], keys[held_out])], held_out


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
        return self.curve(inputs.matrix() @ self.coefficients + self.intercept)


def fit_regression(
    inputs: Inputs, outcomes: np.ndarray, groups: np.ndarray, keys: np.ndarray
) -> tuple[RegressionHead, np.ndarray]:
    """Fit a head to known outcomes.

    Args:
        inputs: of n tasks whose outcome is known.
        outcomes: shape (n,), in [0, 1].
        groups: occupation of each, shape (n,).
        keys: text key of each, shape (n,).

    Returns:
        the head, and cross-fitted calibrated predictions, shape (n,), in [0, 1].
    """
    from sklearn.linear_model import Ridge

    folds = list(cross_folds(groups, keys))
    best: tuple[float, float, float, np.ndarray] | None = None
    for embedding_scale in _EMBEDDING_SCALES:
        design = Scaling.of(inputs, embedding_scale).apply(inputs)
        predictions = np.zeros((len(_PENALTIES), len(outcomes)))
        for train, held_out in folds:
            predictions[:, held_out] = _ridge_path(design[train], outcomes[train], design[held_out])
        errors = np.mean((predictions - outcomes) ** 2, axis=1)
        choice = int(np.argmin(errors))
        if best is None or errors[choice] < best[0]:
            best = (errors[choice], embedding_scale, _PENALTIES[choice], predictions[choice])
    assert best is not None
    _, embedding_scale, penalty, cross_fitted = best
    scaling = Scaling.of(inputs, embedding_scale)
    ridge = Ridge(alpha=penalty).fit(scaling.apply(inputs), outcomes)
    coefficients = ridge.coef_ * scaling.scale
    intercept = float(ridge.intercept_ - scaling.centre @ coefficients)
    calibrated = np.zeros(len(outcomes))
    for train, held_out in folds:
        curve = CalibrationCurve.fit(cross_fitted[train], outcomes[train])
        calibrated[held_out] = curve(cross_fitted[held_out])
    head = RegressionHead(coefficients, intercept, CalibrationCurve.fit(cross_fitted, outcomes))
    return head, calibrated


def _ridge_path(train: np.ndarray, outcomes: np.ndarray, held_out: np.ndarray) -> np.ndarray:
    """Ridge predictions for every penalty, shape (n_penalties, n_held_out)."""
    centre, mean = train.mean(axis=0), outcomes.mean()
    centred = train - centre
    values, basis = np.linalg.eigh(centred.T @ centred)
    projected = basis.T @ (centred.T @ (outcomes - mean))
    rotated = (held_out - centre) @ basis
    shrunk = projected / (np.maximum(values, 0.0) + np.array(_PENALTIES)[:, None])
    return shrunk @ rotated.T + mean
