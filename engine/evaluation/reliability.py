"""Reliability of estimates: what was rated, in groups of tasks with similar estimates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Tasks with similar estimates; all numbers but ``count`` are in [0, 1].

    Attributes:
        estimate: mean estimate.
        outcome: mean known outcome.
        low, high: interval of the mean outcome.
        count: number of tasks.
    """

    estimate: float
    outcome: float
    low: float
    high: float
    count: int


def equal_parts(estimates: np.ndarray, count: int = 10) -> list[np.ndarray]:
    """Divide estimates, shape (n,), by size into parts of equal number: their positions."""
    return np.array_split(np.argsort(estimates, kind="stable"), count)


def reliability(
    estimates: np.ndarray,
    outcomes: np.ndarray,
    groups: Sequence[object],
    *,
    confidence: float,
    count: int = 10,
) -> list[ReliabilityBin]:
    """Compare estimates with known outcomes in parts of equal number, the lowest first.

    The interval of a mean outcome is normal, with the errors of a group counted as one
    (cluster-robust; Liang & Zeger 1986).

    Args:
        estimates, outcomes: in [0, 1], shape (n,), without NaN.
        groups: occupation of each, n of them.
        confidence: of the intervals, in (0, 1).
        count: number of parts; each needs at least one estimate.
    """
    deviate = NormalDist().inv_cdf((1 + confidence) / 2)
    _, group = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
    found = []
    for part in equal_parts(estimates, count):
        mean = float(outcomes[part].mean())
        sums = np.bincount(group[part], outcomes[part] - mean)
        half = deviate * math.sqrt(float(sums @ sums)) / len(part)
        found.append(
            ReliabilityBin(
                estimate=float(estimates[part].mean()),
                outcome=mean,
                low=max(0.0, mean - half),
                high=min(1.0, mean + half),
                count=len(part),
            )
        )
    return found
