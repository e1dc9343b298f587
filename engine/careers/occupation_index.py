"""Occupations to search among: which are most similar to one, and how much carries over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.careers.overlap import alike
from engine.careers.similarity import SIGNALS, Profile, SimilarityModel
from engine.retrieval.index import NOBODY, NeighbourIndex


@dataclass(frozen=True)
class Nearest:
    """The occupations most similar to one, most similar first.

    Attributes:
        rows: of the index, shape (n,).
        similarity: shape (n,), in [0, 1].
        carries_over: see ``CareerMatch``, shape (n,), in [0, 1].
    """

    rows: np.ndarray
    similarity: np.ndarray
    carries_over: np.ndarray


@dataclass(frozen=True, kw_only=True)
class _Place:
    """An occupation and its parts as the model sees them, each of shape (n_dimensions,)."""

    profile: Profile
    projected: np.ndarray
    tasks: np.ndarray
    names: np.ndarray


class OccupationIndex:
    """Profiles of occupations, made searchable by a model of similarity.

    Args:
        profiles: at least one.
        model: the similarity.
    """

    def __init__(self, profiles: Sequence[Profile], model: SimilarityModel) -> None:
        self.profiles = list(profiles)
        self.model = model
        self.tasks = model.part(profiles, "tasks")
        self.zones = np.array([profile.job_zone or np.nan for profile in profiles], dtype=float)
        self._names = model.part(profiles, "names")
        self._named = np.array([profile.names is not None for profile in profiles])
        self._projected = model.project(profiles)
        self._ends = np.cumsum([len(profile.texts) for profile in profiles])
        self._vectors = np.vstack([profile.vectors for profile in profiles], dtype=np.float32)
        self._shares = np.concatenate([profile.shares for profile in profiles])
        # Largest inner product as largest cosine: one more dimension makes all of one length
        # (Bachrach et al. 2014, Speeding Up the Xbox Recommender System Using a Euclidean
        # Transformation for Inner-Product Spaces).
        near = self._projected if self._projected.shape[1] else self.tasks
        square = (near.astype(float) ** 2).sum(axis=1)
        padded = np.column_stack([near, np.sqrt(np.maximum(square.max() - square, 0.0))])
        self._index = NeighbourIndex(padded / np.sqrt(max(float(square.max()), 1e-12)))

    def __len__(self) -> int:
        return len(self.profiles)

    def nearest(self, own: Profile, count: int, *, without: int | None = None) -> Nearest:
        """The most similar of the ``count`` occupations that the search finds nearest.

        Occupations whose tasks have less in common than those of two at random are left out.

        Args:
            own: the occupation to compare with.
            count: how many are compared in full.
            without: row of the occupation itself, where the index has it.
        """
        place = self._place(own)
        (rows,) = self._search(place.projected[None], place.tasks[None], count)
        return self._ranked(place, rows, count, without)

    def nearest_of_each(self, count: int) -> Iterator[Nearest]:
        """``nearest`` of each occupation of the index, row by row."""
        found = self._search(self._projected, self.tasks, count)
        for row, profile in enumerate(self.profiles):
            place = _Place(
                profile=profile,
                projected=self._projected[row],
                tasks=self.tasks[row],
                names=self._names[row],
            )
            yield self._ranked(place, found[row], count, row)

    def signals(self, own: Profile, rows: np.ndarray) -> dict[str, np.ndarray]:
        """``similarity.SIGNALS`` with rows of the index, shape (n_rows,); NaN if not known."""
        return self._compare(self._place(own), rows)[0]

    def _place(self, own: Profile) -> _Place:
        names, tasks = (self.model.part([own], name)[0] for name in ("names", "tasks"))
        return _Place(profile=own, projected=self.model.project([own])[0], tasks=tasks, names=names)

    def _search(self, projected: np.ndarray, tasks: np.ndarray, count: int) -> np.ndarray:
        query = projected if projected.shape[1] else tasks
        length = np.linalg.norm(query, axis=1, keepdims=True)
        query = np.where(length > 0, query / np.maximum(length, 1e-12), np.eye(1, query.shape[1]))
        padded = np.column_stack([query, np.zeros(len(query))])
        return self._index.search(padded, min(count + 1, len(self))).rows

    def _ranked(self, place: _Place, rows: np.ndarray, count: int, without: int | None) -> Nearest:
        rows = rows[(rows != NOBODY) & (rows != (NOBODY if without is None else without))][:count]
        rows = rows[self.tasks[rows] @ place.tasks > 0]
        signals, carries_over = self._compare(place, rows)
        scores = self.model.score(self._projected[rows] @ place.projected, signals)
        order = np.lexsort((rows, -scores))
        return Nearest(rows[order], self.model.similarity(scores[order]), carries_over[order])

    def _compare(self, place: _Place, rows: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """The signals, and the share of time there that carries over."""
        if not len(rows):
            return {name: np.zeros(0) for name in SIGNALS}, np.zeros(0)
        own = place.profile
        there, here, carries_over = self._best_counterparts(own, rows)
        known = self._named[rows] & (own.names is not None)
        signals = {
            "tasks_mean": self.tasks[rows] @ place.tasks,
            "tasks_there": there,
            "tasks_here": here,
            "names": np.where(known, self._names[rows] @ place.names, np.nan),
            "job_zone_gap": np.abs(self.zones[rows] - (own.job_zone or np.nan)),
        }
        return signals, carries_over

    def _best_counterparts(
        self, own: Profile, rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Time-weighted means over tasks, by occupation, each of shape (n_rows,).

        The best cosine of one's own tasks there; of the tasks there among one's own; and the
        probability that these are alike.
        """
        starts = np.concatenate([[0], self._ends[:-1]])[rows]
        sizes = self._ends[rows] - starts
        first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        picked = np.repeat(starts - first, sizes) + np.arange(sizes.sum())
        similarity = self._vectors[picked] @ own.vectors.T.astype(np.float32)
        best, shares = similarity.max(axis=1), self._shares[picked]
        there = np.maximum.reduceat(similarity, first, axis=0) @ own.shares
        here = np.add.reduceat(best * shares, first)
        carries_over = np.add.reduceat(alike(best) * shares, first)
        return there, here, carries_over
