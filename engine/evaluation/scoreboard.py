"""Compare left-out estimates, and published measures, with each published outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.evaluation import metrics
from engine.records import rubric
from engine.records.results import MIN_RATED_TIME

MIN_COMMON = 30
"""Tasks or occupations that two series must have in common to be correlated."""


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How well a series agrees with an outcome where both are known.

    Attributes:
        count: number of tasks or occupations with both.
        r: Pearson correlation; NaN below ``MIN_COMMON``, or if a series is constant.
        rho: Spearman correlation; NaN like ``r``.
    """

    count: int
    r: float
    rho: float


@dataclass(frozen=True, kw_only=True)
class Rival:
    """A published measure as an estimate of an outcome.

    Attributes:
        published: agreement of the measure with the outcome.
        engine: agreement of the engine's estimate with the outcome, on the same tasks; None if the
            engine does not estimate the outcome.
    """

    published: Agreement
    engine: Agreement | None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How well a published outcome is known to those who have not seen it.

    Attributes:
        known: number of tasks with this outcome.
        estimate: agreement of the engine's estimate; None if it does not estimate the outcome.
        gap: largest calibration gap of the estimate in tenths; NaN without an estimate.
        risk: agreement of the engine's risk.
        ai_capability: agreement of the engine's AI capability.
        rivals: other published measure -> its agreement; absent below ``MIN_COMMON`` tasks.
    """

    known: int
    estimate: Agreement | None
    gap: float
    risk: Agreement
    ai_capability: Agreement
    rivals: Mapping[str, Rival]


def agreement(series: np.ndarray, outcomes: np.ndarray) -> Agreement:
    """Correlate a series with outcomes where both are known.

    Args:
        series: shape (n,), NaN where unknown.
        outcomes: shape (n,), NaN where unknown.
    """
    from scipy.stats import rankdata

    both = ~(np.isnan(series) | np.isnan(outcomes))
    first, second = series[both], outcomes[both]
    if len(first) < MIN_COMMON or np.ptp(first) == 0 or np.ptp(second) == 0:
        return Agreement(count=len(first), r=float("nan"), rho=float("nan"))
    return Agreement(
        count=len(first),
        r=metrics.correlation(first, second),
        rho=metrics.correlation(rankdata(first), rankdata(second)),
    )


def standings(
    outcomes: Mapping[str, np.ndarray],
    estimates: Mapping[str, np.ndarray],
    further: Mapping[str, np.ndarray] | None = None,
) -> dict[str, Standing]:
    """Compare the engine, and each published measure, with each published outcome.

    A measure and its mean with another one are not compared.

    Args:
        outcomes: measure -> published outcomes of the tasks, shape (n_tasks,), NaN where unknown.
        estimates: measure -> left-out estimates, shape (n_tasks,), NaN where there is none; must
            have risk and AI capability.
        further: published measures that are only compared, of the same form as ``outcomes``.

    Returns:
        Measure of ``outcomes`` -> its standing.
    """
    published = {**outcomes, **(further or {})}
    return {
        name: Standing(
            known=int(np.sum(~np.isnan(known))),
            estimate=agreement(estimates[name], known) if name in estimates else None,
            gap=_gap(estimates[name], known) if name in estimates else float("nan"),
            risk=agreement(estimates[rubric.RISK_MEASURE], known),
            ai_capability=agreement(estimates[rubric.CAPABILITY_MEASURE], known),
            rivals=_rivals(name, published, estimates.get(name)),
        )
        for name, known in outcomes.items()
    }


def occupation_means(
    values: np.ndarray, shares: np.ndarray, rows_of: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Return Σ share × value over the tasks of each occupation, shape (n_occupations,).

    The shares of the tasks with a value are rescaled to sum to 1. An occupation in which they take
    less than ``MIN_RATED_TIME`` has NaN.

    Args:
        values: shape (n_tasks,), NaN where unknown.
        shares: time shares, shape (n_tasks,), sum to 1 in each occupation.
        rows_of: occupation -> rows of its tasks.
    """
    means = np.full(len(rows_of), np.nan)
    for position, rows in enumerate(rows_of.values()):
        known = rows[~np.isnan(values[rows])]
        time = shares[known].sum()
        if time >= MIN_RATED_TIME:
            means[position] = shares[known] @ values[known] / time
    return means


def occupation_sums(values: np.ndarray, rows_of: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return the sum of known values over the tasks of each occupation, shape (n_occupations,).

    Args:
        values: shape (n_tasks,), NaN where unknown.
        rows_of: occupation -> rows of its tasks.
    """
    return np.array([np.nansum(values[rows]) for rows in rows_of.values()])


def same_level(first: np.ndarray, second: np.ndarray, levels: Mapping[str, float]) -> float:
    """Return the share of values whose nearest rubric levels are the same.

    Halfway between two levels, the higher one is nearest.

    Args:
        first: values in [0, 1], shape (n,).
        second: values in [0, 1], shape (n,).
        levels: rubric level -> value in [0, 1].
    """
    steps = np.sort(list(levels.values()))
    middles = (steps[1:] + steps[:-1]) / 2
    nearest = (np.searchsorted(middles, values, side="right") for values in (first, second))
    return float(np.mean(np.equal(*nearest)))


def _rivals(
    name: str, published: Mapping[str, np.ndarray], estimate: np.ndarray | None
) -> dict[str, Rival]:
    """Return how other published measures agree with one, and the engine on the same tasks."""
    known, rivals = published[name], {}
    for other, values in published.items():
        if other == name or _overlap(name, other):
            continue
        common = ~np.isnan(values)
        if estimate is not None:
            common &= ~np.isnan(estimate)
        found = agreement(values[common], known[common])
        if found.count >= MIN_COMMON:
            engine = None if estimate is None else agreement(estimate[common], known[common])
            rivals[other] = Rival(published=found, engine=engine)
    return rivals


def _overlap(first: str, second: str) -> bool:
    """Return whether one measure is a mean that the other is a part of."""
    pair = {first, second}
    return rubric.CAPABILITY_MEASURE in pair and bool(pair.intersection(rubric.EXPOSURE_RATERS))


def _gap(estimates: np.ndarray, outcomes: np.ndarray) -> float:
    both = ~(np.isnan(estimates) | np.isnan(outcomes))
    if both.sum() < MIN_COMMON:
        return float("nan")
    return metrics.calibration_gap(estimates[both], outcomes[both])
