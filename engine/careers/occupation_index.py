"""Find the occupations most similar to a given one, and how much of its work carries over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.careers.overlap import task_match_probability
from engine.careers.similarity import SIGNALS, Profile, SimilarityModel
from engine.retrieval.index import NO_NEIGHBOUR, NeighbourIndex
from engine.utils.vectors import unit_or_axis


@dataclass(frozen=True)
class SimilarOccupations:
    """The occupations most similar to a given one, most similar first.

    Attributes:
        rows: row numbers of the index, shape (n,).
        similarity: shape (n,), in [0, 1].
        carries_over: see ``CareerMatch``, shape (n,), in [0, 1].
    """

    rows: np.ndarray
    similarity: np.ndarray
    carries_over: np.ndarray


@dataclass(frozen=True, kw_only=True)
class _Query:
    """An occupation and its parts as the similarity model transforms them.

    Attributes:
        profile: the occupation.
        projected: ``SimilarityModel.project``, shape (n_projected,).
        tasks, names: ``SimilarityModel.part``, shape (n_dimensions,).
    """

    profile: Profile
    projected: np.ndarray
    tasks: np.ndarray
    names: np.ndarray


class OccupationIndex:
    """Occupations that can be searched by a similarity model.

    Args:
        profiles: at least one.
        model: the similarity.

    Attributes:
        profiles, model: the arguments.
        tasks: centered mean vectors of the tasks, unit length, shape (n_occupations, n_dimensions).
        zones: job zones, shape (n_occupations,); NaN where unknown.
    """

    def __init__(self, profiles: Sequence[Profile], model: SimilarityModel) -> None:
        self.profiles = list(profiles)
        self.model = model
        self.tasks = model.part(profiles, "tasks")
        self.zones = np.array([profile.job_zone or np.nan for profile in profiles], dtype=float)
        self._names = model.part(profiles, "names")
        self._has_names = np.array([profile.names is not None for profile in profiles])
        self._projected = model.project(profiles)
        self._ends = np.cumsum([len(profile.texts) for profile in profiles])
        self._vectors = np.vstack([profile.vectors for profile in profiles], dtype=np.float32)
        self._shares = np.concatenate([profile.shares for profile in profiles])
        # One more dimension gives all vectors the same length, so that the largest inner product
        # has the largest cosine. Source: Bachrach et al. 2014, Speeding Up the Xbox Recommender
        # System Using a Euclidean Transformation for Inner-Product Spaces.
        searched = self._projected if self._projected.shape[1] else self.tasks
        square = (searched.astype(float) ** 2).sum(axis=1)
        padded = np.column_stack([searched, np.sqrt(np.maximum(square.max() - square, 0.0))])
        self._index = NeighbourIndex.build(padded / np.sqrt(max(float(square.max()), 1e-12)))

    def __len__(self) -> int:
        return len(self.profiles)

    def nearest(
        self, profile: Profile, count: int, *, without: int | None = None
    ) -> SimilarOccupations:
        """Rank the ``count`` nearest occupations by the similarity model.

        Occupations whose tasks have less in common with it than two random occupations do (a cosine
        of 0 or less) are left out.

        Args:
            profile: the occupation to compare with.
            count: number of nearest neighbors to compare in full.
            without: row of the occupation itself, if the index has it.
        """
        query = self._query(profile)
        (rows,) = self._search(query.projected[None], query.tasks[None], count)
        return self._rank(query, rows, count, without)

    def nearest_of_each(self, count: int) -> Iterator[SimilarOccupations]:
        """Yield ``nearest`` of each occupation of the index, in the order of the rows."""
        found = self._search(self._projected, self.tasks, count)
        for row, profile in enumerate(self.profiles):
            query = _Query(
                profile=profile,
                projected=self._projected[row],
                tasks=self.tasks[row],
                names=self._names[row],
            )
            yield self._rank(query, found[row], count, row)

    def similarity(self, profile: Profile, rows: np.ndarray) -> np.ndarray:
        """Return the similarity of an occupation to rows of the index, shape (n_rows,)."""
        query = self._query(profile)
        signals, _ = self._compare(query, rows)
        return self.model.similarity(
            self.model.score(self._projected[rows] @ query.projected, signals)
        )

    def signals(self, profile: Profile, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Return ``similarity.SIGNALS`` between an occupation and rows of the index.

        Returns:
            signal -> values, shape (n_rows,); NaN where unknown.
        """
        return self._compare(self._query(profile), rows)[0]

    def _query(self, profile: Profile) -> _Query:
        names, tasks = (self.model.part([profile], name)[0] for name in ("names", "tasks"))
        projected = self.model.project([profile])[0]
        return _Query(profile=profile, projected=projected, tasks=tasks, names=names)

    def _search(self, projected: np.ndarray, tasks: np.ndarray, count: int) -> np.ndarray:
        vectors = unit_or_axis(projected if projected.shape[1] else tasks)
        padded = np.column_stack([vectors, np.zeros(len(vectors))])
        return self._index.search(padded, min(count + 1, len(self))).rows

    def _rank(
        self, query: _Query, rows: np.ndarray, count: int, without: int | None
    ) -> SimilarOccupations:
        excluded = NO_NEIGHBOUR if without is None else without
        rows = rows[(rows != NO_NEIGHBOUR) & (rows != excluded)][:count]
        rows = rows[self.tasks[rows] @ query.tasks > 0]
        signals, carries_over = self._compare(query, rows)
        scores = self.model.score(self._projected[rows] @ query.projected, signals)
        order = np.lexsort((rows, -scores))
        return SimilarOccupations(
            rows[order], self.model.similarity(scores[order]), carries_over[order]
        )

    def _compare(self, query: _Query, rows: np.ndarray) -> tuple[dict[str, np.ndarray], np.ndarray]:
        """Return the signals, and the share of time in each row that carries over."""
        if not len(rows):
            return {name: np.zeros(0) for name in SIGNALS}, np.zeros(0)
        profile = query.profile
        tasks_there, tasks_here, carries_over = self._best_counterparts(profile, rows)
        names_known = self._has_names[rows] & (profile.names is not None)
        signals = {
            "tasks_mean": self.tasks[rows] @ query.tasks,
            "tasks_there": tasks_there,
            "tasks_here": tasks_here,
            "names": np.where(names_known, self._names[rows] @ query.names, np.nan),
            "job_zone_gap": np.abs(self.zones[rows] - (profile.job_zone or np.nan)),
        }
        return signals, carries_over

    def _best_counterparts(
        self, profile: Profile, rows: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return three time-weighted means over tasks, each of shape (n_rows,).

        The first is the best cosine of each profile task among the row's tasks. The second is the
        best cosine of each task of the row among the profile's tasks. The third is the probability
        that a task of the row matches its best counterpart.
        """
        starts = np.concatenate([[0], self._ends[:-1]])[rows]
        sizes = self._ends[rows] - starts
        first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        picked = np.repeat(starts - first, sizes) + np.arange(sizes.sum())
        cosine = self._vectors[picked] @ profile.vectors.T.astype(np.float32)
        best, shares = cosine.max(axis=1), self._shares[picked]
        there = np.maximum.reduceat(cosine, first, axis=0) @ profile.shares
        here = np.add.reduceat(best * shares, first)
        carries_over = np.add.reduceat(task_match_probability(best) * shares, first)
        return there, here, carries_over
