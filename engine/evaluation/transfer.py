"""Predict the tasks of one corpus with another corpus as the reference."""

from __future__ import annotations

import numpy as np

from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.encoders.tuned import TunedEncoder
from engine.evaluation.held_out import FoldPredictions, HeldOut, look_up_rows, predict_rows
from engine.model.cross_fitting import (
    fit_detector,
    fit_heads,
    make_reference,
    out_of_fold_evidence,
    scope_tasks,
)
from engine.model.risk_model import RiskModel
from engine.retrieval.reference import Reference


def transfer(
    corpus: Corpus,
    target: Corpus,
    rows: np.ndarray,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    confidence: float,
    own_heads: bool = True,
) -> HeldOut:
    """Predict tasks of a target corpus with another corpus as the reference.

    Args:
        corpus: the reference.
        target: with the tasks to predict.
        rows: of the target, shape (n,).
        encoder: for both corpora.
        cache: for the vectors.
        confidence: of the intervals, in (0, 1).
        own_heads: fit the heads to the outcomes of the reference. Otherwise fit them to the
            outcomes of the target, in occupations of other folds; this needs a tuned encoder.

    Raises:
        EngineError: if too few outcomes are known to fit.
    """

    def predict(view: Encoder, model: RiskModel | None, rows: np.ndarray) -> FoldPredictions:
        reference = _embed(corpus, view, cache)
        fitted = model or fit_to_own(reference, view, cache)
        vectors = cache.encode(view, target.tasks["task"].tolist())
        evidence = look_up_rows(reference, target, vectors, rows)
        return predict_rows(reference, fitted, rows, evidence, confidence)

    if not isinstance(encoder, TunedEncoder):
        return HeldOut([predict(encoder, None, rows)])
    folds = encoder.folds.of(target.tasks["soc_code"].tolist())
    final = _embed(corpus, encoder, cache)
    own = fit_to_own(final, encoder, cache) if own_heads else None
    parts = []
    for fold in np.unique(folds[rows]):
        others = target.take_tasks(np.flatnonzero(folds != fold))
        model = own or fit_to_target(others, final, encoder, cache)
        parts.append(predict(encoder.without(int(fold)), model, rows[folds[rows] == fold]))
    return HeldOut(parts)


def fit_to_own(reference: Reference, encoder: Encoder, cache: EmbeddingCache) -> RiskModel:
    """Fit heads to the outcomes of a reference itself.

    Args:
        reference: embedded by ``encoder``.
        encoder: of the reference.
        cache: for the vectors.

    Raises:
        EngineError: if the reference has too few known outcomes.
    """
    evidence = reference.look_up_own()
    return fit_heads(
        reference, evidence, reference.time_shares(evidence.similar_time), encoder, cache
    )


def fit_to_target(
    target: Corpus, reference: Reference, encoder: Encoder, cache: EmbeddingCache
) -> RiskModel:
    """Fit heads for a reference to the outcomes of another corpus.

    Each task of the target is looked up in the reference without its occupation, by an encoder that
    has not seen its outcome.

    Args:
        target: with the outcomes.
        reference: source of the evidence.
        encoder: of the reference.
        cache: for the vectors.

    Raises:
        EngineError: if the target has too few known outcomes.
    """
    evidence = out_of_fold_evidence(target, reference, encoder, cache)
    rated = make_reference(target, encoder, evidence.vectors)
    # The vectors of the evidence are of several versions of a tuned encoder; the detector needs
    # those of the final one.
    vectors = cache.encode(encoder, target.tasks["task"].tolist())
    tasks = scope_tasks(target, vectors, evidence)
    detector = fit_detector(tasks, reference, encoder, cache)
    return RiskModel.fit(rated, evidence, rated.time_shares(evidence.similar_time), detector)


def _embed(corpus: Corpus, encoder: Encoder, cache: EmbeddingCache) -> Reference:
    return make_reference(corpus, encoder, cache.encode(encoder, corpus.tasks["task"].tolist()))
