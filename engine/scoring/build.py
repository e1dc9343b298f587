"""From a reference corpus to the finished parts of an engine, new or extended."""

from __future__ import annotations

import logging
import time

import numpy as np

from engine.careers import similarity
from engine.careers.occupation_index import OccupationIndex
from engine.careers.paths import StepGraph
from engine.careers.profiles import OccupationVectors
from engine.corpus.corpus import Corpus
from engine.corpus.merge import merge
from engine.encoders.base import Encoder, check_fingerprint
from engine.encoders.cache import EmbeddingCache
from engine.model import pretrained
from engine.model.cross_fitting import fit_own, make_reference
from engine.model.risk_model import CatalogueScores, RiskModel
from engine.persistence.engine_parts import EngineParts
from engine.retrieval.reference import Evidence, Reference, evidence_rows

REBUILD_AT = 1.5
"""Multiple of the tasks with outcomes that the heads were fitted on, at which to rebuild.

Below it, intervals hold as many outcomes as before, within a point, but an engine built on all
tasks is closer to them; at four times as many tasks, AI capability loses three points of coverage.
Measured by ``scripts/benchmark.py extension``.
"""

_logger = logging.getLogger(__name__)


def build_parts(
    corpus: Corpus,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    confidence: float,
    progress: bool = False,
) -> EngineParts:
    """Embed a corpus, index it, and find or fit its heads.

    Heads that ship for this corpus and encoder are used as they are.

    Raises:
        EngineError: if the corpus is too small to calibrate on.
    """
    start = time.perf_counter()
    vectors = cache.encode(encoder, corpus.tasks["task"].tolist(), progress=progress)
    reference = make_reference(corpus, encoder, vectors)
    evidence = reference.look_up_own()
    shares = reference.time_shares(evidence)
    model = pretrained.find(corpus, encoder)
    if model is None:
        model = fit_own(reference, evidence, shares, encoder, cache, progress=progress)
    occupations = OccupationVectors.build(reference, encoder, cache, progress=progress)
    parts = _assembled(reference, evidence, shares, model, occupations, encoder, confidence)
    _logger.info("engine built", extra=parts.log_facts(start))
    return parts


def extend_parts(
    parts: EngineParts,
    more: Corpus,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    progress: bool = False,
) -> EngineParts:
    """The parts of an engine with further reference tasks; the heads stay as they are.

    Raises:
        CorpusError: listing every task and occupation that does not fit the reference.
        EncoderError: if the encoder is not the one the engine was built with.
    """
    check_fingerprint(encoder, parts.encoder_fingerprint, "this engine")
    start = time.perf_counter()
    before, model = parts.reference, parts.model
    corpus = merge(before.corpus, more, model.measures)
    rated = len(evidence_rows(corpus))
    if rated >= REBUILD_AT * len(model.nearness):
        _logger.warning(
            "%d tasks with outcomes, but the heads were fitted on %d; rebuild the engine from all "
            "tasks for better estimates",
            rated,
            len(model.nearness),
        )
    texts = more.tasks["task"].tolist()
    rows = {text: row for row, text in enumerate(before.corpus.tasks["task"])}
    vectors = {text: before.vectors[rows[text]] for text in texts if text in rows}
    if new := [text for text in dict.fromkeys(texts) if text not in vectors]:
        vectors |= zip(new, cache.encode(encoder, new, progress=progress), strict=True)
    reference = before.extended(corpus, np.stack([vectors[text] for text in texts]))
    evidence = reference.look_up_own()
    shares = reference.time_shares(evidence)
    occupations = OccupationVectors.build(
        reference, encoder, cache, known=(before.corpus, parts.occupations), progress=progress
    )
    extended = _assembled(
        reference, evidence, shares, model, occupations, encoder, parts.confidence
    )
    _logger.info("engine extended", extra=extended.log_facts(start))
    return extended


def _assembled(
    reference: Reference,
    evidence: Evidence,
    shares: np.ndarray,
    model: RiskModel,
    occupations: OccupationVectors,
    encoder: Encoder,
    confidence: float,
) -> EngineParts:
    """Score the catalog, and find the model of similarity and the single moves."""
    predictions = model.predict(evidence, confidence)
    profiles = occupations.profiles(reference, shares)
    learned = similarity.find(occupations.encoder, profiles)
    return EngineParts(
        reference=reference,
        model=model,
        scores=CatalogueScores(predictions.values, predictions.scales, shares),
        occupations=occupations,
        similarity=learned,
        steps=StepGraph.build(OccupationIndex(profiles, learned)),
        encoder_name=encoder.name,
        encoder_fingerprint=encoder.fingerprint,
        confidence=confidence,
    )
