"""Search a reference corpus: the nearest reference tasks of a task, and features of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.corpus.corpus import Corpus
from engine.corpus.memberships import category_memberships, level_memberships
from engine.encoders.probe import LinearProbe
from engine.errors import EngineError
from engine.records import rubric
from engine.records.estimates import FrozenMapping
from engine.records.measures import POTENTIAL
from engine.records.time_share import EQUAL, TimeFacts, allocate, relative_time
from engine.retrieval.features import (
    DEPTHS,
    NEIGHBOURS,
    FeatureExtractor,
    FeatureMatrix,
    MaskedValues,
    weighted_mean,
)
from engine.retrieval.index import NeighbourIndex, Neighbours

VOTED = (*rubric.WORK_ACTIVITY_GROUPS, *rubric.EXPOSURE_LEVELS)
"""Groups that neighbors vote for: work-activity groups, then exposure levels."""

_CHUNK = 4_096
"""Number of tasks to look up at a time, to bound memory."""

_NO_ROWS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a reference knows about some tasks.

    Attributes:
        neighbours: the nearest reference tasks; their ``rows`` index ``Reference.rows``.
        features: features of the neighbors, and the outputs of the encoder's probe if it has one.
        vectors: unit vectors of the tasks, shape (n_tasks, n_dimensions).
        words: number of words of each, shape (n_tasks,).
        similar_time: time that similar tasks take, relative to the mean task of their occupation,
            shape (n_tasks,), ≥ 0, NaN where unknown.
    """

    neighbours: Neighbours
    features: FeatureMatrix
    vectors: np.ndarray
    words: np.ndarray
    similar_time: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence[Evidence]) -> Evidence:
        """Concatenate evidence; raise ``ValueError`` if there are no parts."""
        return cls(
            neighbours=Neighbours(
                np.vstack([part.neighbours.similarity for part in parts]),
                np.vstack([part.neighbours.rows for part in parts]),
            ),
            features=FeatureMatrix(
                parts[0].features.names, np.vstack([part.features.values for part in parts])
            ),
            vectors=np.vstack([part.vectors for part in parts]),
            words=np.concatenate([part.words for part in parts]),
            similar_time=np.concatenate([part.similar_time for part in parts]),
        )

    def __getitem__(self, rows: np.ndarray) -> Evidence:
        return Evidence(
            neighbours=Neighbours(self.neighbours.similarity[rows], self.neighbours.rows[rows]),
            features=self.features[rows],
            vectors=self.vectors[rows],
            words=self.words[rows],
            similar_time=self.similar_time[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceTask:
    """A corpus task for results: Python values, which are quick to read and are shared."""

    text: str
    outcomes: FrozenMapping
    occupation: str
    soc_code: str
    task_id: str


class Reference:
    """A corpus, the vectors of its tasks, and an index of the tasks with known outcomes.

    Args:
        corpus: the reference corpus.
        vectors: unit vectors of its tasks, shape (n_tasks, n_dimensions), float32.
        probe: linear probe of the encoder, if the encoder was tuned on outcomes.
        index: of the vectors of the tasks with outcomes, in corpus order; built if None.

    Attributes:
        rows: corpus rows of the tasks with known outcomes, shape (n_evidence,).

    Raises:
        EngineError: if no task has a known exposure or automation.
    """

    def __init__(
        self,
        corpus: Corpus,
        vectors: np.ndarray,
        *,
        probe: LinearProbe | None = None,
        index: NeighbourIndex | None = None,
    ) -> None:
        self.corpus = corpus
        self.vectors = vectors
        self.probe = probe
        self.rows = evidence_rows(corpus)
        if len(self.rows) == 0:
            raise EngineError(
                f"reference {corpus.name!r} has no outcomes; fill in column exposure or automation "
                "of tasks.csv"
            )
        self.index = NeighbourIndex.build(vectors[self.rows]) if index is None else index
        self._outcomes = corpus.outcomes[self.rows]
        self._soc_codes = corpus.tasks["soc_code"].to_numpy()[self.rows]

    def extended(self, corpus: Corpus, vectors: np.ndarray) -> Reference:
        """Return a reference with further tasks; this one does not change.

        Args:
            corpus: the tasks of this reference, unchanged, followed by the further tasks.
            vectors: unit vectors of the further tasks, shape (n_further, n_dimensions), float32.
        """
        vectors = np.vstack([self.vectors, vectors])
        index = self.index.extended(vectors[evidence_rows(corpus)])
        return Reference(corpus, vectors, probe=self.probe, index=index)

    @cached_property
    def levels(self) -> np.ndarray:
        """Membership of each corpus task in the exposure levels, in [0, 1], shape (n_tasks, 3).

        They come from the model's rating if the corpus has it, since the human rating is a mean
        over several people, not a level.
        """
        rated = rubric.LEVEL_MEASURE in self.corpus.measures
        column = rubric.LEVEL_MEASURE if rated else rubric.CAPABILITY_MEASURE
        return level_memberships(self.corpus.tasks[[column]].to_numpy(dtype=float))

    @cached_property
    def categories(self) -> np.ndarray:
        """Membership of each corpus task in the nine work-activity groups, shape (n_tasks, 9)."""
        return category_memberships(self.corpus.tasks["category"].tolist())

    @cached_property
    def tasks(self) -> list[ReferenceTask]:
        """Each corpus task with its known outcomes, to show as evidence."""
        corpus = self.corpus
        texts, codes, ids = (
            corpus.tasks[name].astype(str).tolist() for name in ("task", "soc_code", "task_id")
        )
        named = [corpus.title_of(code) for code in codes]
        outcomes = [
            FrozenMapping(
                {
                    name: value
                    for name, value in zip(corpus.measures, row, strict=True)
                    if value == value
                }
            )
            for row in corpus.outcomes.tolist()
        ]
        return [
            ReferenceTask(
                text=text, outcomes=known, occupation=title, soc_code=code, task_id=task_id
            )
            for text, known, title, code, task_id in zip(
                texts, outcomes, named, codes, ids, strict=True
            )
        ]

    @cached_property
    def _relative_time(self) -> MaskedValues:
        tasks = self.corpus.tasks
        time = np.full(len(tasks), np.nan)
        known = [
            [None if value != value else value for value in tasks[name].tolist()]
            for name in ("time_share", "frequency", "importance")
        ]
        facts = list(map(TimeFacts, *known, tasks["core"].tolist()))
        for rows in self.corpus.all_rows_of.values():
            time[rows] = relative_time([facts[row] for row in rows.tolist()])
        return MaskedValues.from_nan(time[self.rows, None], np.nan)

    def time_shares(self, similar_time: np.ndarray) -> np.ndarray:
        """Return the time share of each corpus task in its occupation, shape (n_tasks,).

        Args:
            similar_time: as ``Evidence.similar_time``, of all tasks of the corpus, for the time of
                tasks without ratings.
        """
        return self.time_shares_and_sources(similar_time)[0]

    def time_shares_and_sources(self, similar_time: np.ndarray) -> tuple[np.ndarray, list[str]]:
        """Return ``time_shares``, and the source of each; a task of no occupation has no time."""
        shares = np.zeros(len(self.corpus.tasks))
        sources = [EQUAL] * len(shares)
        for code, rows in self.corpus.rows_of.items():
            tasks = self.corpus.occupation(code).task_records
            shares[rows], found = allocate(tasks, similar_time[rows])
            for row, source in zip(rows.tolist(), found, strict=True):
                sources[row] = source
        return shares, sources

    @cached_property
    def _extractor(self) -> FeatureExtractor:
        votes = np.hstack([self.categories[self.rows], self.levels[self.rows]])
        return FeatureExtractor(
            measures=self.corpus.measures,
            outcomes=self._outcomes,
            prior=column_means(self._outcomes),
            groups=VOTED,
            memberships=np.where(votes.any(axis=1, keepdims=True), votes, np.nan),
        )

    @cached_property
    def _rows_by_code(self) -> Mapping[str, np.ndarray]:
        return _positions(self._soc_codes)

    @cached_property
    def _rows_by_key(self) -> Mapping[str, np.ndarray]:
        return _positions(self.corpus.text_keys[self.rows])

    def look_up_own(self) -> Evidence:
        """Look up all tasks of the corpus itself; see ``look_up``."""
        codes = self.corpus.tasks["soc_code"].tolist()
        return self.look_up(self.vectors, codes, self.corpus.text_keys.tolist())

    def look_up(
        self, vectors: np.ndarray, soc_codes: Sequence[str | None], keys: Sequence[str]
    ) -> Evidence:
        """Look up evidence on tasks, excluding their own occupation and other copies of their text.

        Args:
            vectors: unit vectors, shape (n_tasks, n_dimensions).
            soc_codes: occupation of each task, or None.
            keys: text key of each task.
        """
        excluded = [self._own_rows(*own) for own in zip(soc_codes, keys, strict=True)]
        words = np.array([len(key.split()) for key in keys], dtype=np.int64)
        chunks = [slice(at, at + _CHUNK) for at in range(0, max(len(vectors), 1), _CHUNK)]
        return Evidence.joined(
            [self._look_up(vectors[part], words[part], excluded[part]) for part in chunks]
        )

    def _own_rows(self, soc_code: str | None, key: str) -> np.ndarray:
        """Return the index rows of an occupation and of all copies of a text."""
        own = self._rows_by_code.get(soc_code, _NO_ROWS) if soc_code else _NO_ROWS
        copies = self._rows_by_key.get(key)
        return own if copies is None else np.concatenate([own, copies])

    def _look_up(
        self, vectors: np.ndarray, words: np.ndarray, excluded: Sequence[np.ndarray]
    ) -> Evidence:
        neighbours = self.index.search(vectors, NEIGHBOURS, excluded)
        features = self._extractor.features(neighbours)
        names, columns = list(features.names), [features.values]
        if self.probe is not None:
            names += self.probe.names
            columns.append(self.probe(vectors))
        time = weighted_mean(neighbours, self._relative_time, DEPTHS[1])[:, 0]
        features = FeatureMatrix(tuple(names), np.hstack(columns))
        return Evidence(
            neighbours=neighbours,
            features=features,
            vectors=vectors,
            words=words,
            similar_time=time,
        )


def evidence_rows(corpus: Corpus) -> np.ndarray:
    """Return the rows of the tasks that are evidence, shape (n_evidence,), ascending.

    Their exposure, automation, or automation potential is known.
    """
    core = [rubric.CAPABILITY_MEASURE, rubric.RISK_MEASURE]
    core += [POTENTIAL] if POTENTIAL in corpus.measures else []
    return np.flatnonzero(corpus.tasks[core].notna().any(axis=1).to_numpy())


def column_means(values: np.ndarray) -> np.ndarray:
    """Return the mean of the known values of each column; 0 for a column without any."""
    known = ~np.isnan(values)
    return np.where(known, values, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)


def _positions(labels: np.ndarray) -> dict[str, np.ndarray]:
    """Map each label to its positions, ascending."""
    order = np.argsort(labels, kind="stable")
    distinct, starts = np.unique(labels[order], return_index=True)
    return {
        str(label): part for label, part in zip(distinct, np.split(order, starts[1:]), strict=True)
    }
