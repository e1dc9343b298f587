"""Fit heads to evidence from encoders that have not seen the outcomes of the tasks.

An encoder that was tuned on a task's outcome finds better neighbors for it than for a new task. So
the adapter that was tuned without a fold embeds the tasks of that fold. They are looked up among
the tasks of the other folds, which the same adapter embeds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.encoders.tuned import TunedEncoder
from engine.model.expected_error import SIMILARITY
from engine.model.out_of_scope import ScopeExamples, ScopeHead, fit_scope, scope_texts
from engine.model.risk_model import RiskModel
from engine.retrieval.reference import Evidence, Reference
from engine.utils.text import text_key


def make_reference(corpus: Corpus, encoder: Encoder, vectors: np.ndarray) -> Reference:
    """Index a corpus, with the probe of the encoder if it has one.

    Args:
        corpus: the reference corpus.
        encoder: that embedded it.
        vectors: unit vectors of its tasks, shape (n_tasks, n_dimensions), float32.

    Raises:
        EngineError: if no task has a known exposure or automation.
    """
    probe = encoder.probe if isinstance(encoder, TunedEncoder) else None
    return Reference(corpus, vectors, probe=probe)


def fit_heads(
    reference: Reference,
    evidence: Evidence,
    shares: np.ndarray,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    progress: bool = False,
) -> RiskModel:
    """Fit all heads to the outcomes of a reference.

    Args:
        reference: embedded by ``encoder``.
        evidence: on its own tasks, as ``Reference.look_up_own``. For a tuned encoder, out-of-fold
            evidence replaces it.
        shares: time shares of its tasks, shape (n_tasks,), as ``Reference.time_shares``.
        encoder: of the reference.
        cache: for the vectors by the adapters of the folds.
        progress: show progress bars.

    Raises:
        EngineError: if risk, AI capability or the category is known for too few tasks or
            occupations.
    """
    corpus = reference.corpus
    if isinstance(encoder, TunedEncoder):
        evidence = out_of_fold_evidence(corpus, reference, encoder, cache, progress=progress)
    tasks = scope_tasks(corpus, reference.vectors, evidence)
    detector = fit_detector(tasks, reference, encoder, cache, progress=progress)
    return RiskModel.fit(reference, evidence, shares, detector)


def scope_tasks(corpus: Corpus, vectors: np.ndarray, evidence: Evidence) -> ScopeExamples:
    """Return the tasks of a catalog as examples of work.

    Tasks of another taxonomy are worded in another way, which blurs what reads like work.

    Args:
        corpus: with the catalog.
        vectors: of all its tasks, shape (n_tasks, n_dimensions).
        evidence: on all its tasks, each looked up without its occupation.
    """
    rows = np.sort(np.concatenate(list(corpus.rows_of.values())))
    return ScopeExamples(
        vectors=vectors[rows],
        similarity=evidence.features.column(SIMILARITY)[rows],
        keys=corpus.text_keys[rows],
        groups=corpus.tasks["soc_code"].to_numpy()[rows],
    )


def fit_detector(
    tasks: ScopeExamples,
    reference: Reference,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    progress: bool = False,
) -> ScopeHead:
    """Fit the detector of texts that are not work, or unlike the reference.

    Args:
        tasks: examples of work, embedded by ``encoder``.
        reference: embedded by ``encoder``; the texts that ship are looked up in it.
        encoder: for the texts that ship.
        cache: for their vectors.
        progress: show progress bars.

    Raises:
        EngineError: if the tasks belong to fewer than two occupations.
    """
    texts = scope_texts()

    def examples(texts: Sequence[str], codes: Sequence[str | None]) -> ScopeExamples:
        vectors = cache.encode(encoder, texts, progress=progress)
        keys = [text_key(text) for text in texts]
        found = reference.look_up(vectors, codes, keys)
        return ScopeExamples(
            vectors=vectors,
            similarity=found.features.column(SIMILARITY),
            keys=np.array(keys, dtype=object),
            groups=np.array([code or key for code, key in zip(codes, keys, strict=True)], object),
        )

    plain = examples(texts.work, texts.work_codes)
    return fit_scope(tasks, plain, examples(texts.not_work, [None] * len(texts.not_work)))


def out_of_fold_evidence(
    target: Corpus,
    reference: Reference,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    progress: bool = False,
) -> Evidence:
    """Look up all tasks of a corpus as if the encoder had not seen their outcomes.

    An encoder that was not tuned has seen none, so this is ``Reference.look_up``. For a tuned
    encoder, ``neighbours.rows`` of the result are meaningless. They index the part of the reference
    that was searched for the fold of the task.

    Args:
        target: the tasks to look up; may be the corpus of the reference.
        reference: embedded by ``encoder``.
        encoder: of the reference.
        cache: for the vectors by the adapters of the folds.
        progress: show progress bars.

    Returns:
        Evidence on the tasks of ``target``, in its order.
    """
    codes, keys = target.tasks["soc_code"].to_numpy(), target.text_keys
    texts = target.tasks["task"].tolist()
    if not isinstance(encoder, TunedEncoder):
        vectors = cache.encode(encoder, texts, progress=progress)
        return reference.look_up(vectors, codes.tolist(), keys.tolist())
    folds = encoder.folds.of(codes.tolist())
    corpus = reference.corpus
    reference_folds = encoder.folds.of(corpus.tasks["soc_code"].tolist())
    found = []
    for fold in np.unique(folds):
        view = encoder.without(int(fold))
        rows = np.flatnonzero(folds == fold)
        kept = np.flatnonzero(reference_folds != fold)
        if not np.isin(kept, reference.rows).any():  # all of a small corpus may be in one fold
            kept = np.arange(len(corpus.tasks))
        embedded = cache.encode(view, corpus.tasks["task"].tolist(), progress=progress)
        part = make_reference(corpus.take_tasks(kept), view, embedded[kept])
        vectors = cache.encode(view, [texts[row] for row in rows], progress=progress)
        found.append((rows, part.look_up(vectors, codes[rows].tolist(), keys[rows].tolist())))
    order = np.argsort(np.concatenate([rows for rows, _ in found]))
    return Evidence.joined([evidence for _, evidence in found])[order]
