"""Build the parts of an engine from a reference corpus, and extend them with more tasks."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

import numpy as np

from engine.careers import similarity
from engine.careers.occupation_index import OccupationIndex
from engine.careers.paths import StepGraph
from engine.careers.profiles import OccupationVectors
from engine.corpus.corpus import Corpus
from engine.corpus.merge import merge
from engine.encoders.base import Encoder, check_fingerprint
from engine.encoders.cache import EmbeddingCache
from engine.encoders.tuned import TunedEncoder
from engine.model import pretrained
from engine.model.catalogue_scores import (
    CatalogueScores,
    extend_scores,
    score_catalogue,
    score_shipped,
)
from engine.model.cross_fitting import fit_heads, make_reference
from engine.persistence.engine_parts import EngineParts
from engine.retrieval.reference import Reference, evidence_rows
from engine.utils.stages import show_stages

REBUILD_AT = 1.5
"""Rebuild an engine when it has this many times the tasks that its heads were fitted on.

Below this, the coverage of the intervals changes by less than a point, although a rebuilt engine is
more accurate. At four times as many tasks, the coverage of AI capability falls by three points.
Measured by ``scripts/benchmark.py extension``.
"""

_logger = logging.getLogger(__name__)


def build_parts(
    corpus: Corpus,
    encoder: Encoder,
    cache: EmbeddingCache | None = None,
    *,
    confidence: float,
    progress: bool = False,
) -> EngineParts:
    """Embed a corpus, index it, and load the heads that ship for it or fit new ones.

    Args:
        corpus: the reference.
        encoder: embeds its tasks.
        cache: keeps vectors between builds; in the user's cache folder if None.
        confidence: probability of the intervals.
        progress: show on stderr what is done.

    Raises:
        EngineError: if the corpus is too small to calibrate on.
    """
    start = time.perf_counter()
    cache = cache or EmbeddingCache()
    with show_stages(4, progress=progress) as begin:
        begin("embedding tasks")
        vectors = cache.encode(encoder, corpus.tasks["task"].tolist(), progress=progress)
        begin("looking up evidence")
        reference = make_reference(corpus, encoder, vectors)
        evidence = reference.look_up_own()
        begin("scoring the catalog")
        shipped = pretrained.load(corpus, encoder)
        if shipped is not None and isinstance(encoder, TunedEncoder):
            fold = encoder.folds.of(corpus.tasks["soc_code"].tolist())
            scores = score_shipped(reference, evidence, shipped, fold, confidence=confidence)
        else:
            shares = reference.time_shares(evidence.similar_time)
            model = fit_heads(reference, evidence, shares, encoder, cache, progress=progress)
            scores = score_catalogue(
                reference, evidence, model, encoder, cache, confidence=confidence, progress=progress
            )
        begin("comparing careers")
        occupations = OccupationVectors.build(reference, encoder, cache, progress=progress)
        parts = _assemble(
            reference, scores, occupations=occupations, encoder=encoder, confidence=confidence
        )
    _logger.info("engine built", extra=parts.log_facts(start))
    return parts


def extend_parts(
    parts: EngineParts,
    more: Corpus,
    encoder: Encoder,
    cache: EmbeddingCache | None = None,
    *,
    progress: bool = False,
) -> EngineParts:
    """Return the parts of an engine with more reference tasks and the same heads.

    Tasks whose outcome a part of the engine has seen keep their scores, which are left out.

    Args:
        parts: of the engine; they do not change.
        more: tasks that the reference does not have.
        encoder, cache, progress: as for ``build_parts``.

    Raises:
        CorpusError: listing every task and occupation that conflicts with the reference.
        EncoderError: if the encoder is not the one that the engine was built with.
    """
    check_fingerprint(encoder, parts.encoder_fingerprint, "this engine")
    start = time.perf_counter()
    cache = cache or EmbeddingCache()
    before, model = parts.reference, parts.model
    corpus = merge(before.corpus, more, model.measures)
    rated = len(evidence_rows(corpus))
    if rated >= REBUILD_AT * model.tasks_fitted:
        _logger.warning(
            "%d tasks with outcomes, but the heads were fitted on %d; rebuild the engine from all "
            "tasks for better estimates",
            rated,
            model.tasks_fitted,
        )
    texts = more.tasks["task"].tolist()
    reference = before.extended(corpus, _vectors(texts, before, encoder, cache, progress=progress))
    evidence = reference.look_up_own()
    scores = extend_scores(parts.scores, reference, evidence, confidence=parts.confidence)
    occupations = OccupationVectors.build(
        reference, encoder, cache, known=(before.corpus, parts.occupations), progress=progress
    )
    extended = _assemble(
        reference, scores, occupations=occupations, encoder=encoder, confidence=parts.confidence
    )
    _logger.info("engine extended", extra=extended.log_facts(start))
    return extended


def _vectors(
    texts: Sequence[str],
    reference: Reference,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    progress: bool,
) -> np.ndarray:
    """Return the vectors of texts; the encoder embeds only those that the reference lacks."""
    rows = {text: row for row, text in enumerate(reference.corpus.tasks["task"])}
    vectors = {text: reference.vectors[rows[text]] for text in texts if text in rows}
    if new := [text for text in dict.fromkeys(texts) if text not in vectors]:
        vectors |= zip(new, cache.encode(encoder, new, progress=progress), strict=True)
    return np.stack([vectors[text] for text in texts])


def _assemble(
    reference: Reference,
    scores: CatalogueScores,
    *,
    occupations: OccupationVectors,
    encoder: Encoder,
    confidence: float,
) -> EngineParts:
    """Choose the similarity model of the catalog and find the feasible moves."""
    profiles = occupations.profiles(reference, scores.shares)
    learned = similarity.find(occupations.encoder, profiles)
    return EngineParts(
        reference=reference,
        scores=scores,
        occupations=occupations,
        similarity=learned,
        steps=StepGraph.build(OccupationIndex(profiles, learned)),
        encoder_name=encoder.name,
        encoder_fingerprint=encoder.fingerprint,
        confidence=confidence,
    )
