"""Similar careers: nearest occupations by a learned similarity, feasible moves first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.careers.occupation_index import OccupationIndex
from engine.careers.overlap import Counterparts
from engine.careers.prospects import Destinations, Prospects, passing, step_tests
from engine.careers.results import (
    NO_OUTLOOK,
    CareerMatch,
    CareerMatches,
    MoveFilters,
    Outlook,
    RankingWeights,
)
from engine.careers.similarity import Profile, SimilarityModel
from engine.records.estimates import Estimate
from engine.utils.arguments import check_count, check_number

CANDIDATES = 300
"""Occupations that the nearest-neighbour search hands on to be compared in full."""

_MMR_POOL = 10
"""Diverse matches are picked among this many times as many as were asked for."""


@dataclass(frozen=True, kw_only=True)
class CatalogueEntry:
    """An occupation of the catalogue with its scores."""

    soc_code: str
    title: str
    profile: Profile
    risk: Estimate
    ai_capability: Estimate
    outlook: Outlook = NO_OUTLOOK


@dataclass(frozen=True, kw_only=True)
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
    """Occupations to move between.

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
        self.row_of = {entry.soc_code: row for row, entry in enumerate(self.entries)}
        self.occupations = OccupationIndex([entry.profile for entry in self.entries], model)
        self.destinations = Destinations(
            [entry.risk for entry in self.entries],
            [entry.outlook for entry in self.entries],
            risk_errors,
        )

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
        check_count("k", k)
        check_number("diversity", diversity, 0.0, 1.0)
        near = self.occupations.nearest(
            origin.profile, max(CANDIDATES, 3 * k), without=self.row(origin)
        )
        prospects = self.destinations.prospects(origin.risk, origin.outlook, near.rows)
        step = self.occupations.zones[near.rows] - (origin.profile.job_zone or np.nan)
        tests = prospects.tests(filters) | step_tests(filters, step, near.carries_over)
        passes, removed = passing(tests, len(near.rows))
        score = prospects.score(weights or RankingWeights(), near.similarity, near.carries_over)
        order = np.flatnonzero(passes)[np.argsort(-score[passes], kind="stable")]
        if diversity:
            order = order[: k * _MMR_POOL]
            order = order[self._diverse(near.rows[order], score[order], k, diversity)]
        matches = [
            self.match(origin, int(near.rows[n]), float(near.similarity[n]), float(score[n]))
            for n in order[:k]
        ]
        return CareerMatches(matches, len(near.rows), removed)

    def row(self, origin: Origin) -> int | None:
        """The row of the catalogue that the origin is."""
        return None if origin.own_code is None else self.row_of.get(origin.own_code)

    def origin(self, row: int) -> Origin:
        """An occupation of the catalogue as the start of a move."""
        entry = self.entries[row]
        return Origin(
            profile=entry.profile, risk=entry.risk, own_code=entry.soc_code, outlook=entry.outlook
        )

    def match(
        self, origin: Origin, row: int, similarity: float, score: float | None = None
    ) -> CareerMatch:
        """The move to a row of the catalogue in full; its score is the similarity if not given."""
        entry, own = self.entries[row], origin.profile
        counterparts = Counterparts.of(own, entry.profile)
        prospects = self.destinations.prospects(origin.risk, origin.outlook, np.array([row]))
        zone, own_zone = entry.profile.job_zone, own.job_zone
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
            probability_safer=float(prospects.probability_safer[0]),
            outlook=entry.outlook,
            wage_ratio=_known(prospects, "wage_ratio"),
            score=similarity if score is None else score,
        )

    def _diverse(self, rows: np.ndarray, score: np.ndarray, k: int, diversity: float) -> list[int]:
        """Maximal marginal relevance; cosine of task means, from 0 up, between matches."""
        units = self.occupations.tasks[rows]
        alike = np.maximum(units @ units.T, 0.0)
        nearest = np.zeros(len(rows))
        chosen: list[int] = []
        while len(chosen) < min(k, len(rows)):
            value = (1 - diversity) * score - diversity * nearest
            value[chosen] = -np.inf
            chosen.append(int(np.argmax(value)))
            nearest = np.maximum(nearest, alike[chosen[-1]])
        return chosen


def _known(prospects: Prospects, name: str) -> float | None:
    value = float(getattr(prospects, name)[0])
    return None if np.isnan(value) else value
