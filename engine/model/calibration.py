"""TODO."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


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
