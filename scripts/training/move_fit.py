"""Fit how often people move between groups of occupations to the work in them.

A person who leaves group I for another one takes occupation b of group J with probability

    P(J | I) ∝ exp(factor_IJ) × Σ employment_a × employment_b^size × exp(coefficients · features_ab)

summed over occupations a of I and b of J: a gravity model whose distance is learned (Wilson 1967),
or a conditional logit of destinations (McFadden 1974) that is observed by group. The features
describe single moves, so that the coefficients hold for occupations. The factors are what people do
beyond the features, shrunk to 0 by a ridge penalty.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from engine import RiskEngine
from engine.careers.index import CareerIndex
from engine.careers.moves import FEATURES, MoveFeatures
from engine.errors import InputError
from engine.records import soc

FOLDER, FILE = "cps_moves", "transition_counts.csv"
ADDRESS = (
    "https://raw.githubusercontent.com/fraware/Occupational-Transition/"
    "1f41895db6f6424cd48b41a3e3f2bf9990fd6504/figures/figure2_panelB_transition_counts.csv"
)
"""Where the file can be downloaded (MIT license), under another name."""

GROUPS = tuple(code for code in soc.MAJOR_GROUPS if code != "55")
"""Major groups of the survey, in the order of its numbers; it leaves out the armed forces."""

PENALTY = 3.0
"""Ridge penalty of the factors, for ``MOVES_COUNTED`` moves."""

MOVES_COUNTED = 10_000.0
"""Weighted counts are scaled to this many moves; a quarter of a million people are not as many
observations."""


@dataclass(frozen=True, kw_only=True)
class Flows:
    """Moves between groups, by month.

    Attributes:
        months: such as "2024-12", ascending.
        counts: weighted numbers of people, shape (n_months, n_groups, n_groups); the diagonal,
            which is of those who stay, is 0.
    """

    months: Sequence[str]
    counts: np.ndarray

    def total(self, first: str, last: str) -> np.ndarray:
        """Return the moves from one month to another, both included."""
        chosen = [first <= month <= last for month in self.months]
        return np.asarray(self.counts[chosen].sum(axis=0))


def read_flows(data_dir: Path) -> Flows:
    """Read the monthly moves between groups of occupations.

    Raises:
        InputError: if the file is missing or is not of the expected form.
    """
    path = data_dir / FOLDER / FILE
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        months = sorted({row["month"] for row in rows})
        counts = np.zeros((len(months), len(GROUPS), len(GROUPS)))
        number = {month: position for position, month in enumerate(months)}
        for row in rows:
            start, end = (_group(row[name]) for name in ("origin_state", "destination_state"))
            if start is not None and end is not None and start != end:
                counts[number[row["month"]], start, end] = float(row["weighted_transition_count"])
    except OSError:
        raise InputError(f"{path} is missing; download it from {ADDRESS}") from None
    except (KeyError, ValueError, IndexError) as error:
        raise InputError(
            f"{path} is not a table of monthly moves ({error}); download it again"
        ) from None
    return Flows(months=months, counts=counts)


def _group(state: str) -> int | None:
    """Return the number of a group from 0; None for people without a job."""
    return int(state.removeprefix("occ22_")) - 1 if state.startswith("occ22_") else None


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """All pairs of occupations of a catalog.

    Attributes:
        group: number of the major group of each occupation, shape (n,).
        employment: people employed in each, in millions, shape (n,).
        features: of the move from row to column, shape (n_features, n, n).
    """

    group: np.ndarray
    employment: np.ndarray
    features: np.ndarray

    @property
    def members(self) -> np.ndarray:
        """Which occupations are in which group, shape (n_groups, n), 0 or 1."""
        return (np.arange(len(GROUPS))[:, None] == self.group).astype(float)

    def mean(self, values: np.ndarray) -> np.ndarray:
        """Return means of pairs between groups, weighted by employment of both.

        Args:
            values: shape (n, n).
        """
        weights = self.members * self.employment
        weights /= weights.sum(axis=1, keepdims=True)
        return np.asarray(weights @ values @ weights.T)


def catalog_pairs(engine: RiskEngine) -> Pairs:
    """Return all pairs of the engine's occupations with known employment.

    Occupations that share the figures of a wider group share its employment equally.
    """
    careers = engine._careers
    entries = careers.entries
    codes = [entry.outlook.code for entry in entries]
    shared = np.array([codes.count(code) for code in codes], dtype=float)
    employment = np.array([entry.outlook.employment or np.nan for entry in entries]) / shared
    group = np.array([_major_group(entry.soc_code) for entry in entries])
    rows = np.flatnonzero((group >= 0) & (employment > 0))
    return Pairs(
        group=group[rows],
        employment=employment[rows] / 1e6,
        features=_features(careers, rows),
    )


def _major_group(soc_code: str) -> int:
    return GROUPS.index(soc_code[:2]) if soc_code[:2] in GROUPS else -1


def _features(careers: CareerIndex, rows: np.ndarray) -> np.ndarray:
    occupations, known = careers.occupations, careers.prospects
    licenses = np.array([careers.entries[row].outlook.license for row in rows])
    found = np.zeros((len(FEATURES), len(rows), len(rows)))
    for number, row in enumerate(rows):
        similarity = occupations.similarity(careers.entries[row].profile, rows)
        found[:, number] = MoveFeatures(
            similarity=similarity,
            job_zone_step=occupations.zones[rows] - occupations.zones[row],
            wage_ratio=known.wages[rows] / known.wages[row],
            new_license=(licenses != "") & (licenses != licenses[number]),
        ).array()
    return found


@dataclass(frozen=True, kw_only=True)
class FittedMoves:
    """A fitted model.

    Attributes:
        coefficients: of the features that were used, in their order.
        size: exponent of employment of the destination.
        factors: logarithms, shape (n_groups, n_groups).
        shares: P(J | I), of the same shape; the rows sum to 1, and the diagonal is 0.
    """

    coefficients: np.ndarray
    size: float
    factors: np.ndarray
    shares: np.ndarray


def fit(
    pairs: Pairs,
    flows: np.ndarray,
    used: Sequence[str] = tuple(FEATURES),
    *,
    penalty: float | None = PENALTY,
) -> FittedMoves:
    """Fit the model by maximum penalized likelihood.

    Args:
        pairs: of the catalog.
        flows: moves from each group (row) to each (column), shape (n_groups, n_groups).
        used: names of the features.
        penalty: of the factors; None for a model without factors.
    """
    from scipy.optimize import minimize

    features = pairs.features[[list(FEATURES).index(name) for name in used]]
    members, log_employment = pairs.members, np.log(pairs.employment)
    moves = _off_diagonal(flows) / _off_diagonal(flows).sum() * MOVES_COUNTED
    leaving = moves.sum(axis=1, keepdims=True)
    n_used, n_groups = len(features), len(GROUPS)

    def unpack(values: np.ndarray) -> tuple[np.ndarray, float, np.ndarray]:
        factors = np.zeros((n_groups, n_groups))
        if penalty is not None:
            factors = values[n_used + 1 :].reshape(n_groups, n_groups)
        return values[:n_used], float(values[n_used]), factors

    def attraction(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        coefficients, size, factors = unpack(values)
        single = pairs.employment[:, None] * np.exp(
            np.tensordot(coefficients, features, 1) + size * log_employment
        )
        between = _off_diagonal((members @ single @ members.T) * np.exp(factors))
        return single, between, between / between.sum(axis=1, keepdims=True)

    def loss(values: np.ndarray) -> tuple[float, np.ndarray]:
        factors = unpack(values)[2]
        single, between, shares = attraction(values)
        surplus = _off_diagonal(moves - leaving * shares)
        ratio = surplus / np.maximum(between, 1e-300) * np.exp(factors)
        slope = single * (members.T @ ratio @ members)
        gradient = [
            *np.tensordot(features, slope, 2),
            (slope * log_employment).sum(),
        ]
        likelihood = (moves * np.log(np.maximum(shares, 1e-12))).sum()
        if penalty is None:
            return -likelihood, -np.array(gradient)
        own = (surplus - penalty * factors).ravel()
        return (
            penalty * (factors**2).sum() / 2 - likelihood,
            -np.concatenate([gradient, own]),
        )

    start = np.zeros(n_used + 1 + (n_groups**2 if penalty is not None else 0))
    start[n_used] = 1.0
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x
    coefficients, size, factors = unpack(found)
    return FittedMoves(
        coefficients=coefficients, size=size, factors=factors, shares=attraction(found)[2]
    )


def size_shares(pairs: Pairs) -> np.ndarray:
    """Return P(J | I) if people took occupations by their employment alone."""
    size = pairs.members @ pairs.employment
    shares = _off_diagonal(np.tile(size, (len(size), 1)))
    return shares / shares.sum(axis=1, keepdims=True)


def _off_diagonal(values: np.ndarray) -> np.ndarray:
    return np.where(np.eye(len(values), dtype=bool), 0.0, values)


def rank_correlation(modeled: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Return Spearman's correlation over the other groups, from each group, shape (n_groups,)."""
    others = ~np.eye(len(modeled), dtype=bool)
    return np.array(
        [
            spearmanr(modeled[row][others[row]], observed[row][others[row]]).statistic
            for row in range(len(modeled))
        ]
    )


def explained_log_odds(modeled: np.ndarray, observed: np.ndarray) -> float:
    """Return R² of the logarithms of P(J | I) against observed ones, where people moved at all."""
    others = ~np.eye(len(modeled), dtype=bool) & (observed > 0) & (modeled > 0)
    shares = observed / observed.sum(axis=1, keepdims=True)
    truth = np.log(shares[others] / (1 - shares[others]))
    odds = modeled[others] / modeled.sum(axis=1, keepdims=True).repeat(len(modeled), 1)[others]
    error = truth - np.log(odds / (1 - odds))
    return float(1 - (error**2).sum() / ((truth - truth.mean()) ** 2).sum())
