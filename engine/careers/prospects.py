"""What a move would change: risk, wage and growth; filters and ranking for many moves at once.

Every array has one value per move, shape (n,).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.careers.education import study_step, years_after_school
from engine.careers.filters import MoveFilters, RankingWeights
from engine.careers.results import Outlook
from engine.records.estimates import Estimate

_QUANTILES = 51


@dataclass(frozen=True, kw_only=True)
class Prospects:
    """Prospects of moves from one occupation to others; NaN where unknown.

    Attributes:
        risk_difference: risk of the other occupation minus that of the origin, in [-1, 1].
        probability_safer: probability that its true risk is lower, in [0, 1].
        wage_ratio: its median wage divided by that of the origin.
        employment_change: its projected change of employment; .05 means 5% more in ten years.
        growth_difference: that minus the projected change of the origin.
        education_step: years of study that the move takes; see ``study_step``.
    """

    risk_difference: np.ndarray
    probability_safer: np.ndarray
    wage_ratio: np.ndarray
    employment_change: np.ndarray
    growth_difference: np.ndarray
    education_step: np.ndarray

    def checks(self, filters: MoveFilters) -> dict[str, np.ndarray]:
        """Return filter -> which moves pass it, for the filters of prospects that are set."""
        return filters.destination_checks(
            risk_difference=self.risk_difference,
            probability_safer=self.probability_safer,
            wage_ratio=self.wage_ratio,
            employment_change=self.employment_change,
            growth_difference=self.growth_difference,
        )

    def score(
        self,
        weights: RankingWeights,
        *,
        similarity: np.ndarray,
        carries_over: np.ndarray,
        effort: np.ndarray,
    ) -> np.ndarray:
        """Return the weighted mean of the parts that ``RankingWeights`` defines, in [0, 1]."""
        parts = {
            "similarity": similarity,
            "carries_over": carries_over,
            "safety": self.probability_safer,
            "ease": np.exp(-effort),
            "wage": np.nan_to_num(np.clip(self.wage_ratio / 2, 0.0, 1.0), nan=0.5),
            "growth": np.nan_to_num(np.clip(0.5 + self.employment_change / 0.4, 0, 1), nan=0.5),
        }
        return sum(getattr(weights, name) * part for name, part in parts.items()) / weights.total


class CatalogProspects:
    """Risk, wage and growth of the catalog's occupations, to compare with those of an origin.

    Args:
        risks, outlooks: one for each occupation, in the same order.
        risk_errors: absolute errors of occupations' risks divided by their expected sizes,
            ascending.

    Attributes:
        risk: estimated risks, shape (n_occupations,), in [0, 1].
        wages: median wages, dollars a year, of the same shape; NaN where unknown.
        changes: projected changes of employment, of the same shape; NaN where unknown.
        years: years of study for typical entry, of the same shape; NaN where unknown.
        licenses: names of the licenses that they need, of the same shape; "" for none.
    """

    def __init__(
        self, risks: Sequence[Estimate], outlooks: Sequence[Outlook], risk_errors: np.ndarray
    ) -> None:
        self.risk = np.array([risk.value for risk in risks])
        self._expected_errors = np.array([risk.error for risk in risks])
        self.wages = _numbers([outlook.median_wage for outlook in outlooks])
        self.changes = _numbers([outlook.employment_change for outlook in outlooks])
        self.years = np.array([years_after_school(outlook.education) for outlook in outlooks])
        self.licenses = np.array([outlook.license for outlook in outlooks], dtype=object)
        self._errors = symmetric_errors(risk_errors)

    def of_moves(self, risk: Estimate, outlook: Outlook, rows: np.ndarray) -> Prospects:
        """Return the prospects of moves from an origin with this risk and outlook.

        Args:
            rows: the destinations, as row numbers of the catalog, shape (n,).
        """
        change = np.nan if outlook.employment_change is None else outlook.employment_change
        return Prospects(
            risk_difference=self.risk[rows] - risk.value,
            probability_safer=probability_lower(
                self.risk[rows], self._expected_errors[rows], risk, self._errors
            ),
            wage_ratio=self.wages[rows] / (outlook.median_wage or np.nan),
            employment_change=self.changes[rows],
            growth_difference=self.changes[rows] - change,
            education_step=study_step(
                self.years[rows] - years_after_school(outlook.education),
                self.licenses[rows],
                [outlook.license] * len(rows),
            ),
        )


def apply_checks(checks: Mapping[str, np.ndarray], count: int) -> tuple[np.ndarray, dict[str, int]]:
    """Apply filters one after another.

    Args:
        checks: filter -> which moves pass it, shape (count,).

    Returns:
        which moves pass all filters, shape (count,), and filter -> how many of the moves that
        passed the filters before it removed.
    """
    remaining = np.ones(count, dtype=bool)
    removed = {}
    for name, passes in checks.items():
        removed[name] = int((remaining & ~passes).sum())
        remaining &= passes
    return remaining, removed


def symmetric_errors(absolute_errors: np.ndarray) -> np.ndarray:
    """Return a sample of signed errors, ascending: 51 quantiles of the sizes with either sign.

    Args:
        absolute_errors: sizes, shape (n,); may be empty, which gives one error of 0.
    """
    if not len(absolute_errors):
        return np.zeros(1)
    sizes = np.quantile(absolute_errors, (np.arange(_QUANTILES) + 0.5) / _QUANTILES)
    return np.concatenate([-sizes[::-1], sizes])


def probability_lower(
    values: np.ndarray, expected_errors: np.ndarray, origin: Estimate, errors: np.ndarray
) -> np.ndarray:
    """Return the probability that the true values are lower than that of the origin.

    A true value is ``value + expected error × e``, where ``e`` is drawn from ``errors``,
    independently for each occupation; a tie counts half. In reality the errors of similar
    occupations are correlated, so the probability is, if anything, too close to one half.

    Args:
        values, expected_errors: the estimates and the expected sizes of their errors, shape (n,).
        origin: the estimate to compare with.
        errors: equally likely errors in units of their expected size, ascending, shape (m,), as
            ``symmetric_errors`` gives them.

    Returns:
        probabilities, shape (n,), in [0, 1].
    """
    difference = (origin.value - values)[:, None] + origin.error * errors
    limits = difference / np.maximum(expected_errors, 1e-9)[:, None]
    below = np.searchsorted(errors, limits, side="left")
    up_to = np.searchsorted(errors, limits, side="right")
    return (below + up_to).mean(axis=1) / (2 * len(errors))


def _numbers(values: Sequence[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=float)
