"""Turn tasks into evidence, predictions and the records that users get."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.corpus.catalogue import catalogue_code
from engine.encoders.base import Encoder
from engine.encoders.text_vectors import VectorSource
from engine.errors import InputError, abbreviate
from engine.model.occupation_estimates import error_models, occupation_estimates
from engine.model.predictions import Predictions
from engine.persistence.engine_parts import EngineParts
from engine.records.estimates import Estimate, Neighbour
from engine.records.inputs import Occupation, Task
from engine.records.results import OccupationRisk, TaskRisk
from engine.records.time_share import allocate
from engine.retrieval.index import NO_NEIGHBOUR
from engine.retrieval.reference import Evidence, Reference
from engine.utils.text import text_key

EVIDENCE_SHOWN = 5
"""Neighbors returned with each task."""


def task_vectors(parts: EngineParts, encoder: Encoder) -> VectorSource:
    """Return a source of task vectors, which embeds only tasks that the reference does not have."""
    reference = parts.reference
    return VectorSource(reference.corpus, reference.vectors, encoder, parts.encoder_fingerprint)


def score_tasks(parts: EngineParts, vectors: VectorSource, tasks: Sequence[Task]) -> list[TaskRisk]:
    """Score tasks that belong to no occupation.

    Raises:
        InputError: naming the first task that is not English.
    """
    evidence = _evidence(parts.reference, vectors, tasks, None, "tasks")
    predictions = parts.model.predict(evidence, parts.confidence)
    return _task_risks(tasks, parts.reference, evidence, predictions)


def score_occupation(
    parts: EngineParts, vectors: VectorSource, occupation: Occupation
) -> OccupationRisk:
    """Score an occupation without the reference tasks of its SOC code.

    Raises:
        InputError: if it is not an occupation; or naming the first task that is not English.
    """
    if not isinstance(occupation, Occupation):
        raise InputError(
            f"{abbreviate(occupation)} is not an occupation; give an Occupation or a SOC code"
        )
    reference, model, confidence = parts.reference, parts.model, parts.confidence
    tasks = occupation.task_records
    evidence = _evidence(
        reference, vectors, tasks, occupation.soc_code, f"occupation {occupation.title!r}"
    )
    predictions = model.predict(evidence, confidence)
    errors = error_models(model, confidence)
    shares, sources = allocate(tasks, evidence.similar_time)
    return OccupationRisk(
        title=occupation.title,
        soc_code=occupation.soc_code,
        job_zone=occupation.job_zone,
        description=occupation.description,
        tasks=tuple(
            _task_risks(tasks, reference, evidence, predictions, shares=shares, sources=sources)
        ),
        estimates=occupation_estimates(errors, predictions.values, predictions.scales, shares),
        confidence=confidence,
        reference=reference.corpus.name,
        errors=errors,
    )


def _evidence(
    reference: Reference,
    vectors: VectorSource,
    tasks: Sequence[Task],
    soc_code: str | None,
    where: str,
) -> Evidence:
    texts = [task.text for task in tasks]
    code = catalogue_code(reference.corpus, soc_code) if soc_code else None
    keys = [text_key(text) for text in texts]
    return reference.look_up(vectors(texts, where), [code] * len(texts), keys)


def _task_risks(
    tasks: Sequence[Task],
    reference: Reference,
    evidence: Evidence,
    predictions: Predictions,
    *,
    shares: np.ndarray | None = None,
    sources: Sequence[str] | None = None,
) -> list[TaskRisk]:
    """Return one record per task; tasks of an occupation have time shares and their sources."""
    scored = []
    for row, task in enumerate(tasks):
        key = text_key(task.text)
        known = reference.known_rows(key)
        estimates = {
            name: Estimate(
                value=float(values[row]),
                low=float(predictions.low[name][row]),
                high=float(predictions.high[name][row]),
                error=float(predictions.scales[name][row]),
            )
            for name, values in predictions.values.items()
        }
        scored.append(
            TaskRisk(
                task=task.text,
                estimates=estimates,
                ai_capability_level=predictions.levels[row],
                category=task.category or predictions.categories[row],
                novelty=float(predictions.novelty[row]),
                out_of_scope=bool(predictions.out_of_scope[row]),
                neighbours=_neighbours(reference, evidence, row),
                in_reference=reference.holds(key),
                known_outcomes=_known_outcomes(reference, known),
                time_share=None if shares is None else float(shares[row]),
                time_share_source=None if sources is None else sources[row],
            )
        )
    return scored


def _neighbours(reference: Reference, evidence: Evidence, row: int) -> tuple[Neighbour, ...]:
    found = evidence.neighbours
    nearest = zip(
        found.rows[row, :EVIDENCE_SHOWN], found.similarity[row, :EVIDENCE_SHOWN], strict=True
    )
    return tuple(
        _neighbour(reference, int(reference.rows[position]), float(similarity))
        for position, similarity in nearest
        if position != NO_NEIGHBOUR
    )


def _neighbour(reference: Reference, corpus_row: int, similarity: float) -> Neighbour:
    task = reference.tasks[corpus_row]
    return Neighbour(
        text=task.text,
        similarity=similarity,
        outcomes=task.outcomes,
        occupation=task.occupation,
        soc_code=task.soc_code,
        task_id=task.task_id,
    )


def _known_outcomes(reference: Reference, corpus_rows: np.ndarray) -> dict[str, float]:
    """Return measure -> mean known outcome of some corpus rows; unknown measures are absent."""
    if not len(corpus_rows):
        return {}
    known = {}
    for column, name in enumerate(reference.corpus.measures):
        values = reference.corpus.outcomes[corpus_rows, column]
        if not np.isnan(values).all():
            known[name] = float(np.nanmean(values))
    return known
