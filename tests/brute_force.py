"""Score a task as the engine documents it, by plain loops over all reference tasks.

Only the fitted numbers come from the engine. Everything that happens to a task is implemented again
here: comparing, averaging, heads, interval and novelty.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine import Corpus, RiskEngine
from engine.encoders.base import Encoder
from engine.records import rubric
from engine.utils.text import text_key

_DEPTHS = (5, 20, 100)
_TEMPERATURE = 0.1
_STEPS = 100_000


@dataclass(frozen=True)
class Score:
    """What the engine should find for a task; see ``TaskRisk``."""

    nearest: list[str]
    similarity: list[float]
    values: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    category: str
    level: str
    novelty: float
    reference_size: int


class BruteForce:
    """A second implementation of an engine without a probe.

    Args:
        engine: source of the fitted numbers.
        encoder: that of the engine.
    """

    def __init__(self, engine: RiskEngine, encoder: Encoder) -> None:
        self._engine, self._encoder = engine, encoder
        self._model = engine._parts.model
        corpus = engine.corpus
        known = corpus.tasks[["exposure", "automation"]].notna().any(axis=1)
        self._tasks = [_Task(corpus, encoder, row) for row in np.flatnonzero(known).tolist()]
        self._vectors = np.stack([task.vector for task in self._tasks])
        self._own_similarity = [
            _similarity(self._nearest(task.vector, task.key, task.code, 5)) for task in self._tasks
        ]

    def score(self, text: str, soc_code: str | None = None) -> Score:
        """Score a task without the reference tasks of its text and its occupation."""
        vector = self._encoder.encode([text])[0].astype(float)
        near = self._nearest(vector, text_key(text), soc_code, _DEPTHS[-1])
        columns = [*_features(near, self._engine.measures), *self._kernel(vector)]
        values, intervals = {}, {}
        for measure, head in self._model.measures.items():
            linear = head.regression.intercept + float(
                np.dot(columns, head.regression.coefficients)
            )
            curve = head.regression.curve
            value = min(max(float(np.interp(linear, curve.x, curve.y)), 0.0), 1.0)
            values[measure] = value
            intervals[measure] = self._interval(measure, value, near)
        closer = [own for own in self._own_similarity if own > _similarity(near)]
        return Score(
            nearest=[task.task_id for _, task in near[:5]],
            similarity=[similarity for similarity, _ in near[:5]],
            values=values,
            intervals=intervals,
            category=rubric.CATEGORIES[_best(self._model.category, columns)],
            level=["E0", "E2", "E1"][_best(self._model.level, columns)],
            novelty=len(closer) / len(self._tasks),
            reference_size=len(self._tasks),
        )

    def _nearest(
        self, vector: np.ndarray, key: str, code: str | None, count: int
    ) -> list[_Neighbor]:
        cosines = (self._vectors @ vector).tolist()
        found = [
            (round(cosine * _STEPS) / _STEPS, task)
            for cosine, task in zip(cosines, self._tasks, strict=True)
            if task.key != key and task.code != code
        ]
        return heapq.nsmallest(count, found, key=lambda pair: (-pair[0], pair[1].row))

    def _kernel(self, vector: np.ndarray) -> list[float]:
        landmarks = self._model.kernel.landmarks.astype(float)
        return [math.exp(-float(np.sum((vector - landmark) ** 2))) for landmark in landmarks]

    def _interval(self, measure: str, value: float, near: list[_Neighbor]) -> tuple[float, float]:
        tasks = self._model.measures[measure].tasks
        spread = _spread(near[: _DEPTHS[1]], measure)
        predictors = [1.0, value, value**2, spread, 1.0 - _similarity(near), 0.0]
        scale = float(np.clip(np.dot(predictors, tasks.coefficients), *tasks.bounds))
        same_bin = tasks.bins == sum(value >= edge for edge in tasks.edges)
        scores = sorted(tasks.scores[same_bin].tolist())
        rank = math.ceil((len(scores) + 1) * self._engine.confidence - 1e-9)
        half = scores[rank - 1] * scale
        return max(value - half, 0.0), min(value + half, 1.0)


class _Task:
    """A reference task with known outcomes."""

    def __init__(self, corpus: Corpus, encoder: Encoder, row: int) -> None:
        task = corpus.tasks.iloc[row]
        self.row = row
        self.task_id, self.code = task["task_id"], task["soc_code"]
        self.key = text_key(task["task"])
        self.vector = encoder.encode([task["task"]])[0].astype(float)
        self.outcomes = {name: float(task[name]) for name in corpus.measures}
        groups = [name for name in task["category"].split(" | ") if name]
        self.groups = {name: groups.count(name) / len(groups) for name in groups}
        exposure = self.outcomes["exposure"]
        self.levels = {
            level: max(0.0, 1.0 - 2.0 * abs(exposure - value))
            for level, value in (("E0", 0.0), ("E2", 0.5), ("E1", 1.0))
        }


_Neighbor = tuple[float, _Task]


def _features(near: list[_Neighbor], measures: Sequence[str]) -> list[float]:
    """Return the features in the order that ``FeatureExtractor.features`` documents."""
    means = [
        _weighted([(s, task.outcomes[name]) for s, task in near[:depth]])
        for depth in _DEPTHS
        for name in measures
    ]
    spreads = [_spread(near[: _DEPTHS[1]], name) for name in measures]
    similarities = [_mean([s for s, _ in near[:depth]]) for depth in (1, *_DEPTHS)]
    votes = [
        _weighted([(s, part(task)) for s, task in near[:depth]])
        for depth in _DEPTHS[1:]
        for part in [
            *(lambda task, name=name: task.groups.get(name, 0.0) for name in rubric.CATEGORIES),
            *(lambda task, name=name: task.levels[name] for name in rubric.EXPOSURE_LEVELS),
        ]
    ]
    return [*means, *spreads, *similarities, *votes]


def _weighted(values: list[tuple[float, float]]) -> float:
    """Return the mean of known values by similarity, relative to the nearest neighbor's."""
    nearest = values[0][0]
    known = [
        (math.exp((similarity - nearest) / _TEMPERATURE), value)
        for similarity, value in values
        if not math.isnan(value)
    ]
    return sum(w * value for w, value in known) / sum(w for w, _ in known)


def _spread(near: list[_Neighbor], measure: str) -> float:
    mean = _weighted([(s, task.outcomes[measure]) for s, task in near])
    square = _weighted([(s, task.outcomes[measure] ** 2) for s, task in near])
    return math.sqrt(max(square - mean**2, 0.0))


def _similarity(near: list[_Neighbor]) -> float:
    """Return the mean similarity of the five nearest tasks."""
    return _mean([similarity for similarity, _ in near[:5]])


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def _best(head: object, columns: list[float]) -> int:
    """Return the most likely class of a multinomial regression."""
    scores = np.dot(columns, head.coefficients) + head.intercepts  # type: ignore[attr-defined]
    return int(np.argmax(scores))
