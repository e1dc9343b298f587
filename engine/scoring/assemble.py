"""Turn tasks into evidence, predictions and the records that users get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.corpus.catalogue import catalogue_code
from engine.encoders.base import Encoder
from engine.encoders.text_vectors import VectorSource
from engine.errors import InputError, abbreviate
from engine.model.catalogue_scores import corpus_rows
from engine.model.occupation_estimates import error_models
from engine.model.predictions import Predictions
from engine.model.shown_evidence import ShownEvidence
from engine.persistence.engine_parts import EngineParts
from engine.records.estimates import Estimate, FrozenMapping, Neighbour
from engine.records.inputs import Occupation, Task
from engine.records.results import OccupationRisk, combined
from engine.records.task_risk import TaskRisk
from engine.records.time_share import allocate
from engine.retrieval.index import NO_NEIGHBOUR
from engine.retrieval.reference import Reference, ReferenceTask
from engine.scoring.translated import widened
from engine.utils.text import text_key

_CHUNK = 1_000
"""Number of tasks that are scored at a time."""


def task_vectors(parts: EngineParts, encoder: Encoder) -> VectorSource:
    """Return a source of task vectors, which embeds only tasks that the reference does not have."""
    reference = parts.reference
    return VectorSource(reference.corpus, reference.vectors, encoder, parts.encoder_fingerprint)


@dataclass(frozen=True, kw_only=True)
class _Scored:
    """Predictions for some tasks, and the evidence shown with them."""

    predictions: Predictions
    shown: ShownEvidence


def score_tasks(parts: EngineParts, vectors: VectorSource, tasks: Sequence[Task]) -> list[TaskRisk]:
    """Score any number of tasks that belong to no occupation, in chunks.

    Memory grows with the results alone. The language of a short text, if it is not clear, is that
    of its chunk.

    Raises:
        InputError: naming the first task of a language that the engine does not read.
    """
    starts = range(0, len(tasks), _CHUNK)
    if len(starts) > 1:  # find a fault before minutes of work
        for start in starts:
            texts = [task.text for task in tasks[start : start + _CHUNK]]
            vectors.languages_of(texts, "tasks", first=start + 1)
    records = []
    for start in starts:
        chunk = tasks[start : start + _CHUNK]
        scored = _score(parts, vectors, chunk, None, "tasks", first=start + 1)
        records += _task_risks(parts, chunk, scored)
    return records


def score_occupation(
    parts: EngineParts, vectors: VectorSource, occupation: Occupation
) -> OccupationRisk:
    """Score an occupation without the reference tasks of its SOC code.

    Raises:
        InputError: if it is not an occupation; or naming the first task of a language that
                the engine does not read.
    """
    if not isinstance(occupation, Occupation):
        raise InputError(
            f"{abbreviate(occupation)} is not an occupation; give an Occupation or a SOC code"
        )
    tasks, confidence = occupation.task_records, parts.confidence
    where = f"occupation {occupation.title!r}"
    scored = _score(parts, vectors, tasks, occupation.soc_code, where)
    shares, sources = allocate(tasks, scored.shown.similar_time)
    records = tuple(_task_risks(parts, tasks, scored, shares=shares, sources=sources))
    code = occupation.soc_code or _nearest_code(records)
    errors = error_models(parts.model, confidence, code)
    return OccupationRisk(
        title=occupation.title,
        soc_code=occupation.soc_code,
        job_zone=occupation.job_zone,
        description=occupation.description,
        tasks=records,
        estimates=combined(records, errors),
        confidence=confidence,
        reference=parts.reference.corpus.name,
        sources=parts.model.sources,
        errors=errors,
    )


def _nearest_code(tasks: Sequence[TaskRisk]) -> str | None:
    """Return the start of the codes that most of the nearest evidence has, by working time."""
    time: dict[str, float] = {}
    for task in tasks:
        for neighbour in task.neighbours[:1]:
            group = neighbour.soc_code[:2]
            time[group] = time.get(group, 0.0) + (task.time_share or 0.0)
    return max(time, key=lambda group: time[group]) if time else None


def _score(
    parts: EngineParts,
    vectors: VectorSource,
    tasks: Sequence[Task],
    soc_code: str | None,
    where: str,
    *,
    first: int = 1,
) -> _Scored:
    """Score tasks: those of the reference have their left-out scores, others are looked up."""
    corpus = parts.reference.corpus
    texts = [task.text for task in tasks]
    keys = [text_key(text) for text in texts]
    code = catalogue_code(corpus, soc_code) if soc_code else None
    rows = corpus_rows(corpus, keys, code)
    known, new = np.flatnonzero(rows >= 0), np.flatnonzero(rows < 0)
    found = []
    if len(known):
        found.append((parts.scores.predictions[rows[known]], parts.scores.shown[rows[known]]))
    if len(new):
        # All texts, so that a fault is reported at its position.
        embedded, languages = vectors.with_languages(texts, where, first=first)
        evidence = parts.reference.look_up(
            embedded[new], [code] * len(new), [keys[row] for row in new]
        )
        predictions = widened(
            parts.model,
            parts.model.predict(evidence, parts.confidence),
            vectors.error_factors(languages)[new],
            parts.confidence,
        )
        everything = np.arange(len(corpus.tasks))
        shown = ShownEvidence.of(parts.reference, evidence, predictions, everything)
        found.append((predictions, shown))
    order = np.argsort(np.concatenate([known, new]))
    return _Scored(
        predictions=Predictions.joined([predictions for predictions, _ in found])[order],
        shown=ShownEvidence.joined([shown for _, shown in found])[order],
    )


def _task_risks(
    parts: EngineParts,
    tasks: Sequence[Task],
    scored: _Scored,
    *,
    shares: np.ndarray | None = None,
    sources: Sequence[str] | None = None,
) -> list[TaskRisk]:
    """Return one record per task; tasks of an occupation have time shares and their sources."""
    reference, predictions = parts.reference, scored.predictions
    tables = (predictions.values, predictions.low, predictions.high, predictions.scales)
    # Lists of plain numbers are read many times faster than single elements of arrays.
    estimated = {
        name: list(zip(*(table[name].tolist() for table in tables), strict=True))
        for name in predictions.values
    }
    means = {name: values.tolist() for name, values in scored.shown.means.items()}
    neighbours = _neighbours(reference, scored.shown)
    novelty = predictions.novelty.tolist()
    sources_of_measures = FrozenMapping(parts.model.sources)
    records = []
    for row, task in enumerate(tasks):
        rows = reference.corpus.rows_of_key.get(text_key(task.text))
        records.append(
            TaskRisk(
                task=task.text,
                estimates={
                    name: Estimate(value=value, low=low, high=high, error=error)
                    for name, found in estimated.items()
                    for value, low, high, error in (found[row],)
                    if value == value
                },
                ai_capability_level=predictions.levels[row],
                category=task.category or predictions.categories[row],
                novelty=novelty[row],
                out_of_scope=bool(predictions.out_of_scope[row]),
                unlike_reference=bool(predictions.unlike_reference[row]),
                neighbours=neighbours[row],
                neighbour_means={
                    name: mean
                    for name, values in means.items()
                    for mean in (values[row],)
                    if mean == mean
                },
                in_reference=rows is not None,
                known_outcomes=_known_outcomes(reference, rows),
                sources=sources_of_measures,
                time_share=None if shares is None else float(shares[row]),
                time_share_source=None if sources is None else sources[row],
            )
        )
    return records


def _neighbours(reference: Reference, shown: ShownEvidence) -> list[tuple[Neighbour, ...]]:
    return [
        tuple(
            _neighbour(reference.tasks[corpus_row], near)
            for corpus_row, near in zip(rows, similarity, strict=True)
            if corpus_row != NO_NEIGHBOUR
        )
        for rows, similarity in zip(shown.rows.tolist(), shown.similarity.tolist(), strict=True)
    ]


def _neighbour(task: ReferenceTask, similarity: float) -> Neighbour:
    return Neighbour(
        text=task.text,
        similarity=similarity,
        outcomes=task.outcomes,
        occupation=task.occupation,
        soc_code=task.soc_code,
        task_id=task.task_id,
    )


def _known_outcomes(reference: Reference, rows: Sequence[int] | None) -> dict[str, float]:
    """Return measure -> mean known outcome of some corpus rows; unknown measures are absent."""
    if not rows:
        return {}
    known = {}
    for column, name in enumerate(reference.corpus.measures):
        values = reference.corpus.outcomes[list(rows), column]
        if not np.isnan(values).all():
            known[name] = float(np.nanmean(values))
    return known
