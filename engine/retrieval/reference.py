"""A reference corpus made searchable: a task's neighbours in it, and what they say as features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.corpus.corpus import Corpus
from engine.corpus.memberships import category_memberships, level_memberships
from engine.encoders.probe import Readout
from engine.errors import EngineError
from engine.records import rubric
from engine.records.time_share import allocate, relative_time
from engine.retrieval.features import (
    DEPTHS,
    NEIGHBOURS,
    FeatureMatrix,
    KnownValues,
    ReferenceValues,
    weighted_mean,
)
from engine.retrieval.index import NeighbourIndex, Neighbours

_CHUNK = 4_096
"""Tasks looked up at a time, which bounds memory."""

_NOTHING = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the reference says of some tasks.

    Attributes:
        neighbours: nearest reference tasks; ``rows`` are rows of ``Reference.rows``.
        features: named features of the neighbours.
        vectors: unit vectors of the tasks, shape (n_tasks, n_dimensions).
        similar_time: time that similar tasks take relative to the mean task of their occupation,
            shape (n_tasks,), NaN where unknown.
    """

    neighbours: Neighbours
    features: FeatureMatrix
    vectors: np.ndarray
    similar_time: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence[Evidence]) -> Evidence:
        """Evidence on the tasks of all parts, one after the other."""
        return cls(
            neighbours=Neighbours(
                np.vstack([part.neighbours.similarity for part in parts]),
                np.vstack([part.neighbours.rows for part in parts]),
            ),
            features=FeatureMatrix(
                parts[0].features.names, np.vstack([part.features.values for part in parts])
            ),
            vectors=np.vstack([part.vectors for part in parts]),
            similar_time=np.concatenate([part.similar_time for part in parts]),
        )

    def __getitem__(self, rows: np.ndarray) -> Evidence:
        return Evidence(
            neighbours=Neighbours(self.neighbours.similarity[rows], self.neighbours.rows[rows]),
            features=self.features[rows],
            vectors=self.vectors[rows],
            similar_time=self.similar_time[rows],
        )


class Reference:
    """A corpus, the vectors of its tasks, and an index over those with known outcomes.

    Args:
        corpus: the reference corpus.
        vectors: unit vectors of its tasks, shape (n_tasks, n_dimensions), float32.
        readout: what the encoder itself says of a vector, if it was tuned for that.
        index: over the vectors of the tasks with outcomes, in their order; made if not given.

    Attributes:
        rows: corpus rows of the tasks that can be evidence, shape (n_evidence,).
        index: over their vectors.

    Raises:
        EngineError: if no task has a known exposure or automation.
    """

    def __init__(
        self,
        corpus: Corpus,
        vectors: np.ndarray,
        readout: Readout | None = None,
        index: NeighbourIndex | None = None,
    ) -> None:
        self.corpus = corpus
        self.vectors = vectors
        self.readout = readout
        self.rows = evidence_rows(corpus)
        if len(self.rows) == 0:
            raise EngineError(
                f"reference {corpus.name!r} has no outcomes: expected exposure or automation for "
                "its tasks; fill in these columns of tasks.csv"
            )
        self.index = NeighbourIndex(vectors[self.rows]) if index is None else index
        self._outcomes = corpus.outcomes[self.rows]
        self._soc_codes = corpus.tasks["soc_code"].to_numpy()[self.rows]

    def extended(self, corpus: Corpus, vectors: np.ndarray) -> Reference:
        """A reference with further tasks; this one stays as it is, and its index grows in the copy.

        Args:
            corpus: begins with the tasks of this reference, unchanged, and has further ones.
            vectors: unit vectors of the further tasks, shape (n_further, n_dimensions), float32.
        """
        whole = np.vstack([self.vectors, vectors])
        index = self.index.grown(whole[evidence_rows(corpus)])
        return Reference(corpus, whole, self.readout, index)

    @cached_property
    def levels(self) -> np.ndarray:
        """Parts of each corpus task in the exposure levels, shape (n_tasks, 3).

        By the rater who gave a level, where there are several: the people's is a mean over people.
        """
        rated = rubric.LEVEL_MEASURE in self.corpus.measures
        column = rubric.LEVEL_MEASURE if rated else rubric.CAPABILITY_MEASURE
        return level_memberships(self.corpus.tasks[[column]].to_numpy(dtype=float))

    @cached_property
    def categories(self) -> np.ndarray:
        """Parts of each corpus task in the work-activity groups, shape (n_tasks, 9)."""
        return category_memberships(self.corpus.tasks["category"].tolist())

    @cached_property
    def shown(self) -> list[tuple[str, dict[str, float], str, str, str]]:
        """What is shown of each corpus task: text, known outcomes, title and code of its
        occupation, id. Of plain Python, as it is read one task at a time."""
        corpus = self.corpus
        texts, codes, ids = (
            corpus.tasks[name].astype(str).tolist() for name in ("task", "soc_code", "task_id")
        )
        titles = corpus.occupations["title"].astype(str).tolist()
        named = [titles[corpus.occupation_rows[code]] for code in codes]
        outcomes = [
            {
                name: value
                for name, value in zip(corpus.measures, row, strict=True)
                if value == value
            }
            for row in corpus.outcomes.tolist()
        ]
        return list(zip(texts, outcomes, named, codes, ids, strict=True))

    @cached_property
    def _relative_time(self) -> KnownValues:
        time = np.full(len(self.corpus.tasks), np.nan)
        for code, rows in self.corpus.rows_of.items():
            time[rows] = relative_time(self.corpus.occupation(code).task_records)
        return KnownValues.of(time[self.rows, None], np.nan)

    def time_shares(self, evidence: Evidence) -> np.ndarray:
        """Share of time of each corpus task in its occupation, shape (n_tasks,).

        ``evidence`` is on all tasks of the corpus; it fills in for tasks without ratings.
        """
        shares = np.zeros(len(self.corpus.tasks))
        for code, rows in self.corpus.rows_of.items():
            tasks = self.corpus.occupation(code).task_records
            shares[rows] = allocate(tasks, evidence.similar_time[rows])[0]
        return shares

    @cached_property
    def _values(self) -> ReferenceValues:
        votes = np.hstack([self.categories[self.rows], self.levels[self.rows]])
        return ReferenceValues(
            self.corpus.measures,
            self._outcomes,
            _column_means(self._outcomes),
            [*rubric.WORK_ACTIVITY_GROUPS, *rubric.EXPOSURE_LEVELS],
            np.where(votes.any(axis=1, keepdims=True), votes, np.nan),
        )

    @cached_property
    def _rows_by_code(self) -> Mapping[str, np.ndarray]:
        return _positions(self._soc_codes)

    @cached_property
    def _rows_by_key(self) -> Mapping[str, np.ndarray]:
        return _positions(self.corpus.text_keys[self.rows])

    @cached_property
    def _keys(self) -> frozenset[str]:
        return frozenset(self.corpus.text_keys)

    def holds(self, key: str) -> bool:
        """True if the reference has a task, rated or not, whose text key is ``key``."""
        return key in self._keys

    def known_rows(self, key: str) -> np.ndarray:
        """Corpus rows of the tasks with outcomes whose text key is ``key``."""
        return self.rows[self._rows_by_key.get(key, _NOTHING)]

    def look_up_own(self) -> Evidence:
        """Evidence on all tasks of the corpus itself, as ``look_up``."""
        codes = self.corpus.tasks["soc_code"].tolist()
        return self.look_up(self.vectors, codes, self.corpus.text_keys.tolist())

    def look_up(
        self, vectors: np.ndarray, soc_codes: Sequence[str | None], keys: Sequence[str]
    ) -> Evidence:
        """Evidence on tasks, none of it from their own occupation or another copy of their text.

        Args:
            vectors: unit vectors, shape (n_tasks, n_dimensions).
            soc_codes: occupation of each task; None where it has none.
            keys: text key of each task.
        """
        excluded = [self._own_rows(*own) for own in zip(soc_codes, keys, strict=True)]
        parts = [
            self._look_up(vectors[start : start + _CHUNK], excluded[start : start + _CHUNK])
            for start in range(0, max(len(vectors), 1), _CHUNK)
        ]
        return Evidence.joined(parts)

    def _own_rows(self, soc_code: str | None, key: str) -> np.ndarray:
        """Index rows of an occupation and of copies of a text."""
        own = self._rows_by_code.get(soc_code, _NOTHING) if soc_code else _NOTHING
        copies = self._rows_by_key.get(key)
        return own if copies is None else np.concatenate([own, copies])

    def _look_up(self, vectors: np.ndarray, excluded: Sequence[np.ndarray]) -> Evidence:
        neighbours = self.index.search(vectors, NEIGHBOURS, excluded)
        features = self._values.features(neighbours)
        names, columns = list(features.names), [features.values]
        if self.readout is not None:
            names += self.readout.names
            columns.append(self.readout(vectors))
        time = weighted_mean(neighbours, self._relative_time, DEPTHS[1])[:, 0]
        features = FeatureMatrix(tuple(names), np.hstack(columns))
        return Evidence(
            neighbours=neighbours, features=features, vectors=vectors, similar_time=time
        )


def evidence_rows(corpus: Corpus) -> np.ndarray:
    """Rows of the tasks whose exposure or automation is known, shape (n_evidence,)."""
    core = [rubric.CAPABILITY_MEASURE, rubric.RISK_MEASURE]
    return np.flatnonzero(corpus.tasks[core].notna().any(axis=1).to_numpy())


def _column_means(values: np.ndarray) -> np.ndarray:
    """Mean of the known values of each column; 0 for a column without any."""
    known = ~np.isnan(values)
    return np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)


def _positions(labels: np.ndarray) -> dict[str, np.ndarray]:
    """Label -> positions at which it stands."""
    order = np.argsort(labels, kind="stable")
    distinct, starts = np.unique(labels[order], return_index=True)
    return {
        str(label): part for label, part in zip(distinct, np.split(order, starts[1:]), strict=True)
    }
