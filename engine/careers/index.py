"""Search the scored catalog for similar careers that pass filters, ranked by chosen weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.careers.filters import MoveFilters, RankingWeights
from engine.careers.moves import MoveFeatures, Moves
from engine.careers.occupation_index import OccupationIndex
from engine.careers.overlap import TaskOverlap
from engine.careers.prospects import CatalogProspects, apply_checks
from engine.careers.results import NO_OUTLOOK, CareerMatch, CareerMatches, Outlook
from engine.careers.similarity import Profile, SimilarityModel
from engine.records.estimates import Estimate
from engine.utils.arguments import check_count, check_number

CANDIDATES = 300
"""Number of nearest neighbors that are compared in full."""

FEW = 5
"""Where fewer matches pass the filters, the next ones are shown, too, with what they fail."""

_DIVERSITY_POOL = 10
"""Diverse matches are chosen from this many times the requested number of best matches."""


@dataclass(frozen=True, kw_only=True)
class CatalogueEntry:
    """An occupation of the catalog with its scores.

    Attributes:
        soc_code, title: of the occupation.
        profile: its description for the similarity model.
        risk, ai_capability: its estimates, in [0, 1].
        outlook: its wage and employment.
    """

    soc_code: str
    title: str
    profile: Profile
    risk: Estimate
    ai_capability: Estimate
    outlook: Outlook = NO_OUTLOOK


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The occupation that a move starts from; it may be missing from the catalog.

    Attributes:
        profile: its description for the similarity model.
        risk: its estimated risk.
        own_code: its code in the catalog, which is never a match; None if the catalog lacks it.
        outlook: its wage and employment.
    """

    profile: Profile
    risk: Estimate
    own_code: str | None = None
    outlook: Outlook = NO_OUTLOOK


class CareerIndex:
    """The catalog's occupations, to search for moves.

    Args:
        entries: at least one.
        model: the similarity.
        risk_errors: absolute errors of occupations' risks divided by their expected sizes,
            ascending; see ``CatalogProspects``.
        moves: how hard moves are, and how often people make them.

    Attributes:
        entries, moves: the arguments.
        row_of: SOC code -> row number of the catalog.
        occupations: the entries, searchable by similarity.
        prospects: risk, wage and growth of the entries.
    """

    def __init__(
        self,
        entries: Sequence[CatalogueEntry],
        model: SimilarityModel,
        risk_errors: np.ndarray,
        moves: Moves,
    ) -> None:
        self.entries = list(entries)
        self.moves = moves
        self._start = np.array([len(self.entries)])
        self.row_of = {entry.soc_code: row for row, entry in enumerate(self.entries)}
        self.occupations = OccupationIndex([entry.profile for entry in self.entries], model)
        self.prospects = CatalogProspects(
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
        """Return the ``k`` best matches that pass the filters, best first, and the next ones.

        Occupations whose tasks have less in common with the origin than two random occupations do
        are never matches.

        Args:
            origin: the occupation that the moves start from.
            k: number of matches, at least 1; fewer are returned if fewer pass.
            filters: conditions that a match must meet.
            weights: what the matches are ranked by; similarity alone if None.
            diversity: 1 − λ of maximal marginal relevance (Carbonell & Goldstein 1998), in [0, 1].
                0 ranks by the score alone. Otherwise each further match maximizes λ × score −
                (1 − λ) × its largest similarity to a match above it.

        Raises:
            InputError: if ``k`` or ``diversity`` is out of range.
        """
        check_count("k", k)
        check_number("diversity", diversity, 0.0, 1.0)
        near = self.occupations.nearest(
            origin.profile, max(CANDIDATES, 3 * k), without=self.row(origin)
        )
        prospects = self.prospects.of_moves(origin.risk, origin.outlook, near.rows)
        step = self.occupations.zones[near.rows] - (origin.profile.job_zone or np.nan)
        checks = prospects.checks(filters) | filters.step_checks(
            job_zone_step=step,
            education_step=prospects.education_step,
            carries_over=near.carries_over,
            rank=1 + np.arange(len(near.rows)),
        )
        passes, removed = apply_checks(checks, len(near.rows))
        effort = self.effort(origin, self._start, near.rows, near.similarity)
        score = prospects.score(
            weights or RankingWeights(),
            similarity=near.similarity,
            carries_over=near.carries_over,
            effort=effort,
        )
        order = np.flatnonzero(passes)[np.argsort(-score[passes], kind="stable")]
        if diversity:
            order = order[: k * _DIVERSITY_POOL]
            order = order[self._choose_diverse(near.rows[order], score[order], k, diversity)]
        failures = sum(
            ((~passed).astype(int) for passed in checks.values()), np.zeros_like(near.rows)
        )
        # What comes close is at least similar.
        alike = [checks[name] for name in ("min_carries_over", "max_rank") if name in checks]
        close = np.logical_and.reduce([~passes, *alike])
        missed = np.flatnonzero(close)[np.lexsort((-score[close], failures[close]))]
        found = [
            replace(
                self.match(
                    origin,
                    int(near.rows[n]),
                    float(near.similarity[n]),
                    score=float(score[n]),
                    rank=n + 1,
                ),
                failed=tuple(name for name, passed in checks.items() if not passed[n]),
            )
            for n in [*order[:k].tolist(), *missed[: max(0, min(k, FEW) - len(order))].tolist()]
        ]
        matches = found[: len(order[:k])]
        return CareerMatches(matches, len(near.rows), removed, found[len(matches) :])

    def row(self, origin: Origin) -> int | None:
        """Return the row number of the origin in the catalog; None if the catalog lacks it."""
        return None if origin.own_code is None else self.row_of.get(origin.own_code)

    def origin(self, row: int) -> Origin:
        """Return an occupation of the catalog as the origin of moves."""
        entry = self.entries[row]
        return Origin(
            profile=entry.profile, risk=entry.risk, own_code=entry.soc_code, outlook=entry.outlook
        )

    def effort(
        self, origin: Origin, starts: np.ndarray, ends: np.ndarray, similarity: np.ndarray
    ) -> np.ndarray:
        """Return how hard moves are, shape (n,), at least 0; see ``engine.careers.moves``.

        Args:
            origin: the occupation that row ``len(entries)`` stands for.
            starts, ends: rows of the catalog, shape (n,).
            similarity: of the two occupations of each move, in [0, 1], shape (n,).
        """
        zones = np.append(self.occupations.zones, origin.profile.job_zone or np.nan)
        wages = np.append(self.prospects.wages, origin.outlook.median_wage or np.nan)
        licenses = np.append(self.prospects.licenses, origin.outlook.license)
        features = MoveFeatures(
            similarity=similarity,
            job_zone_step=zones[ends] - zones[starts],
            wage_ratio=wages[ends] / wages[starts],
            new_license=(licenses[ends] != "") & (licenses[ends] != licenses[starts]),
        )
        return self.moves.model.effort(features)

    def match(
        self,
        origin: Origin,
        row: int,
        similarity: float,
        *,
        score: float | None = None,
        rank: int | None = None,
    ) -> CareerMatch:
        """Return the move from the origin to a row of the catalog, with all details but reasons.

        Args:
            row: row number of the catalog.
            similarity: of the two occupations, in [0, 1].
            score: what the match is ranked by; the similarity if None.
            rank: place by similarity among the other occupations, from 1; None if unknown.
        """
        entry = self.entries[row]
        overlap = TaskOverlap.between(origin.profile, entry.profile)
        prospects = self.prospects.of_moves(origin.risk, origin.outlook, np.array([row]))
        wage_ratio, difference, study = (
            None if np.isnan(value[0]) else float(value[0])
            for value in (
                prospects.wage_ratio,
                prospects.growth_difference,
                prospects.education_step,
            )
        )
        effort = self.effort(origin, self._start, np.array([row]), np.array([similarity]))
        zone, origin_zone = entry.profile.job_zone, origin.profile.job_zone
        return CareerMatch(
            soc_code=entry.soc_code,
            title=entry.title,
            job_zone=zone,
            similarity=similarity,
            risk=entry.risk.value,
            risk_interval=entry.risk.interval,
            ai_capability=entry.ai_capability.value,
            risk_difference=entry.risk.value - origin.risk.value,
            shared_tasks=overlap.shared,
            carries_over=overlap.carries_over,
            new_tasks=overlap.new,
            job_zone_step=zone - origin_zone if zone and origin_zone else None,
            education_step=study,
            probability_safer=float(prospects.probability_safer[0]),
            outlook=entry.outlook,
            wage_ratio=wage_ratio,
            growth_difference=difference,
            effort=float(effort[0]),
            frequency=self.moves.frequency(origin.own_code or "", entry.soc_code),
            rank=rank,
            of=len(self.entries) - (self.row(origin) is not None),
            score=similarity if score is None else score,
            origin_outlook=origin.outlook,
        )

    def _choose_diverse(
        self, rows: np.ndarray, score: np.ndarray, k: int, diversity: float
    ) -> list[int]:
        """Positions in ``rows`` by maximal marginal relevance.

        Matches are as similar to each other as the cosine of the means of their tasks, or 0.
        """
        units = self.occupations.tasks[rows]
        similarity = np.maximum(units @ units.T, 0.0)
        largest = np.zeros(len(rows))
        chosen: list[int] = []
        while len(chosen) < min(k, len(rows)):
            value = (1 - diversity) * score - diversity * largest
            value[chosen] = -np.inf
            chosen.append(int(np.argmax(value)))
            largest = np.maximum(largest, similarity[chosen[-1]])
        return chosen
