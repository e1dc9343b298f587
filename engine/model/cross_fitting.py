"""Heads fitted to evidence as an encoder that has not seen a task's outcome would meet it.

An encoder tuned on a task's outcome finds neighbours for it that are better than a new task's will
be. So the tasks of each fold are encoded by an adapter that was tuned without them, and looked up
among the tasks of the other folds, embedded by that same adapter.
"""

from __future__ import annotations

import numpy as np

from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.encoders.tuned import TunedEncoder
from engine.model.out_of_scope import ScopeExamples, ScopeHead, examples, fit_scope
from engine.model.risk_model import RiskModel
from engine.retrieval.reference import Evidence, Reference


def make_reference(corpus: Corpus, encoder: Encoder, vectors: np.ndarray) -> Reference:
    """A reference with the encoder's own readout, where it has one."""
    readout = encoder.readout if isinstance(encoder, TunedEncoder) else None
    return Reference(corpus, vectors, readout)


def fit_own(
    reference: Reference,
    evidence: Evidence,
    shares: np.ndarray,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    progress: bool = False,
) -> RiskModel:
    """All heads of a reference, fitted to its own outcomes.

    Args:
        evidence: on the reference's own tasks, as ``Reference.look_up_own``; used as it is where
            the encoder was not tuned on outcomes.
        shares: time shares of the tasks, shape (n_tasks,), as ``Reference.time_shares``.

    Raises:
        EngineError: if risk or AI capability is known for too few tasks or occupations.
    """
    if isinstance(encoder, TunedEncoder):
        evidence = own_evidence(reference, encoder, cache, progress=progress)
    scope = scope_of(reference.corpus, reference.vectors, encoder, cache, progress=progress)
    return RiskModel.fit(reference, evidence, shares, scope)


def scope_of(
    corpus: Corpus,
    vectors: np.ndarray,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    progress: bool = False,
) -> ScopeHead:
    """What sets the tasks of a corpus, of these vectors by an encoder, apart from no work."""
    texts = examples()
    beside = ScopeExamples(
        work=cache.encode(encoder, texts.work.tolist(), progress=progress),
        not_work=cache.encode(encoder, texts.not_work.tolist(), progress=progress),
    )
    return fit_scope(vectors, corpus.tasks["soc_code"].to_numpy(), corpus.text_keys, beside)


def own_evidence(
    reference: Reference, encoder: Encoder, cache: EmbeddingCache, *, progress: bool = False
) -> Evidence:
    """Evidence on the tasks of a reference, none of it from what has seen their outcomes.

    Of ``neighbours`` only the similarities are of use where the encoder was tuned: their rows are
    of the part of the reference that was searched.
    """
    return evidence_on(reference.corpus, reference, encoder, cache, progress=progress)


def evidence_on(
    target: Corpus,
    reference: Reference,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    progress: bool = False,
) -> Evidence:
    """Evidence of a reference on all tasks of a target corpus, in the target's order."""
    codes, keys = target.tasks["soc_code"].to_numpy(), target.text_keys
    texts = target.tasks["task"].tolist()
    if not isinstance(encoder, TunedEncoder):
        vectors = cache.encode(encoder, texts, progress=progress)
        return reference.look_up(vectors, codes.tolist(), keys.tolist())
    folds = encoder.adapters.folds_of(codes.tolist())
    corpus = reference.corpus
    reference_folds = encoder.adapters.folds_of(corpus.tasks["soc_code"].tolist())
    found = []
    for fold in np.unique(folds):
        view = encoder.without(int(fold))
        rows = np.flatnonzero(folds == fold)
        kept = np.flatnonzero(reference_folds != fold)
        if not np.isin(kept, reference.rows).any():  # a small corpus may lie in one fold
            kept = np.arange(len(corpus.tasks))
        embedded = cache.encode(view, corpus.tasks["task"].tolist(), progress=progress)
        part = make_reference(corpus.take(kept), view, embedded[kept])
        vectors = cache.encode(view, [texts[row] for row in rows], progress=progress)
        found.append((rows, part.look_up(vectors, codes[rows].tolist(), keys[rows].tolist())))
    order = np.argsort(np.concatenate([rows for rows, _ in found]))
    return Evidence.joined([evidence for _, evidence in found])[order]
