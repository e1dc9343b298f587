"""Predictions and evidence put together into the records that users get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine import taxonomy
from engine.career_data import CareerData, outlook_of
from engine.careers import CareerIndex, CatalogueEntry
from engine.catalogue import CatalogueScores
from engine.index import NOBODY
from engine.intervals import pooled_error
from engine.records import ErrorModel, Estimate, Neighbour, Task, TaskRisk
from engine.reference import Evidence, Reference
from engine.risk_model import Predictions, RiskModel
from engine.text import text_key

EVIDENCE_SHOWN = 5
"""Neighbours returned with each task."""


def task_risks(
    tasks: Sequence[Task],
    reference: Reference,
    evidence: Evidence,
    predictions: Predictions,
    shares: np.ndarray | None = None,
    sources: Sequence[str] | None = None,
) -> list[TaskRisk]:
    """One record a task; shares and their sources, where the tasks belong to an occupation."""
    scored = []
    for row, task in enumerate(tasks):
        key = text_key(task.text)
        known = reference.known_rows(key)
        estimates = {
            name: Estimate(
                float(values[row]),
                float(predictions.low[name][row]),
                float(predictions.high[name][row]),
                float(predictions.scales[name][row]),
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
    shown = zip(
        found.rows[row, :EVIDENCE_SHOWN], found.similarity[row, :EVIDENCE_SHOWN], strict=True
    )
    return tuple(
        _neighbour(reference, int(reference.rows[position]), float(similarity))
        for position, similarity in shown
        if position != NOBODY
    )


def _neighbour(reference: Reference, corpus_row: int, similarity: float) -> Neighbour:
    text, outcomes, title, code, task_id = reference.shown[corpus_row]
    return Neighbour(text, similarity, outcomes, title, code, task_id)


def _known_outcomes(reference: Reference, corpus_rows: np.ndarray) -> dict[str, float]:
    """Measure -> mean of the known outcomes of corpus rows; measures not known are absent."""
    if not len(corpus_rows):
        return {}
    known = {}
    for column, name in enumerate(reference.corpus.measures):
        values = reference.corpus.outcomes[corpus_rows, column]
        if not np.isnan(values).all():
            known[name] = float(np.nanmean(values))
    return known


def occupation_estimates(
    model: RiskModel,
    values: Mapping[str, np.ndarray],
    scales: Mapping[str, np.ndarray],
    shares: np.ndarray,
    confidence: float,
) -> dict[str, Estimate]:
    """Measure -> Σ share × value over the tasks of an occupation, with its interval."""
    estimates = {}
    for name, heads in model.measures.items():
        value = float(np.clip(shares @ values[name], 0.0, 1.0))
        ends = heads.occupations.interval(value, shares, scales[name], confidence)
        error = pooled_error(shares, scales[name], heads.occupations.correlation)
        estimates[name] = Estimate(value, *ends, error)
    return estimates


def error_models(model: RiskModel, confidence: float) -> dict[str, ErrorModel]:
    """Measure -> how the errors of tasks add up in an occupation."""
    return {
        name: ErrorModel(heads.occupations.correlation, heads.occupations.reach(confidence))
        for name, heads in model.measures.items()
    }


def career_index(
    reference: Reference,
    model: RiskModel,
    scores: CatalogueScores,
    data: CareerData,
    confidence: float,
) -> CareerIndex:
    """The catalogue with its scores, to search for similar careers."""
    corpus = reference.corpus
    entries = []
    profiles = data.profiles(reference, scores.shares)
    for (code, rows), profile in zip(corpus.rows_of.items(), profiles, strict=True):
        estimates = occupation_estimates(
            model,
            {name: values[rows] for name, values in scores.values.items()},
            {name: scales[rows] for name, scales in scores.scales.items()},
            scores.shares[rows],
            confidence,
        )
        entries.append(
            CatalogueEntry(
                soc_code=code,
                title=str(corpus.occupations["title"].iat[corpus.occupation_rows[code]]),
                profile=profile,
                risk=estimates[taxonomy.RISK_MEASURE],
                ai_capability=estimates[taxonomy.CAPABILITY_MEASURE],
                outlook=outlook_of(corpus, code),
            )
        )
    errors = model.measures[taxonomy.RISK_MEASURE].occupations.scores
    return CareerIndex(entries, data.model, errors)
