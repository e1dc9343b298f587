"""Figures of accuracy from held-out predictions: errors, intervals, calibration, comparisons."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from engine import Corpus
from engine.evaluation import metrics
from engine.evaluation.baselines import CORPUS_MEAN
from engine.evaluation.held_out import ENGINE, HeldOut
from engine.records import soc
from engine.records.time_share import allocate

MEASURES = ("exposure_human", "exposure_model", "exposure", "automation")

MIN_GROUP = 100
"""Minimum number of tasks for which a group gets its own figures."""

MIN_TASKS, WORST = 10, 10
"""Rated tasks that an occupation needs to be listed among the worst, and how many are listed."""

Row = dict[str, float]


def engine_figures(result: HeldOut, corpus: Corpus) -> dict[str, Row]:
    """Return the engine's figures by measure, by fifth of predicted risk, and by major group."""
    table: dict[str, Row] = {}
    shares = rated_shares(corpus)
    for measure, predictions in result.methods[ENGINE].items():
        outcomes = corpus.tasks[measure].to_numpy()[result.rows]
        if np.isnan(outcomes).all():
            continue
        low, high = result.interval(measure)
        table[measure] = interval_figures(predictions, outcomes, low, high)
        table[measure]["gap"] = metrics.calibration_gap(predictions, outcomes)
        if not np.isnan(outcomes).any():
            table[measure]["occupations"] = result.occupation_coverage(corpus, shares, measure)
    risk, outcomes = risk_and_outcomes(result, corpus)
    low, high = result.interval("automation")
    codes = corpus.tasks["soc_code"].to_numpy()[result.rows]
    for name, part in (fifths(risk) | major_groups(codes)).items():
        if len(part) >= MIN_GROUP:
            table[name] = interval_figures(risk[part], outcomes[part], low[part], high[part])
    known = corpus.tasks["category"].to_numpy()[result.rows].tolist()
    table["category"] = {"accuracy": metrics.category_accuracy(result.categories, known)}
    if "exposure_model" in corpus.measures:
        table["exposure level"] = {"accuracy": float(np.mean(result.levels_right(corpus)))}
    if "observed_automation" in corpus.measures:
        observed = corpus.tasks["observed_automation"].to_numpy()[result.rows]
        for measure in ("automation", "exposure"):
            table[f"observed in 2025, ranked by {measure}"] = rank_correlations(
                result.methods[ENGINE][measure],
                corpus.tasks[measure].to_numpy()[result.rows],
                observed,
            )
    table["novelty"] = {
        "r": float(np.corrcoef(result.novelty, np.abs(risk - outcomes))[0, 1]),
        "out_of_scope": result.out_of_scope,
    }
    table["texts that are not work"] = {"out_of_scope": result.not_work_flagged}
    return table


def risk_and_outcomes(result: HeldOut, corpus: Corpus) -> tuple[np.ndarray, np.ndarray]:
    risk = result.methods[ENGINE]["automation"]
    return risk, corpus.tasks["automation"].to_numpy()[result.rows]


def interval_figures(
    predictions: np.ndarray, outcomes: np.ndarray, low: np.ndarray, high: np.ndarray
) -> Row:
    """Return figures of predictions and their intervals; all arrays have shape (n,).

    Outcomes may be NaN: the number of tasks, r, the mean squared error, and the coverage are over
    known outcomes. The width is the mean over all tasks.
    """
    return {
        "tasks": float(np.sum(~np.isnan(outcomes))),
        "r": metrics.correlation(predictions, outcomes),
        "mse": metrics.mean_square_error(predictions, outcomes),
        "coverage": metrics.coverage(low, high, outcomes),
        "width": float(np.nanmean(high - low)),
    }


def fifths(risk: np.ndarray) -> dict[str, np.ndarray]:
    """Return the rows of each fifth of predicted risk, lowest first."""
    parts = np.array_split(np.argsort(risk, kind="stable"), 5)
    return {f"risk, fifth {number}": part for number, part in enumerate(parts, start=1)}


def major_groups(codes: np.ndarray) -> dict[str, np.ndarray]:
    """Return the rows of each SOC major group."""
    majors = np.array([code[:2] for code in codes])
    return {
        f"{major} {name}": np.flatnonzero(majors == major)
        for major, name in soc.MAJOR_GROUPS.items()
    }


def rank_correlations(estimates: np.ndarray, ratings: np.ndarray, observed: np.ndarray) -> Row:
    """Return Spearman's rho of estimates, and of the ratings themselves, with observed use."""
    from scipy.stats import spearmanr

    seen = ~np.isnan(observed)
    return {
        "tasks": float(seen.sum()),
        "rho": float(spearmanr(estimates[seen], observed[seen])[0]),
        "rho_labels": float(spearmanr(ratings[seen], observed[seen])[0]),
    }


def rated_shares(corpus: Corpus) -> np.ndarray:
    """Return time shares by the tasks' own ratings alone, shape (n_tasks,)."""
    shares = np.zeros(len(corpus.tasks))
    for code, rows in corpus.rows_of.items():
        tasks = corpus.occupation(code).task_records
        shares[rows] = allocate(tasks, np.full(len(rows), np.nan))[0]
    return shares


def worst_occupations(
    corpus: Corpus, codes: np.ndarray, error: np.ndarray, novelty: np.ndarray
) -> list[dict[str, Any]]:
    """Return the occupations with the largest mean absolute error of risk, worst first.

    Args:
        corpus: where their titles are.
        codes, error, novelty: SOC code, signed error, and novelty of each task, shape (n,).
    """
    found: list[dict[str, Any]] = []
    for code in np.unique(codes):
        rows = codes == code
        if rows.sum() >= MIN_TASKS:
            found.append(
                {
                    "soc_code": str(code),
                    "title": corpus.title_of(code),
                    "tasks": int(rows.sum()),
                    "error": float(np.abs(error[rows]).mean()),
                    "bias": float(error[rows].mean()),
                    "novelty": float(novelty[rows].mean()),
                }
            )
    return sorted(found, key=lambda entry: -entry["error"])[:WORST]


def compare_methods(
    results: Mapping[str, HeldOut], shipped: str, corpus: Corpus
) -> dict[str, dict[str, Any]]:
    """Return the correlation of every method, and how much better the shipped engine is.

    Args:
        results: encoder -> its held-out predictions; all on the same tasks.
        shipped: name of the encoder whose engine ships.
        corpus: where the outcomes are.

    Returns:
        "encoder: method" -> measure -> ``r`` and, except for the engine itself and the corpus mean,
        ``engine_more``: the difference and its 95% interval.
    """
    rows = results[shipped].rows
    codes = corpus.tasks["soc_code"].to_numpy()[rows]
    best = results[shipped].methods[ENGINE]
    figures: dict[str, dict[str, Any]] = {}
    for name, result in results.items():
        order = np.argsort(result.rows)[np.argsort(np.argsort(rows))]
        for method, measures in result.methods.items():
            line: dict[str, Any] = {}
            for measure in (m for m in MEASURES if m in measures and m in best):
                outcomes = corpus.tasks[measure].to_numpy()[rows]
                if np.isnan(outcomes).all():
                    continue
                predictions = measures[measure][order]
                line[measure] = {"r": metrics.correlation(predictions, outcomes)}
                itself = (name, method) == (shipped, ENGINE)
                if method != CORPUS_MEAN and not itself:
                    line[measure]["engine_more"] = metrics.paired_difference(
                        best[measure], predictions, outcomes, codes
                    )
            figures[f"{name}: {method}"] = line
    return figures


def mean_of_runs(runs: Sequence[Mapping[str, Row]]) -> dict[str, Row]:
    """Return the mean of every figure over runs with different seeds."""
    return {
        name: {key: statistics.fmean(run[name][key] for run in runs) for key in row}
        for name, row in runs[0].items()
    }
