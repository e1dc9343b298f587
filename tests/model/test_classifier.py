from __future__ import annotations

import numpy as np
import pytest

from engine.model.classifier import fit_classes
from engine.model.regression import Inputs


@pytest.mark.parametrize("present", [(0, 1, 2), (0, 2)])
def test_separate_classes_are_learned(present: tuple[int, ...]) -> None:
    generator = np.random.default_rng(0)
    labels = generator.choice(present, size=300)
    centers = np.eye(3)[labels]
    inputs = Inputs(generator.normal(size=(300, 2)), centers + generator.normal(size=(300, 3)) / 9)
    head = fit_classes(inputs, np.eye(3), np.eye(3)[labels])
    probabilities = head.probabilities(inputs)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert (np.argmax(probabilities, axis=1) == labels).mean() > 0.99
    absent = set(range(3)) - set(present)
    assert all((probabilities[:, number] == 0).all() for number in absent)


def test_a_membership_in_two_classes_counts_as_two_weighted_tasks() -> None:
    generator = np.random.default_rng(1)
    inputs = Inputs(generator.normal(size=(60, 2)), generator.random((60, 3)))
    memberships = generator.dirichlet([0.5, 0.5, 0.5], size=60)
    head = fit_classes(inputs, np.eye(3), memberships)
    rows, classes = np.repeat(np.arange(60), 3), np.tile(np.arange(3), 60)
    split = np.eye(3)[classes] * memberships[rows, classes][:, None]
    # The same tasks, each once per class; scaling of features does not change.
    expected = fit_classes(inputs[rows], np.eye(3), split)
    np.testing.assert_allclose(
        head.probabilities(inputs), expected.probabilities(inputs), atol=1e-6
    )


def test_a_single_class_is_certain_and_no_labels_are_uniform() -> None:
    inputs = Inputs(np.ones((4, 1)), np.ones((4, 2)))
    one = fit_classes(inputs, np.eye(2), np.tile([[0.0, 1.0, 0.0]], (4, 1)))
    np.testing.assert_allclose(one.probabilities(inputs)[0], [0, 1, 0])
    none = fit_classes(inputs, np.eye(2), np.zeros((4, 3)))
    np.testing.assert_allclose(none.probabilities(inputs)[0], [1 / 3] * 3)
