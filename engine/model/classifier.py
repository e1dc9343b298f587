"""Which class a task most likely belongs to: its work-activity group, say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.model.regression import Design, Inputs

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

    def to_arrays(self) -> dict[str, np.ndarray]:
        """As named arrays."""
        return {"coefficients": self.coefficients, "intercepts": self.intercepts}


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
