"""What moves from one occupation to others would win: risk, wage, growth; filters and ranking.

All is computed for many occupations at once, as arrays with one value an occupation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.careers.results import MoveFilters, Outlook, RankingWeights
from engine.records.estimates import Estimate

_QUANTILES = 51


@dataclass(frozen=True, kw_only=True)
class Prospects:
    """Moves from one occupation to others; arrays of shape (n,), NaN where it is not known.

    Attributes:
        risk_difference: risk there less one's own, in [-1, 1].
        probability_safer: that the risk there is really lower, in [0, 1].
        wage_ratio: median wage there over one's own.
        employment_change: projected there over ten years: .05 for a twentieth more.
    """

    risk_difference: np.ndarray
    probability_safer: np.ndarray
    wage_ratio: np.ndarray
    employment_change: np.ndarray

    def tests(self, filters: MoveFilters) -> dict[str, np.ndarray]:
        """Filter of prospects that is set -> who passes it, shape (n,)."""
        found: dict[str, np.ndarray] = {}
        if filters.safer_only:
            found["safer_only"] = self.risk_difference < 0
        if filters.min_risk_reduction:
            found["min_risk_reduction"] = -self.risk_difference >= filters.min_risk_reduction
        if filters.min_probability_safer:
            likely = self.probability_safer >= filters.min_probability_safer
            found["min_probability_safer"] = likely
        if filters.min_wage_ratio is not None:
            found["min_wage_ratio"] = self.wage_ratio >= filters.min_wage_ratio
        if filters.growing_only:
            found["growing_only"] = self.employment_change > 0
        return found

    def score(
        self, weights: RankingWeights, similarity: np.ndarray, carries_over: np.ndarray
    ) -> np.ndarray:
        """The weighted mean of the parts that ``RankingWeights`` names, shape (n,), in [0, 1]."""
        parts = {
            "similarity": similarity,
            "carries_over": carries_over,
            "safety": self.probability_safer,
            "wage": np.nan_to_num(np.clip(self.wage_ratio / 2, 0.0, 1.0), nan=0.5),
            "growth": np.nan_to_num(np.clip(0.5 + self.employment_change / 0.4, 0, 1), nan=0.5),
        }
        return sum(getattr(weights, name) * part for name, part in parts.items()) / weights.total


def step_tests(
    filters: MoveFilters, job_zone_step: np.ndarray, carries_over: np.ndarray
) -> dict[str, np.ndarray]:
    """Filter of feasibility that is set -> which moves pass it, shape (n,)."""
    found: dict[str, np.ndarray] = {}
    if filters.max_job_zone_gap is not None:
        far = np.abs(job_zone_step) > filters.max_job_zone_gap  # an unknown zone is not far
        found["max_job_zone_gap"] = ~far
    if filters.min_carries_over:
        found["min_carries_over"] = carries_over >= filters.min_carries_over
    return found


def passing(tests: Mapping[str, np.ndarray], count: int) -> tuple[np.ndarray, dict[str, int]]:
    """Who passes all tests, shape (count,), and how many each took out of those left to it."""
    left = np.ones(count, dtype=bool)
    removed = {}
    for name, passes in tests.items():
        removed[name] = int((left & ~passes).sum())
        left &= passes
    return left, removed


class Destinations:
    """Risk, wage and growth of the occupations that one might move to.

    Args:
        risks, outlooks: one an occupation.
        errors: errors of occupations' risks as rated, in sizes of the expected error, rising.
    """

    def __init__(self, risks: list[Estimate], outlooks: list[Outlook], errors: np.ndarray) -> None:
        self.risk = np.array([risk.value for risk in risks])
        self._sizes = np.array([risk.error for risk in risks])
        self._wages = _numbers([outlook.median_wage for outlook in outlooks])
        self._changes = _numbers([outlook.employment_change for outlook in outlooks])
        self._spread = spread(errors)

    def prospects(self, risk: Estimate, outlook: Outlook, rows: np.ndarray) -> Prospects:
        """Moving to ``rows`` from an occupation of this risk and outlook."""
        return Prospects(
            risk_difference=self.risk[rows] - risk.value,
            probability_safer=probability_lower(
                self.risk[rows], self._sizes[rows], risk, self._spread
            ),
            wage_ratio=self._wages[rows] / (outlook.median_wage or np.nan),
            employment_change=self._changes[rows],
        )


def spread(errors: np.ndarray) -> np.ndarray:
    """Errors of either sign, equally likely and rising, for errors without sign; 0 of none."""
    if not len(errors):
        return np.zeros(1)
    size = np.quantile(errors, (np.arange(_QUANTILES) + 0.5) / _QUANTILES)
    return np.concatenate([-size[::-1], size])


def probability_lower(
    values: np.ndarray, sizes: np.ndarray, here: Estimate, errors: np.ndarray
) -> np.ndarray:
    """Probability that the true values there are lower than here, shape (n,), in [0, 1].

    Each true value is the estimate plus an error of its own. That errors of similar occupations go
    together is left out: the probability is, if anything, too near one half.

    Args:
        values, sizes: estimates there and the expected sizes of their errors, shape (n,).
        here: the estimate here.
        errors: equally likely errors, in expected sizes, rising, as ``spread`` gives them.
    """
    difference = (here.value - values)[:, None] + here.error * errors
    limits = difference / np.maximum(sizes, 1e-9)[:, None]
    below = np.searchsorted(errors, limits, side="left")
    up_to = np.searchsorted(errors, limits, side="right")
    return (below + up_to).mean(axis=1) / (2 * len(errors))


def _numbers(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=float)
