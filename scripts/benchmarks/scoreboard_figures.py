"""Figures of the scoreboard, from the left-out scores of a published engine."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict

import numpy as np

from engine import Corpus
from engine.evaluation import metrics, scoreboard
from engine.evaluation.group_coverage import (
    CatalogueEstimates,
    Intervals,
    coverage_by_group,
    outside_evidence,
)
from engine.evaluation.scoreboard import Agreement, Standing
from engine.model.catalogue_scores import CatalogueScores
from engine.records import measures, rubric
from engine.records.pooling import ErrorModel
from engine.report.formatting import hundredths
from engine.retrieval.index import NO_NEIGHBOUR
from scripts.benchmarks.accuracy_figures import major_groups
from scripts.benchmarks.common import Figures
from scripts.benchmarks.scoreboard_sources import FurtherFigures

MIN_OCCUPATIONS = 15
"""Minimum number of rated occupations for which a major group gets its own coverage."""

LOW_RISK, HIGH_NOVELTY = 0.05, 0.9
"""Tasks with a lower risk, or a higher novelty, get their own coverage."""

POTENTIAL_2023 = "genai_potential_2023"
"""The ILO's edition of 2023, which is compared with that of 2025."""


def figures(
    corpus: Corpus,
    scores: CatalogueScores,
    further: FurtherFigures,
    *,
    error: Callable[[str], ErrorModel],
) -> Figures:
    """Return all figures of the scoreboard.

    Args:
        corpus: the published reference.
        scores: left-out scores of all its tasks.
        further: figures by row of the corpus.
        error: SOC code -> how the errors of risk combine in the occupation.
    """
    estimates = CatalogueEstimates.of(corpus, scores, error)
    alone = CatalogueEstimates.of(corpus, scores, error, time_errors=False)
    return {
        "outcomes": outcome_figures(corpus, scores, further),
        "exposure level": level_figures(corpus, scores),
        "people": people_figures(scores, further),
        "use": use_figures(corpus, scores, further),
        "occupations": occupation_coverage(estimates, alone),
        "tasks": task_coverage(corpus, scores),
        "tiers": tier_counts(estimates),
        "evidence": evidence_figures(corpus, scores),
        "applicability": applicability(corpus, scores),
    }


def outcome_figures(corpus: Corpus, scores: CatalogueScores, further: FurtherFigures) -> Figures:
    """Return how the engine and each published measure agree with each published outcome."""
    outcomes = {
        name: corpus.tasks[name].to_numpy(dtype=float)
        for name in corpus.measures
        if corpus.tasks[name].notna().any()
    }
    found = scoreboard.standings(
        outcomes, scores.predictions.values, {POTENTIAL_2023: further.potential_2023}
    )
    held_out = scores.fold > 0
    return {
        name: {
            "rater": corpus.sources[name].rater,
            "date": corpus.sources[name].date,
            "held_out": float(held_out[~np.isnan(outcomes[name])].mean()),
            "coverage": _coverage(scores, name, outcomes[name]),
        }
        | _standing(standing)
        for name, standing in found.items()
    }


def _coverage(scores: CatalogueScores, measure: str, outcomes: np.ndarray) -> float | None:
    """Return the share of estimated tasks whose outcome lies in its interval."""
    found = scores.predictions
    if measure not in found.values:
        return None
    estimated = ~np.isnan(found.values[measure])
    low, high = found.low[measure][estimated], found.high[measure][estimated]
    return metrics.coverage(low, high, outcomes[estimated])


def _standing(standing: Standing) -> Figures:
    return {
        "tasks": standing.known,
        "estimate": _agreement(standing.estimate),
        "gap": _number(standing.gap),
        "risk": _agreement(standing.risk),
        "ai_capability": _agreement(standing.ai_capability),
        "published": {
            name: {"itself": _agreement(rival.published), "engine": _agreement(rival.engine)}
            for name, rival in standing.rivals.items()
        },
    }


def _agreement(found: Agreement | None) -> Figures | None:
    if found is None:
        return None
    return {"count": found.count, "r": _number(found.r), "rho": _number(found.rho)}


def _number(value: float) -> float | None:
    """Return a number as JSON can hold it: None for NaN."""
    return None if math.isnan(value) else value


def level_figures(corpus: Corpus, scores: CatalogueScores) -> Figures:
    """Return how often the exposure level is GPT-4's; empty if the corpus lacks GPT-4's."""
    if rubric.LEVEL_MEASURE not in corpus.measures:
        return {}
    rated = corpus.tasks[rubric.LEVEL_MEASURE].to_numpy(dtype=float)
    known = ~np.isnan(rated)
    levels = np.array([rubric.EXPOSURE_LEVELS[level] for level in scores.predictions.levels])
    return {"tasks": int(known.sum()), "accuracy": float(np.mean((levels == rated)[known]))}


def people_figures(scores: CatalogueScores, further: FurtherFigures) -> Figures:
    """Return how GPT-4, and the engine, agree with people on the level of automation."""
    rated = ~np.isnan(further.people)
    people = further.people[rated]
    series = {
        "GPT-4": further.model[rated],
        "engine": scores.predictions.values[rubric.RISK_MEASURE][rated],
    }
    return {
        name: {
            "agreement": _agreement(scoreboard.agreement(values, people)),
            "same_level": scoreboard.same_level(values, people, rubric.AUTOMATION_LEVELS),
        }
        for name, values in series.items()
    }


def use_figures(corpus: Corpus, scores: CatalogueScores, further: FurtherFigures) -> Figures:
    """Return how occupations are ranked like the observed use of their tasks in 2026.

    Returns:
        "all occupations", and those "in use" -> estimate or published measure -> its agreement.
    """
    means = {
        f"engine: {name}": scoreboard.occupation_means(
            scores.predictions.values[name], scores.shares, corpus.rows_of
        )
        for name in (rubric.RISK_MEASURE, rubric.CAPABILITY_MEASURE)
    } | {
        name: scoreboard.occupation_means(
            corpus.tasks[name].to_numpy(dtype=float), scores.shares, corpus.rows_of
        )
        for name in corpus.measures
    }
    use = scoreboard.occupation_sums(further.use, corpus.rows_of)
    groups = {"all occupations": use, "in use": np.where(use > 0, use, np.nan)}
    return {
        group: {
            name: _agreement(found)
            for name, values in means.items()
            if (found := scoreboard.agreement(values, observed)).count >= scoreboard.MIN_COMMON
        }
        for group, observed in groups.items()
    }


def occupation_coverage(estimates: CatalogueEstimates, alone: CatalogueEstimates) -> Figures:
    """Return the coverage of the intervals of risk, by third of risk and by major group.

    Args:
        estimates: of all occupations.
        alone: the same, with the errors of the tasks' estimates alone.
    """
    rated = estimates.rated()
    groups = {"all": np.arange(len(rated.codes)), **thirds(rated.values)}
    majors = major_groups(rated.codes)
    groups |= {name: rows for name, rows in majors.items() if len(rows) >= MIN_OCCUPATIONS}
    shown = coverage_by_group(rated.intervals, groups)
    same_shares = coverage_by_group(alone.rated().intervals, groups)
    return {
        name: asdict(found) | {"coverage_same_shares": same_shares[name].coverage}
        for name, found in shown.items()
    }


def thirds(risk: np.ndarray) -> dict[str, np.ndarray]:
    """Return the positions in each third of predicted risk, lowest first."""
    parts = np.array_split(np.argsort(risk, kind="stable"), 3)
    return {f"risk, third {number}": part for number, part in enumerate(parts, start=1)}


def task_coverage(corpus: Corpus, scores: CatalogueScores) -> Figures:
    """Return the coverage of the intervals of risk of tasks, also where it is hardest to reach."""
    rated = np.flatnonzero(corpus.tasks[rubric.RISK_MEASURE].notna())
    found = scores.predictions[rated]
    intervals = Intervals(
        low=found.low[rubric.RISK_MEASURE],
        high=found.high[rubric.RISK_MEASURE],
        rated=corpus.tasks[rubric.RISK_MEASURE].to_numpy(dtype=float)[rated],
    )
    groups = {
        "all": np.arange(len(rated)),
        f"risk below {LOW_RISK:g}": np.flatnonzero(found.values[rubric.RISK_MEASURE] < LOW_RISK),
        f"novelty above {HIGH_NOVELTY:g}": np.flatnonzero(found.novelty > HIGH_NOVELTY),
    }
    return {name: asdict(one) for name, one in coverage_by_group(intervals, groups).items()}


def tier_counts(estimates: CatalogueEstimates) -> Figures:
    """Return the number of occupations in each tier, by estimate and by rating, lowest first."""
    return {
        name: {tier: counts[tier] for _, tier in reversed(rubric.TIERS)}
        for name, counts in {
            "by estimate": Counter(map(rubric.tier, estimates.values)),
            "by rating": Counter(map(rubric.tier, estimates.rated().ratings)),
        }.items()
    }


def evidence_figures(corpus: Corpus, scores: CatalogueScores) -> Figures:
    """Return the share of catalog tasks whose risk lies outside the outcomes of their evidence.

    Both are compared as pages show them, to the whole percent.
    """
    rows = np.flatnonzero(scores.shares > 0)
    shown = scores.shown.rows[rows]
    known = corpus.tasks[rubric.RISK_MEASURE].to_numpy(dtype=float)
    evidence = np.where(shown == NO_NEIGHBOUR, np.nan, known[shown])
    outside = outside_evidence(
        _whole_percent(scores.predictions.values[rubric.RISK_MEASURE][rows]),
        _whole_percent(evidence),
    )
    return {"tasks": len(rows), "outside": float(outside.mean())}


def _whole_percent(values: np.ndarray) -> np.ndarray:
    """Return values in percent as pages show them; NaN stays."""
    known = ~np.isnan(values)
    shown = np.full(values.shape, np.nan)
    shown[known] = [hundredths(value) for value in values[known].tolist()]
    return shown


def applicability(corpus: Corpus, scores: CatalogueScores) -> Figures:
    """Return how many catalog tasks, in use and not known to be, get an estimate of how."""
    own = scores.shares > 0
    found = {}
    for name in measures.OBSERVED:
        if name not in scores.predictions.values:
            continue
        used = own & corpus.tasks[name].notna().to_numpy()
        estimated = ~np.isnan(scores.predictions.values[name])
        found[name] = {
            "used": float(estimated[used].mean()),
            "others": float(estimated[own & ~used].mean()),
        }
    return found
