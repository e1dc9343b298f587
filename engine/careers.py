"""Similar careers: nearest occupations by their tasks, with what explains each match."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import InputError
from engine.index import NOBODY, NeighbourIndex
from engine.career_records import CareerMatch, SharedTask
from engine.records import Estimate, 

SHARED_TASKS = 3
"""Pairs of tasks shown to explain a match."""


@dataclass(frozen=True)
class Profile:
    """An occupation as a point among occupations: its tasks, weighted by time.

    Attributes:
        texts: its tasks.
        vectors: their unit vectors, shape (n_tasks, n_dimensions).
        shares: their shares of time, shape (n_tasks,), summing to 1.
    """

    texts: Sequence[str]
    vectors: np.ndarray
    shares: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """Time-weighted mean vector, shape (n_dimensions,)."""
        return np.asarray(self.shares @ self.vectors)


@dataclass(frozen=True)
class CatalogueEntry:
    """An occupation of the catalogue with its scores."""

    soc_code: str
    title: str
    job_zone: int | None
    profile: Profile
    risk: Estimate
    ai_capability: Estimate


class CareerIndex:
    """Occupations to search among, by the time-weighted mean of their tasks' vectors.

    The mean over all occupations is taken off first: what all work has in common says nothing
    about which occupations are alike.
    """

    def __init__(self, entries: Sequence[CatalogueEntry]) -> None:
        self._entries = list(entries)
        means = np.stack([entry.profile.mean for entry in self._entries])
        self._centre = means.mean(axis=0)
        self._index = NeighbourIndex(_unit(means - self._centre))

    def similar(
        self,
        profile: Profile,
        risk: float,
        *,
        k: int,
        safer_only: bool,
        job_zone: int | None,
        max_job_zone_gap: int | None,
        own_code: str | None,
    ) -> list[CareerMatch]:
        """The ``k`` most similar occupations that pass the filters, most similar first.

        Occupations of no similarity (≤ 0) are never matches.

        Args:
            profile: of the occupation to compare with.
            risk: its risk, in [0, 1].
            k: number of matches, ≥ 1; fewer come back if fewer pass.
            safer_only: keep only occupations of lower risk.
            job_zone: its job zone, if known.
            max_job_zone_gap: keep only job zones at most this far off; None for no limit. Without
                effect where either zone is unknown.
            own_code: its own code, which is never a match.

        Raises:
            InputError: if ``k`` or ``max_job_zone_gap`` is out of range.
        """
        if isinstance(k, bool) or not isinstance(k, int) or k < 1:
            raise InputError(f"k is {k!r}: expected a whole number of at least 1")
        gap = max_job_zone_gap
        if gap is not None and (not isinstance(gap, int) or not 0 <= gap <= 4):
            raise InputError(
                f"max_job_zone_gap is {max_job_zone_gap!r}: expected 0 to 4, or None for no limit"
            )
        query = _unit((profile.mean - self._centre)[None, :])
        found = self._index.search(query, len(self._entries))
        matches: list[CareerMatch] = []
        for row, similarity in zip(found.rows[0], found.similarity[0], strict=True):
            entry = self._entries[row]
            if similarity <= 0:  # less alike than two occupations at random; the rest even less
                break
            if row == NOBODY or entry.soc_code == own_code:
                continue
            if safer_only and not entry.risk.value < risk:
                continue
            if _too_far(job_zone, entry.job_zone, max_job_zone_gap):
                continue
            matches.append(_match(entry, float(similarity), profile, risk))
            if len(matches) == k:
                break
        return matches


def _too_far(zone: int | None, other: int | None, limit: int | None) -> bool:
    return bool(limit is not None and zone and other and abs(zone - other) > limit)


def _match(entry: CatalogueEntry, similarity: float, own: Profile, risk: float) -> CareerMatch:
    return CareerMatch(
        soc_code=entry.soc_code,
        title=entry.title,
        job_zone=entry.job_zone,
        similarity=similarity,
        risk=entry.risk.value,
        risk_interval=entry.risk.interval,
        ai_capability=entry.ai_capability.value,
        risk_difference=entry.risk.value - risk,
        shared_tasks=_shared(own, entry.profile),
    )


def _shared(own: Profile, other: Profile) -> tuple[SharedTask, ...]:
    """The most similar pairs of tasks, each task in one pair at most."""
    similarity = own.vectors @ other.vectors.T
    pairs: list[SharedTask] = []
    left: set[int] = set()
    right: set[int] = set()
    for flat in np.argsort(-similarity, axis=None, kind="stable"):
        mine, theirs = (int(part) for part in np.unravel_index(flat, similarity.shape))
        if mine in left or theirs in right:
            continue
        left.add(mine)
        right.add(theirs)
        pairs.append(
            SharedTask(own.texts[mine], other.texts[theirs], float(similarity[mine, theirs]))
        )
        if len(pairs) == SHARED_TASKS:
            break
    return tuple(pairs)


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Vectors at length 1; the zero vector, of an occupation like the mean of all, on an axis."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    axis = np.eye(1, vectors.shape[1])
    return np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), axis).astype(np.float32)
