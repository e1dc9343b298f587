r"""How the errors of occupations are shared, and how they add up over a workforce.

All people of an occupation share one error. The errors of two occupations are correlated the more,
the closer their codes are: in the same broad occupation, in the same major group, or anywhere. With
the amount of error :math:`a_o = W_o \sigma_o` of each occupation, its part of the workforce times
its standard error, the variance of the sum of their errors is

.. math:: \sum_l (\rho_l - \rho_{l-1}) \sum_{b \in l} \Big(\sum_{o \in b} a_o\Big)^2,

over the levels :math:`l`: all occupations, the major groups, the broad occupations, and the single
occupations (:math:`\rho = 1`), with :math:`\rho_{-1} = 0`. It equals the double sum over all pairs
of occupations, with the correlation of the narrowest level that has both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.records import codes as codes_of

_SOC_BROAD, _ISCO_MINOR = len("43-303"), len("ISCO-331")

MIN_PAIRS = 100
"""Fewest pairs of occupations that a correlation is estimated from."""


@dataclass(frozen=True)
class SharedErrors:
    """Correlations of the errors of two occupations, in [0, 1], each at least the one before it.

    Attributes:
        anywhere: of different major groups.
        major_group: of the same major group, such as 43, and of different broad occupations.
        broad: of the same broad occupation, such as 43-303.
    """

    anywhere: float
    major_group: float
    broad: float

    @classmethod
    def fit(cls, errors: np.ndarray, codes: Sequence[str]) -> SharedErrors:
        """Estimate the correlations from the known errors of reference occupations.

        Each is the mean product of two errors over the mean squared error, the pairwise estimator
        of the intraclass correlation (Fisher 1925) of errors with mean zero. A level with too few
        pairs has the correlation of the level above.

        Args:
            errors: of left-out estimates, in units of their standard errors, shape (n,).
            codes: SOC codes of the occupations.
        """
        square = float(np.mean(errors**2)) if len(errors) else 0.0
        if square == 0:
            return cls(0.0, 0.0, 0.0)
        sums = [_pairs(errors, labels) for labels in _levels(codes)[:3]]
        found = [0.0]
        for place, (products, pairs) in enumerate(sums):
            inner_products, inner_pairs = sums[place + 1] if place + 1 < len(sums) else (0.0, 0.0)
            own = pairs - inner_pairs
            estimate = (products - inner_products) / own / square if own >= MIN_PAIRS else 0.0
            found.append(float(np.clip(estimate, found[-1], 1.0)))
        return cls(*found[1:])

    def variance(self, amounts: np.ndarray, codes: Sequence[str]) -> float:
        """Return the variance of the sum of the errors of occupations.

        Args:
            amounts: part of the workforce times standard error of each occupation, shape (n,).
            codes: SOC code of each of them, all different; "" for an unknown one.
        """
        correlations = (self.anywhere, self.major_group, self.broad, 1.0)
        total = previous = 0.0
        for correlation, labels in zip(correlations, _levels(codes), strict=True):
            blocks = np.bincount(labels, weights=amounts)
            total += (correlation - previous) * float(blocks @ blocks)
            previous = correlation
        return total


def _levels(codes: Sequence[str]) -> list[np.ndarray]:
    """Return the block of each occupation at each level, from all of them to single ones."""
    singles = np.arange(len(codes))
    levels = [np.zeros(len(codes), dtype=np.int64)]
    for part in (major_group, broad_occupation):
        blocks: dict[str, int] = {}
        labels = [
            blocks.setdefault(part(code) or f"#{number}", len(blocks))
            for number, code in enumerate(codes)
        ]
        levels.append(np.array(labels, dtype=np.int64))
    return [*levels, singles]


def _pairs(errors: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Return the sum of the products of two errors in one block, and the number of such pairs."""
    sums, squares = np.bincount(labels, weights=errors), float(errors @ errors)
    counts = np.bincount(labels)
    return float(sums @ sums) - squares, float((counts * (counts - 1)).sum())


def major_group(code: str) -> str:
    """Return the major group of a code, such as "43"; "" for no code."""
    return codes_of.major_group(code) if code else ""


def broad_occupation(code: str) -> str:
    """Return the broad occupation of a SOC code, such as "43-303"; of ISCO-08, the minor group."""
    return code[:_ISCO_MINOR] if codes_of.classification(code) != "SOC" else code[:_SOC_BROAD]
