r"""Combine the jobs of a workforce, and their errors, into the risk of a group of people.

The risk of a group is :math:`V = \sum_j w_j r_j` over its jobs, with :math:`w_j` the part of the
group that has job :math:`j` and :math:`r_j` the risk of its matched occupation. Two things can be
wrong:

- *The estimates of the occupations.* Their errors are shared by all people of an occupation and
  correlated between occupations; see ``shared_errors``. They have variance :math:`s_e^2`.
- *The occupations themselves.* A title is its matched occupation with probability :math:`p`, and
  another one otherwise: one of the listed alternatives with theirs, or any occupation of the
  catalog with the rest. So the risk of the true occupation differs from :math:`r_j` by
  :math:`\mu_j` on average, with variance :math:`v_j`. A title is wrong in all of its jobs at
  once, so :math:`s_t^2 = \sum_T (\sum_{j \in T} w_j \sqrt{v_j})^2` over the titles :math:`T`.

With :math:`b = \sum_j w_j \mu_j`, the interval is
:math:`[V + \min(b, 0) - z s,\; V + \max(b, 0) + z s]`, where :math:`s^2 = s_e^2 + s_t^2` and
:math:`z` is the normal deviate of the confidence. It covers the normal interval around the expected
risk, and always includes the risk that is stated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.records.title_match import TitleCandidate
from engine.records.workforce import SURE, WorkforceGroup
from engine.workforce.catalog import CatalogRisks, deviate


@dataclass(frozen=True, kw_only=True)
class Unit:
    """An occupation, or a job with its own tasks, as a part of the workforce.

    Attributes:
        name: its title.
        code: its code, or the beginning of one; "" if unknown.
        soc_code: the code to show; None for a job scored by its own tasks.
        risk: in [0, 1].
        can_help: share of working time that AI can help with beyond the risk, in [0, 1].
        error: standard error of the risk, ≥ 0.
    """

    name: str
    code: str
    soc_code: str | None
    risk: float
    can_help: float
    error: float


@dataclass(frozen=True, kw_only=True)
class Job:
    """People with one title in one department.

    Attributes:
        unit: number of their unit.
        title: number of their title; titles that are equal have equal numbers.
        department: number of their department.
        headcount: their number, > 0.
        weight: their part in the workforce before it is made to sum to 1, ≥ 0.
        probability: that the unit is right, in [0, 1].
        shift: expected difference of the true risk from that of the unit.
        spread: standard deviation of that difference, ≥ 0.
    """

    unit: int
    title: int
    department: int
    headcount: float
    weight: float
    probability: float = 1.0
    shift: float = 0.0
    spread: float = 0.0


def title_error(
    risk: float, probability: float, alternatives: Sequence[TitleCandidate], catalog: CatalogRisks
) -> tuple[float, float]:
    """Return mean and standard deviation of the difference of the true risk from a matched one.

    Args:
        risk: of the matched occupation, in [0, 1].
        probability: that the match is right, in [0, 1].
        alternatives: other occupations with their probabilities. What is left to 1 is spread over
            the catalog.
        catalog: risks of the alternatives.
    """
    rest = 1.0 - probability
    first = second = 0.0
    for other in alternatives:
        chance = min(other.probability, rest)
        if chance > 0 and other.soc_code in catalog.risks:
            difference = catalog.risks[other.soc_code] - risk
            first += chance * difference
            second += chance * difference**2
            rest -= chance
    difference = catalog.mean - risk
    first += rest * difference
    second += rest * (difference**2 + catalog.variance)
    return first, math.sqrt(max(second - first**2, 0.0))


class Workforce:
    """The jobs of a workforce as arrays, to combine any part of them.

    Args:
        units: occupations and jobs with own tasks.
        jobs: at least one, of these units.
        catalog: correlations of the errors.
        confidence: of the intervals, in (0, 1).
    """

    def __init__(
        self,
        units: Sequence[Unit],
        jobs: Sequence[Job],
        catalog: CatalogRisks,
        confidence: float,
    ) -> None:
        self.units = list(units)
        self._catalog = catalog
        self._deviate = deviate(confidence)
        self._codes = [unit.code for unit in units]
        self._risks = np.array([unit.risk for unit in units])
        self._helps = np.array([unit.can_help for unit in units])
        self._errors = np.array([unit.error for unit in units])
        self.unit = np.array([job.unit for job in jobs])
        self.department = np.array([job.department for job in jobs])
        self._title = np.array([job.title for job in jobs])
        self.headcount = np.array([job.headcount for job in jobs])
        self.weight = np.array([job.weight for job in jobs])
        self._probability = np.array([job.probability for job in jobs])
        self._shift = np.array([job.shift for job in jobs])
        self._spread = np.array([job.spread for job in jobs])

    def group(
        self, jobs: np.ndarray, name: str, *, soc_code: str | None = None, merged: int = 0
    ) -> WorkforceGroup:
        """Combine some of the jobs.

        Args:
            jobs: their numbers, shape (n,); some of them have a weight.
            name, soc_code, merged: of the group.
        """
        total = float(self.weight[jobs].sum())
        weights = self.weight[jobs] / total
        present, place = np.unique(self.unit[jobs], return_inverse=True)
        shares = np.bincount(place, weights=weights)
        value = float(shares @ self._risks[present])
        low, high = self._interval(jobs, weights, value, present, shares)
        people = float(self.headcount[jobs].sum())
        unsure = float(self.headcount[jobs][self._probability[jobs] < SURE].sum())
        return WorkforceGroup(
            name=name,
            headcount=people,
            share=total / float(self.weight.sum()),
            risk=min(max(value, 0.0), 1.0),
            risk_interval=(max(low, 0.0), min(high, 1.0)),
            can_help=float(shares @ self._helps[present]),
            unsure_share=unsure / people if people else 0.0,
            soc_code=soc_code,
            merged=merged,
        )

    def _interval(
        self,
        jobs: np.ndarray,
        weights: np.ndarray,
        value: float,
        present: np.ndarray,
        shares: np.ndarray,
    ) -> tuple[float, float]:
        amounts = shares * self._errors[present]
        variance = self._catalog.shared.variance(amounts, [self._codes[unit] for unit in present])
        _, title = np.unique(self._title[jobs], return_inverse=True)
        spreads = np.bincount(title, weights=weights * self._spread[jobs])
        half = self._deviate * math.sqrt(variance + float(spreads @ spreads))
        shift = float(weights @ self._shift[jobs])
        return value + min(shift, 0.0) - half, value + max(shift, 0.0) + half
