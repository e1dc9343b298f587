"""Predict the class of a task, such as its work-activity group, by multinomial regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.model.regression import Design, Inputs
from engine.utils.vectors import softmax

_INVERSE_PENALTY = 16.0


@dataclass(frozen=True)
class ClassHead:
    """Multinomial logistic regression on the columns of ``Inputs.matrix``.

    Attributes:
        coefficients: shape (n_columns, n_classes).
        intercepts: shape (n_classes,); −∞ for a class without reference tasks.
    """

    coefficients: np.ndarray
    intercepts: np.ndarray

    def probabilities(self, inputs: Inputs) -> np.ndarray:
        """Return the probability of each class, shape (n_tasks, n_classes); rows sum to 1."""
        return softmax(inputs.matrix @ self.coefficients + self.intercepts)

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return the head as named arrays."""
        return {"coefficients": self.coefficients, "intercepts": self.intercepts}


def fit_classes(inputs: Inputs, rotation: np.ndarray, memberships: np.ndarray) -> ClassHead:
    """Fit a classifier to tasks, each of which may belong to several classes in part.

    Args:
        inputs: of n tasks.
        rotation: of the kernel columns, as ``KernelMap.rotation``.
        memberships: weight of each task in each class, ≥ 0, shape (n, n_classes); a task with
            zeros only is unlabeled and not used.

    Returns:
        The head. With a single class in the labels, that class is certain; without labels, all
        classes are equally likely.
    """
    from sklearn.linear_model import LogisticRegression

    design = Design.fit(inputs, rotation)
    tasks, classes = np.nonzero(memberships)
    n_columns = inputs.features.shape[1] + inputs.kernel.shape[1]
    n_classes = memberships.shape[1]
    coefficients = np.zeros((n_columns, n_classes))
    intercepts = np.full(n_classes, -np.inf)
    present = np.unique(classes)
    if len(present) < 2:
        intercepts[present if len(present) else slice(None)] = 0.0
        return ClassHead(coefficients, intercepts)
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=300, tol=1e-3)
    model.fit(design.apply(inputs)[tasks], classes, sample_weight=memberships[tasks, classes])
    weights, constants = model.coef_, model.intercept_
    if len(present) == 2:  # for two classes scikit-learn keeps one row, of the second class
        weights = np.vstack([-weights, weights]) / 2
        constants = np.hstack([-constants, constants]) / 2
    coefficients[:, present], intercepts[present] = design.to_raw(weights.T, constants)
    return ClassHead(coefficients, intercepts)
