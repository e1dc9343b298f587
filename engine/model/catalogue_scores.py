"""Left-out scores of all tasks of a corpus, as an engine keeps and shows them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.errors import EncoderError, EngineError
from engine.model.left_out import leave_folds_out
from engine.model.predictions import Predictions
from engine.model.risk_model import RiskModel
from engine.model.shown_evidence import ShownEvidence
from engine.records.time_share import share_error
from engine.retrieval.reference import Evidence, Reference

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class CatalogueScores:
    """Scores of the tasks of a corpus, each without its outcome, its copies and its occupation.

    Attributes:
        predictions: for all n tasks, of the measures of the final model; NaN for a measure that
            the model of a fold does not estimate.
        shown: evidence on them.
        fold: model that made each prediction, as an index into ``models``, shape (n,).
        models: the final model, and those that lack a fold.
        shares: time share of each task in its occupation, shape (n,).
        share_errors: expected size of their errors, shape (n,).
    """

    predictions: Predictions
    shown: ShownEvidence
    fold: np.ndarray
    models: tuple[RiskModel, ...]
    shares: np.ndarray
    share_errors: np.ndarray

    def with_confidence(self, confidence: float) -> CatalogueScores:
        """Return the scores with intervals of another confidence, in (0, 1)."""
        return replace(self, predictions=with_intervals(self, confidence))

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Measures that are estimated."""
        return tuple(self.predictions.values)


def with_intervals(scores: CatalogueScores, confidence: float) -> Predictions:
    """Return the predictions of a catalog with intervals of a confidence, in (0, 1)."""
    rows = [np.flatnonzero(scores.fold == number) for number in range(len(scores.models))]
    parts = [
        model.with_intervals(scores.predictions[own], confidence)
        for model, own in zip(scores.models, rows, strict=True)
    ]
    order = np.argsort(np.concatenate(rows))
    return Predictions.joined(parts)[order].of(scores.models[0].measures)


def score_catalogue(
    reference: Reference,
    evidence: Evidence,
    model: RiskModel,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    confidence: float,
    progress: bool = False,
) -> CatalogueScores:
    """Score every task of a reference by a fit that has not seen it.

    Args:
        reference: the final reference.
        evidence: on all of its tasks, for those that no fold holds out.
        model: the final model, fitted to the outcomes of the reference.
        encoder: of the reference.
        cache: for the vectors by other versions of a tuned encoder.
        confidence: of the intervals, in (0, 1).
        progress: show progress bars.
    """
    corpus = reference.corpus
    everything = np.arange(len(corpus.tasks))
    fold = np.zeros(len(everything), dtype=np.int64)
    models, parts = [model], []
    try:
        for fit in leave_folds_out(corpus, encoder, cache, progress=progress):
            found = fit.look_up(corpus, fit.held_out)
            scored = _score(fit.model, fit.reference, found, fit.train, confidence)
            parts.append((fit.held_out, *scored))
            fold[fit.held_out] = len(models)
            models.append(fit.model)
    except EncoderError:
        raise
    except EngineError as error:
        _logger.warning(
            "the reference is too small to leave out a fold of its occupations (%s); the heads "
            "have seen the outcomes of its tasks",
            error,
        )
        fold[:], models, parts = 0, [model], []
    rest = np.flatnonzero(fold == 0)
    if len(rest):
        parts.append((rest, *_score(model, reference, evidence[rest], everything, confidence)))
    return join(reference, parts, fold, models)


def score_shipped(
    reference: Reference,
    evidence: Evidence,
    models: Sequence[RiskModel],
    fold: np.ndarray,
    *,
    confidence: float,
) -> CatalogueScores:
    """Score every task of a reference whose heads ship.

    Args:
        reference: the final reference.
        evidence: on all of its tasks; the encoder has not seen their outcomes.
        models: the final model, then those that lack a fold.
        fold: fold of each task, as an index into ``models`` beyond the first, shape (n_tasks,).
        confidence: of the intervals, in (0, 1).
    """
    everything, parts = np.arange(len(fold)), []
    for number, model in enumerate(models[1:]):
        rows = np.flatnonzero(fold == number)
        parts.append((rows, *_score(model, reference, evidence[rows], everything, confidence)))
    return join(reference, parts, fold + 1, models)


def extend_scores(
    scores: CatalogueScores, reference: Reference, evidence: Evidence, *, confidence: float
) -> CatalogueScores:
    """Return the scores of a catalog to which tasks were added.

    Args:
        scores: before.
        reference: after: the tasks of before, then the further ones.
        evidence: on all of its tasks.
        confidence: of the intervals, in (0, 1).
    """
    added = len(reference.corpus.tasks) - len(scores.fold)
    fold = np.concatenate([scores.fold, np.zeros(added, dtype=np.int64)])
    kept, rows = np.flatnonzero(fold > 0), np.flatnonzero(fold == 0)
    model, everything = scores.models[0], np.arange(len(fold))
    parts = [(rows, *_score(model, reference, evidence[rows], everything, confidence))]
    if len(kept):
        parts.append((kept, scores.predictions[kept], scores.shown[kept]))
    return join(reference, parts, fold, scores.models)


def _score(
    model: RiskModel,
    reference: Reference,
    evidence: Evidence,
    corpus_rows: np.ndarray,
    confidence: float,
) -> tuple[Predictions, ShownEvidence]:
    """Predict tasks and choose what to show; the arguments are those of ``ShownEvidence.of``."""
    predictions = model.predict(evidence, confidence)
    return predictions, ShownEvidence.of(reference, evidence, predictions, corpus_rows)


def join(
    reference: Reference,
    parts: Sequence[tuple[np.ndarray, Predictions, ShownEvidence]],
    fold: np.ndarray,
    models: Sequence[RiskModel],
) -> CatalogueScores:
    """Put the scores of all tasks in the order of the corpus, and divide their time.

    Args:
        reference: the final reference.
        parts: rows of the corpus, their predictions, and the evidence on them; every row once.
        fold: as ``CatalogueScores.fold``.
        models: as ``CatalogueScores.models``.
    """
    order = np.argsort(np.concatenate([rows for rows, _, _ in parts]))
    predictions = Predictions.joined([predictions for _, predictions, _ in parts])[order]
    shown = ShownEvidence.joined([shown for _, _, shown in parts])[order]
    shares, sources = reference.time_shares_and_sources(shown.similar_time)
    return CatalogueScores(
        predictions=predictions.of(models[0].measures),
        shown=shown,
        fold=fold,
        models=tuple(models),
        shares=shares,
        share_errors=np.array(
            [share_error(share, source) for share, source in zip(shares, sources, strict=True)]
        ),
    )


def corpus_rows(corpus: Corpus, keys: Sequence[str], soc_code: str | None) -> np.ndarray:
    """Return ``corpus_row`` of each text, shape (n_texts,)."""
    return np.array([corpus_row(corpus, key, soc_code) for key in keys], dtype=np.int64)


def corpus_row(corpus: Corpus, key: str, soc_code: str | None) -> int:
    """Return the row of a text in a corpus; -1 for a text that it lacks.

    Args:
        corpus: to look in.
        key: text key of the text.
        soc_code: occupation whose row is taken where several have the text; the first row if None.
    """
    rows = corpus.rows_of_key.get(key, (-1,))
    own = None if len(rows) == 1 or soc_code is None else corpus.rows_of.get(soc_code)
    return rows[0] if own is None else next((row for row in rows if row in own), rows[0])
