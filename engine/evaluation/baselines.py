"""Methods to compare the engine with: means, neighbors, the encoder's probe, other regressors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from engine.encoders.probe import RATED
from engine.records import rubric
from engine.retrieval.features import MaskedValues, weighted_mean
from engine.retrieval.reference import Evidence, Reference, column_means

CORPUS_MEAN = "corpus mean"
NEAREST = "nearest neighbor"
PROBE = "encoder's probe"

DEPTHS = (10, 50, 100)
"""Numbers of neighbors; the weighted mean of each number is a method."""

MethodPredictions = dict[str, dict[str, np.ndarray]]
"""Method -> measure -> predictions, shape (n_tasks,)."""


class Regressor(Protocol):
    """A regressor with the interface of scikit-learn."""

    def fit(self, features: np.ndarray, outcomes: np.ndarray) -> Any:
        """Fit to features of shape (n, n_features) and outcomes of shape (n,)."""
        ...


@dataclass(frozen=True)
class Baseline:
    """A regressor to fit to the same tasks as the engine.

    Attributes:
        build: returns a regressor that is not fitted yet.
        on_vectors: fit it to the vectors of the tasks rather than to the engine's features. Skipped
            for a tuned encoder, whose vectors of rated tasks depend on the outcomes.
    """

    build: Callable[[], Regressor]
    on_vectors: bool = False


def reference_baselines(reference: Reference, evidence: Evidence) -> MethodPredictions:
    """Predict tasks by the corpus mean, by weighted neighbors, and by the probe if there is one.

    Args:
        reference: with the known outcomes.
        evidence: of this reference on n tasks.
    """
    corpus = reference.corpus
    outcomes = corpus.outcomes[reference.rows]
    mean = column_means(outcomes)
    known = MaskedValues.from_nan(outcomes, mean)
    tables = {
        CORPUS_MEAN: np.tile(mean, (len(evidence.vectors), 1)),
        NEAREST: weighted_mean(evidence.neighbours, known, 1),
    }
    for depth in DEPTHS:
        tables[f"{depth} neighbors, weighted"] = weighted_mean(evidence.neighbours, known, depth)
    methods = {
        method: {measure: table[:, column] for column, measure in enumerate(corpus.measures)}
        for method, table in tables.items()
    }
    if reference.probe is not None:
        probed = {measure: evidence.features.column(f"{measure}_read") for measure in RATED}
        raters = [probed[rater] for rater in rubric.EXPOSURE_RATERS]
        probed[rubric.CAPABILITY_MEASURE] = np.sum(raters, axis=0) / len(raters)
        methods[PROBE] = probed
    return methods


def fit_baselines(
    baselines: Mapping[str, Baseline],
    reference: Reference,
    *,
    own: Evidence,
    evidence: Evidence,
    measures: Iterable[str],
) -> MethodPredictions:
    """Fit regressors to the outcomes of a reference, and predict other tasks.

    Args:
        baselines: regressors by name of the method.
        reference: with the known outcomes.
        own: evidence on the tasks of the reference.
        evidence: on the tasks to predict.
        measures: measures to predict.
    """
    measures = list(measures)
    methods: MethodPredictions = {}
    for name, baseline in baselines.items():
        if baseline.on_vectors and reference.probe is not None:
            continue
        train, test = (
            found.vectors if baseline.on_vectors else found.features.values
            for found in (own, evidence)
        )
        methods[name] = {}
        for measure in measures:
            outcomes = reference.corpus.tasks[measure].to_numpy()
            known = ~np.isnan(outcomes)
            fitted = baseline.build().fit(train[known], outcomes[known])
            methods[name][measure] = fitted.predict(test)
    return methods
