"""Calibrate predictions, so that they equal outcomes on average."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class CalibrationCurve:
    """A nondecreasing piecewise linear curve from prediction to expected outcome.

    It is a centered isotonic regression (Oron & Flournoy 2017, Statistics in Biopharmaceutical
    Research 9:3). Each flat segment of the isotonic fit shrinks to its weighted center, and lines
    join the centers, so different predictions stay different. Beyond the last centers, lines lead
    to (0, 0) and (1, 1), so the surest predictions reach the ends of the scale.

    Attributes:
        x: predictions at the knots, ascending, shape (n_knots,).
        y: expected outcomes at the knots, ascending, shape (n_knots,).
    """

    x: np.ndarray
    y: np.ndarray

    @classmethod
    def fit(cls, predictions: np.ndarray, outcomes: np.ndarray) -> CalibrationCurve:
        """Fit a curve to predictions that were made without these outcomes.

        Args:
            predictions: shape (n,).
            outcomes: shape (n,), in [0, 1].
        """
        from sklearn.isotonic import IsotonicRegression

        fitted = IsotonicRegression().fit_transform(predictions, outcomes)
        y, segment = np.unique(fitted, return_inverse=True)
        x = np.bincount(segment, weights=predictions) / np.bincount(segment)
        if x[0] > 0:
            x, y = np.insert(x, 0, 0.0), np.insert(y, 0, 0.0)
        if x[-1] < 1:
            x, y = np.append(x, 1.0), np.append(y, 1.0)
        return cls(x, y)

    def __call__(self, predictions: np.ndarray) -> np.ndarray:
        """Return expected outcomes, shape (n,), in [0, 1], of predictions of shape (n,)."""
        return np.clip(np.interp(predictions, self.x, self.y), 0.0, 1.0)
