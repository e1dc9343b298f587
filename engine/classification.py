"""Which class a task most likely belongs to: its work-activity group, its exposure level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine import taxonomy
from engine.calibration import Design, Inputs

EXPOSURE_LEVELS = tuple(sorted(taxonomy.EXPOSURE_LEVELS, key=taxonomy.EXPOSURE_LEVELS.__getitem__))
"""Exposure levels by rising value: E0, E2, E1."""

_INVERSE_PENALTY = 16.0


@dataclass(frozen=True)
class ClassHead:
    """Multinomial logistic regression on the raw columns of ``Inputs.matrix``.

    Attributes:
        coefficients: shape (n_columns, n_classes).
        intercepts: shape (n_classes,); -inf for a class that no reference task has.
    """

    coefficients: np.ndarray
    intercepts: np.ndarray

    def probabilities(self, inputs: Inputs) -> np.ndarray:
        """Probability of each class, shape (n_tasks, n_classes); rows sum to 1."""
        scores = inputs.matrix @ self.coefficients + self.intercepts
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        return odds / odds.sum(axis=1, keepdims=True)


def fit_classes(inputs: Inputs, rotation: np.ndarray, memberships: np.ndarray) -> ClassHead:
    """Fit to tasks that may belong to several classes in part.

    Args:
        inputs: of n tasks.
        rotation: of the kernel columns, as ``KernelMap.rotation``.
        memberships: shape (n, n_classes), ≥ 0; a row of zeros is unknown and left out.
    """
    from sklearn.linear_model import LogisticRegression

    design = Design.of(inputs, rotation)
    tasks, classes = np.nonzero(memberships)
    n_columns = inputs.features.shape[1] + inputs.kernel.shape[1]
    n_classes = memberships.shape[1]
    coefficients = np.zeros((n_columns, n_classes))
    intercepts = np.full(n_classes, -np.inf)
    present = np.unique(classes)
    if len(present) < 2:  # nothing to tell apart
        intercepts[present if len(present) else slice(None)] = 0.0
        return ClassHead(coefficients, intercepts)
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=300, tol=1e-3)
    model.fit(design.apply(inputs)[tasks], classes, sample_weight=memberships[tasks, classes])
    weights, constants = model.coef_, model.intercept_
    if len(present) == 2:  # the library keeps one row for two classes
        weights = np.vstack([-weights, weights]) / 2
        constants = np.hstack([-constants, constants]) / 2
    coefficients[:, present], intercepts[present] = design.on_raw(weights.T, constants)
    return ClassHead(coefficients, intercepts)


def level_memberships(values: np.ndarray) -> np.ndarray:
    """Exposure values as parts of the two nearest levels, shape (n, 3) in the order E0, E2, E1.

    ``values`` has shape (n, n_raters), in [0, 1], NaN where unknown; raters count alike, and a row
    without any is all zero.
    """
    near = np.clip(1.0 - 2.0 * np.abs(values[:, :, None] - np.array([0.0, 0.5, 1.0])), 0.0, 1.0)
    known = ~np.isnan(values)
    total = np.nansum(np.where(known[:, :, None], near, 0.0), axis=1)
    return total / np.maximum(known.sum(axis=1), 1)[:, None]
