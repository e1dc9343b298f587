"""Similar careers: nearest occupations by a learned similarity, feasible moves first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.career_records import (
    NO_OUTLOOK,
    CareerMatch,
    CareerMatches,
    MoveFilters,
    Outlook,
    RankingWeights,
    check_number,
)
from engine.errors import InputError
from engine.index import NOBODY, NeighbourIndex
from engine.moves import Counterparts, probability_lower
from engine.records import Estimate
from engine.similarity import SIGNALS, Profile, SimilarityModel

CANDIDATES = 300
"""Occupations that the nearest-neighbour search hands on to be compared in full."""

_MMR_POOL = 10
"""Diverse matches are picked among this many times as many as were asked for."""


@dataclass(frozen=True)
class CatalogueEntry:
    """An occupation of the catalogue with its scores."""

    soc_code: str
    title: str
    profile: Profile
    risk: Estimate
    ai_capability: Estimate
    outlook: Outlook = NO_OUTLOOK


@dataclass(frozen=True)
class Origin:
    """The occupation that a move starts from.

    Attributes:
        profile: as similarity sees it.
        risk: its risk and the size of its error.
        own_code: its code in the catalogue, which is never a match; None where it has none.
        outlook: its wage and employment.
    """

    profile: Profile
    risk: Estimate
    own_code: str | None = None
    outlook: Outlook = NO_OUTLOOK


class CareerIndex:
    """Occupations to search among.

    Args:
        entries: the catalogue; at least one.
        model: the similarity.
        risk_errors: errors of occupations' risks as rated, in sizes of the expected error, rising.
    """

    def __init__(
        self,
        entries: Sequence[CatalogueEntry],
        model: SimilarityModel,
        risk_errors: np.ndarray,
    ) -> None:
        self.entries = list(entries)
        self.model = model
        self._risk_errors = risk_errors
        profiles = [entry.profile for entry in self.entries]
        self._tasks = model.part(profiles, "tasks")
        self._names = model.part(profiles, "names")
        self._named = np.array([profile.names is not None for profile in profiles])
        self._zones = np.array([profile.job_zone or np.nan for profile in profiles], dtype=float)
        self._projected = model.project(profiles)
        self._ends = np.cumsum([len(profile.texts) for profile in profiles])
        self._vectors = np.vstack([profile.vectors for profile in profiles]).astype(np.float32)
        self._shares = np.concatenate([profile.shares for profile in profiles])
        # Largest inner product as largest cosine: one more dimension makes all of one length
        # (Bachrach et al. 2014, Speeding Up the Xbox Recommender System Using a Euclidean
        # Transformation for Inner-Product Spaces).
        near = self._projected if self._projected.shape[1] else self._tasks
        square = (near.astype(float) ** 2).sum(axis=1)
        padded = np.column_stack([near, np.sqrt(np.maximum(square.max() - square, 0.0))])
        self._index = NeighbourIndex(padded / np.sqrt(max(float(square.max()), 1e-12)))

    def similar(
        self,
        origin: Origin,
        *,
        k: int,
        filters: MoveFilters,
        weights: RankingWeights | None = None,
        diversity: float = 0.0,
    ) -> CareerMatches:
        """The ``k`` best matches that pass the filters, best first.

        Occupations whose tasks have less in common than those of two at random are never matches.

        Args:
            origin: where the move starts.
            k: number of matches, ≥ 1; fewer come back if fewer pass.
            weights: what they are ranked by; by similarity alone if not given.
            diversity: 1 − λ of maximal marginal relevance (Carbonell & Goldstein 1998), in [0, 1]:
                0 ranks by the score alone; above it, each further match is the one with the largest
                λ × score − (1 − λ) × largest similarity to a match above it.

        Raises:
            InputError: if an argument is out of range.
        """
        if isinstance(k, bool) or not isinstance(k, int) or k < 1:
            raise InputError(f"k is {k!r}: expected a whole number of at least 1")
        check_number("diversity", diversity, 0.0, 1.0)
        rows, similarity = self.nearest(origin, max(CANDIDATES, 3 * k))
        filters_in_turn = _filters(origin, filters)
        removed = Counter({name: 0 for name, _ in filters_in_turn})
        matches, kept = [], []
        plain = weights is None or weights == RankingWeights()
        for row, alike in zip(rows.tolist(), similarity.tolist(), strict=True):
            match = self._match(origin, row, alike, weights or RankingWeights())
            failed = next((name for name, passes in filters_in_turn if not passes(match)), None)
            if failed is not None:
                removed[failed] += 1
                continue
            matches.append(match)
            kept.append(row)
            if plain and not diversity and len(matches) == k:
                break
        considered = len(matches) + sum(removed.values())
        order = sorted(range(len(matches)), key=lambda n: -matches[n].score)
        if diversity:
            order = self._diverse(matches, kept, order[: k * _MMR_POOL], k, diversity)
        return CareerMatches([matches[n] for n in order[:k]], considered, removed)

    def nearest(self, origin: Origin, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Rows of the catalogue and similarities, most similar first."""
        own = origin.profile
        projected, tasks = self.model.project([own]), self.model.part([own], "tasks")
        query = projected if projected.shape[1] else tasks
        length = np.linalg.norm(query)
        query = query / length if length > 0 else np.eye(1, query.shape[1])
        found = self._index.search(np.column_stack([query, [0.0]]), min(count, len(self.entries)))
        rows = found.rows[0]
        codes = [self.entries[row].soc_code if row != NOBODY else None for row in rows]
        other = [code is not None and code != origin.own_code for code in codes]
        rows = rows[np.array(other, dtype=bool)]
        signals = self.signals(own, rows)
        rows, signals = _take(rows, signals, signals["tasks_mean"] > 0)
        scores = self.model.score(self._projected[rows] @ projected[0], signals)
        order = np.lexsort((rows, -scores))
        return rows[order], self.model.similarity(scores[order])

    def signals(self, own: Profile, rows: np.ndarray) -> dict[str, np.ndarray]:
        """``similarity.SIGNALS`` with rows of the catalogue, shape (n_rows,); NaN if not known."""
        if not len(rows):
            return {name: np.zeros(0) for name in SIGNALS}
        there, here = self._best_counterparts(own, rows)
        names = np.full(len(rows), np.nan)
        if own.names is not None:
            cosine = self._names[rows] @ self.model.part([own], "names")[0]
            names = np.where(self._named[rows], cosine, np.nan)
        return {
            "tasks_mean": self._tasks[rows] @ self.model.part([own], "tasks")[0],
            "tasks_there": there,
            "tasks_here": here,
            "names": names,
            "job_zone_gap": np.abs(self._zones[rows] - (own.job_zone or np.nan)),
        }

    def _best_counterparts(self, own: Profile, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Time-weighted mean of each task's best cosine: of one's own there, of theirs here."""
        starts = np.concatenate([[0], self._ends[:-1]])
        tasks = [np.arange(starts[row], self._ends[row]) for row in rows]
        first = np.concatenate([[0], np.cumsum([len(part) for part in tasks])[:-1]])
        picked = np.concatenate(tasks)
        similarity = self._vectors[picked] @ own.vectors.T.astype(np.float32)
        there = np.maximum.reduceat(similarity, first, axis=0) @ own.shares
        here = np.add.reduceat(similarity.max(axis=1) * self._shares[picked], first)
        return there, here

    def _match(
        self, origin: Origin, row: int, similarity: float, weights: RankingWeights
    ) -> CareerMatch:
        entry, own = self.entries[row], origin.profile
        counterparts = Counterparts.of(own, entry.profile)
        safer = probability_lower(entry.risk, origin.risk, self._risk_errors)
        zone, own_zone = entry.profile.job_zone, own.job_zone
        wage, own_wage = entry.outlook.median_wage, origin.outlook.median_wage
        ratio = wage / own_wage if wage is not None and own_wage else None
        parts = {
            "similarity": similarity,
            "carries_over": counterparts.carries_over,
            "safety": safer,
            "wage": 0.5 if ratio is None else min(max(ratio / 2, 0.0), 1.0),
            "growth": _growth(entry.outlook.employment_change),
        }
        score = sum(getattr(weights, name) * value for name, value in parts.items())
        return CareerMatch(
            soc_code=entry.soc_code,
            title=entry.title,
            job_zone=zone,
            similarity=similarity,
            risk=entry.risk.value,
            risk_interval=entry.risk.interval,
            ai_capability=entry.ai_capability.value,
            risk_difference=entry.risk.value - origin.risk.value,
            shared_tasks=counterparts.shared,
            carries_over=counterparts.carries_over,
            new_tasks=counterparts.new,
            job_zone_step=zone - own_zone if zone and own_zone else None,
            probability_safer=safer,
            outlook=entry.outlook,
            wage_ratio=ratio,
            score=score / weights.total,
        )

    def _diverse(
        self,
        matches: Sequence[CareerMatch],
        rows: Sequence[int],
        order: Sequence[int],
        k: int,
        diversity: float,
    ) -> list[int]:
        """Maximal marginal relevance; cosine of task means, from 0 up, between matches."""
        units = self._tasks[[rows[n] for n in order]]
        alike = np.maximum(units @ units.T, 0.0)
        score = np.array([matches[n].score for n in order])
        nearest = np.zeros(len(order))
        chosen: list[int] = []
        while len(chosen) < min(k, len(order)):
            value = (1 - diversity) * score - diversity * nearest
            value[chosen] = -np.inf
            chosen.append(int(np.argmax(value)))
            nearest = np.maximum(nearest, alike[chosen[-1]])
        return [order[n] for n in chosen]


def _take(
    rows: np.ndarray, signals: dict[str, np.ndarray], kept: np.ndarray
) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    return rows[kept], {name: values[kept] for name, values in signals.items()}


def _growth(change: float | None) -> float:
    return 0.5 if change is None else min(max(0.5 + change / 0.4, 0.0), 1.0)


def _filters(
    origin: Origin, filters: MoveFilters
) -> list[tuple[str, Callable[[CareerMatch], bool]]]:
    """The filters in the order they are applied, by name."""
    gap, own_risk = filters.max_job_zone_gap, origin.risk.value
    found: list[tuple[str, Callable[[CareerMatch], bool]]] = []
    if filters.safer_only:
        found.append(("safer_only", lambda m: m.risk < own_risk))
    if gap is not None:
        found.append(
            ("max_job_zone_gap", lambda m: m.job_zone_step is None or abs(m.job_zone_step) <= gap)
        )
    if filters.min_risk_reduction:
        least = filters.min_risk_reduction
        found.append(("min_risk_reduction", lambda m: -m.risk_difference >= least))
    if filters.min_probability_safer:
        likely = filters.min_probability_safer
        found.append(("min_probability_safer", lambda m: m.probability_safer >= likely))
    if filters.min_wage_ratio is not None:
        wage = filters.min_wage_ratio
        found.append(
            ("min_wage_ratio", lambda m: m.wage_ratio is not None and m.wage_ratio >= wage)
        )
    if filters.growing_only:
        found.append(("growing_only", lambda m: (m.outlook.employment_change or 0.0) > 0))
    if filters.min_carries_over:
        carried = filters.min_carries_over
        found.append(("min_carries_over", lambda m: m.carries_over >= carried))
    return found
