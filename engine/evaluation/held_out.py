"""Predict tasks of occupations that no part of the fit has seen, by several methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

import numpy as np

from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.evaluation.baselines import (
    Baseline,
    MethodPredictions,
    fit_baselines,
    reference_baselines,
)
from engine.model.left_out import leave_folds_out
from engine.model.occupation_estimates import error_models
from engine.model.predictions import Predictions
from engine.model.risk_model import RiskModel
from engine.records import rubric
from engine.records.pooling import ErrorModel, Part
from engine.retrieval.reference import Evidence, Reference

ENGINE = "engine"
"""Name of the engine among the methods."""


@dataclass(frozen=True, kw_only=True)
class FoldPredictions:
    """Predictions of one fit for tasks that it has not seen.

    Attributes:
        rows: rows of the tasks in their corpus, shape (n,).
        methods: method -> measure -> predictions, shape (n,).
        predictions: those of the engine, with intervals and categories.
        errors: SOC code -> measure -> how the errors of tasks combine in the occupation.
        not_work_flagged: whether each text that is not work is flagged, bool, shape (n_texts,).
    """

    rows: np.ndarray
    methods: MethodPredictions
    predictions: Predictions
    errors: Callable[[str], Mapping[str, ErrorModel]]
    not_work_flagged: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))


@dataclass(frozen=True)
class HeldOut:
    """Predictions for tasks whose occupations no part of the fit has seen.

    Attributes:
        folds: predictions of each fit, at least one. All arrays below concatenate the folds.
    """

    folds: Sequence[FoldPredictions]

    @property
    def rows(self) -> np.ndarray:
        """Rows of the tasks in their corpus, shape (n,)."""
        return np.concatenate([fold.rows for fold in self.folds])

    @property
    def methods(self) -> MethodPredictions:
        """Method -> measure -> predictions, shape (n,)."""
        return {
            method: {
                measure: np.concatenate([fold.methods[method][measure] for fold in self.folds])
                for measure in measures
            }
            for method, measures in self.folds[0].methods.items()
        }

    @property
    def predictions(self) -> Predictions:
        """Predictions of the engine for the n tasks."""
        return Predictions.joined([fold.predictions for fold in self.folds])

    def interval(self, measure: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the ends of the engine's intervals of a measure, each of shape (n,)."""
        return self.predictions.low[measure], self.predictions.high[measure]

    @property
    def categories(self) -> list[str]:
        """Category that the engine predicts for each task."""
        return self.predictions.categories

    def levels_right(self, corpus: Corpus) -> np.ndarray:
        """Return whether the predicted level equals the published model's, bool, shape (n,)."""
        levels = np.array([rubric.EXPOSURE_LEVELS[level] for level in self.predictions.levels])
        return np.asarray(levels == corpus.tasks["exposure_model"].to_numpy()[self.rows])

    @property
    def novelty(self) -> np.ndarray:
        """Novelty of each task, in [0, 1], shape (n,)."""
        return self.predictions.novelty

    @property
    def out_of_scope(self) -> float:
        """Share of the tasks that are flagged as out of scope."""
        return float(np.mean(self.predictions.out_of_scope))

    @property
    def not_work_flagged(self) -> float:
        """Share of the texts that are not work that are flagged, a mean over the folds."""
        return float(np.mean([fold.not_work_flagged for fold in self.folds]))

    def occupation_coverage(self, corpus: Corpus, shares: np.ndarray, measure: str) -> float:
        """Return the share of occupations whose mean outcome is in the engine's interval.

        Args:
            corpus: where the tasks are.
            shares: time shares of all its tasks, rescaled to sum to 1 over the held-out tasks of an
                occupation, shape (n_tasks,).
            measure: known for all held-out tasks.
        """
        outcomes = corpus.tasks[measure].to_numpy()
        codes = corpus.tasks["soc_code"].to_numpy()
        covered = []
        for fold in self.folds:
            values, scales = fold.predictions.values[measure], fold.predictions.scales[measure]
            for code in np.unique(codes[fold.rows]):
                own = np.flatnonzero((codes[fold.rows] == code) & (shares[fold.rows] > 0))
                if len(own) == 0:
                    continue
                share = shares[fold.rows[own]]
                share = share / share.sum()
                parts = [
                    Part(share=part, value=value, error=error)
                    for part, value, error in zip(share, values[own], scales[own], strict=True)
                ]
                estimate = fold.errors(code)[measure].combine(parts)
                mean = float(share @ outcomes[fold.rows[own]])
                covered.append(estimate.low <= mean <= estimate.high)
        return float(np.mean(covered))


def cross_validate(
    corpus: Corpus,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    seed: int,
    confidence: float,
    splits: Encoder | None = None,
    baselines: Mapping[str, Baseline] | None = None,
    not_work: Sequence[str] = (),
    max_folds: int | None = None,
) -> HeldOut:
    """Predict every rated task with an engine that lacks its occupation and its text.

    A task is rated if its exposure or automation is known.

    Each fold of the occupations is predicted by an engine that is fitted from scratch to the other
    folds: index, heads and calibration. A tuned encoder brings its own folds, each with the adapter
    that was tuned without it. Heads are fitted to evidence by adapters of other folds.

    Args:
        corpus: with known outcomes.
        encoder: to embed it.
        cache: for the vectors.
        seed: of the folds; has no effect for a tuned encoder.
        confidence: of the intervals, in (0, 1).
        splits: use the folds of this encoder, to compare two encoders on the same tasks.
        baselines: further methods by name.
        not_work: texts that are not work, to see which are flagged.
        max_folds: hold out at most this many folds, for a quick look.

    Raises:
        EngineError: if a fold leaves too few known outcomes to fit.
    """
    folds = []
    core = [rubric.CAPABILITY_MEASURE, rubric.RISK_MEASURE]
    rated = np.flatnonzero(corpus.tasks[core].notna().any(axis=1).to_numpy())
    fits = leave_folds_out(corpus, encoder, cache, splits=splits, seed=seed)
    for fit in islice(fits, max_folds):
        rows = np.intersect1d(fit.held_out, rated)
        evidence = fit.look_up(corpus, rows)
        predicted = predict_rows(fit.reference, fit.model, rows, evidence, confidence)
        fitted = fit_baselines(
            baselines or {},
            fit.reference,
            own=fit.own,
            evidence=evidence,
            measures=fit.model.measures,
        )
        predicted = replace(predicted, methods={**predicted.methods, **fitted})
        if not_work:
            texts = list(not_work)
            nowhere = fit.reference.look_up(
                cache.encode(fit.view, texts), [None] * len(texts), [""] * len(texts)
            )
            flagged = fit.model.predict(nowhere, confidence).out_of_scope
            predicted = replace(predicted, not_work_flagged=flagged)
        folds.append(predicted)
    return HeldOut(folds)


def look_up_rows(
    reference: Reference, target: Corpus, vectors: np.ndarray, rows: np.ndarray
) -> Evidence:
    """Look up some rows of a corpus, excluding their occupations and texts.

    Args:
        reference: to search.
        target: with the tasks.
        vectors: of all tasks of ``target`` by the encoder of ``reference``.
        rows: of ``target``, shape (n,).
    """
    codes = target.tasks["soc_code"].to_numpy()[rows].tolist()
    return reference.look_up(vectors[rows], codes, target.text_keys[rows].tolist())


def predict_rows(
    reference: Reference,
    model: RiskModel,
    rows: np.ndarray,
    evidence: Evidence,
    confidence: float,
) -> FoldPredictions:
    """Predict tasks by the engine and by the baselines that need no fit.

    Args:
        reference: source of the evidence.
        model: heads to apply.
        rows: of the tasks in their corpus, shape (n,).
        evidence: on these tasks.
        confidence: of the intervals, in (0, 1).
    """
    predictions = model.predict(evidence, confidence)
    methods = reference_baselines(reference, evidence)
    methods[ENGINE] = dict(predictions.values)
    return FoldPredictions(
        rows=rows,
        methods=methods,
        predictions=predictions,
        errors=partial(error_models, model, confidence),
    )
