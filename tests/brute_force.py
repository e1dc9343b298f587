"""Score tasks and occupations as the engine documents it, by plain loops over reference tasks.

Only the fitted numbers come from the engine, and which fit scores which reference task. Everything
that happens to a task is implemented again here: comparing, averaging, heads, interval, novelty,
the evidence shown, and the sums over an occupation.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine import Corpus, OccupationRisk, RiskEngine
from engine.encoders.base import Encoder
from engine.model.conformal import OccupationIntervals
from engine.model.regression import RegressionHead
from engine.model.risk_model import MIN_USE, RiskModel
from engine.records import rubric
from engine.records.time_share import RELATIVE_ERRORS
from engine.utils.text import text_key

_DEPTHS = (5, 20, 100)
_TEMPERATURE = 0.1
_STEPS = 100_000
_NOVELTY_EDGES = (0.67, 0.9)
_BREVITY = {1: 0.09, 2: 0.035, 3: 0.015, 4: 0.01}
_OBSERVED = ("observed_automation", "observed_automation_2026")
_DEVIATES = {0.9: 1.6448536269514722, 0.6: 0.8416212335729143}
"""Confidence -> half the width of a normal interval, in standard deviations."""


@dataclass(frozen=True)
class Score:
    """What the engine should find for a task; see ``TaskRisk``."""

    shown: list[str]
    similarity: list[float]
    means: dict[str, float]
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
        tasks_per_bin, occupations_per_group: as in ``engine.model.conformal``.
    """

    def __init__(
        self,
        engine: RiskEngine,
        encoder: Encoder,
        *,
        tasks_per_bin: int = 200,
        occupations_per_group: int = 15,
    ) -> None:
        scores, corpus = engine._parts.scores, engine.corpus
        self._encoder, self._confidence = encoder, engine.confidence
        self._occupations_per_group = occupations_per_group
        vectors = encoder.encode(corpus.tasks["task"].tolist()).astype(float)
        self._tasks = [_Task(corpus, vectors[row], row) for row in range(len(vectors))]
        self._fold = scores.fold.tolist()
        self._fits = [
            _Fit(model, self._seen(number), corpus.measures, engine.confidence, tasks_per_bin)
            for number, model in enumerate(scores.models)
        ]

    def score(self, text: str, soc_code: str | None = None) -> Score:
        """Score a task without the reference tasks of its text and its occupation.

        A task of the reference is scored by the fit without its fold, and without the occupation
        that the reference has it in.
        """
        key = text_key(text)
        copies = [task for task in self._tasks if task.key == key]
        if not copies:
            vector = self._encoder.encode([text])[0].astype(float)
            return self._fits[0].score(vector, key, soc_code)
        own = [task for task in copies if task.code == soc_code] or copies
        return self._fits[self._fold[own[0].row]].score(own[0].vector, key, own[0].code)

    def occupation(self, result: OccupationRisk) -> dict[str, tuple[float, float, float]]:
        """Return value, low and high of each measure, from the scored tasks of an occupation."""
        found = {}
        group = _major_group(result)
        for measure, head in self._fits[0].model.measures.items():
            tasks = [task for task in result.tasks if measure in task.estimates]
            time = sum(task.time_share for task in tasks)
            if time < 0.5:
                continue
            shares = [task.time_share / time for task in tasks]
            values = [task.estimates[measure].value for task in tasks]
            value = sum(share * own for share, own in zip(shares, values, strict=True))
            errors = [
                share * task.estimates[measure].error
                for share, task in zip(shares, tasks, strict=True)
            ]
            keys = [text_key(task.task) for task in tasks]
            correlation = head.occupations.correlation
            variance = sum(
                first * second * (1.0 if keys[one] == keys[two] else correlation)
                for one, first in enumerate(errors)
                for two, second in enumerate(errors)
            )
            moved = [
                RELATIVE_ERRORS[task.time_share_source] * share * (own - value)
                for task, share, own in zip(tasks, shares, values, strict=True)
            ]
            reach = self._reach(head.occupations, value, group) * math.sqrt(variance)
            drift = _DEVIATES[self._confidence] * math.sqrt(sum(part**2 for part in moved))
            half = math.sqrt(reach**2 + drift**2)
            found[measure] = (value, max(value - half, 0.0), min(value + half, 1.0))
        return found

    def _reach(self, intervals: OccupationIntervals, value: float, group: int) -> float:
        """Return the quantile among similar estimates, times the factor of the major group."""
        edges = intervals.edges.tolist()
        places = [_place(edges, estimate) for estimate in intervals.estimates.tolist()]
        scores = intervals.scores.tolist()
        quantiles = {
            place: _quantile(
                [score for score, own in zip(scores, places, strict=True) if own == place],
                self._confidence,
            )
            for place in range(len(edges) + 1)
        }
        relative = [
            score / quantiles[place]
            for score, place, own in zip(scores, places, intervals.groups.tolist(), strict=True)
            if own == group
        ]
        factor = math.inf
        if group > 0 and len(relative) >= self._occupations_per_group:
            factor = _quantile(relative, self._confidence)
        if math.isinf(factor) or math.inf in quantiles.values():
            factor = 1.0
        return quantiles[_place(edges, value)] * factor

    def _seen(self, fold: int) -> list[_Task]:
        """Return the tasks with outcomes that are evidence for a fold; all of them for fold 0."""
        if fold == 0:
            return [task for task in self._tasks if task.is_evidence]
        hidden = {task.key for task in self._tasks if self._fold[task.row] == fold}
        return [
            task
            for task in self._tasks
            if task.is_evidence and self._fold[task.row] != fold and task.key not in hidden
        ]


class _Task:
    """A reference task."""

    def __init__(self, corpus: Corpus, vector: np.ndarray, row: int) -> None:
        task = corpus.tasks.iloc[row]
        self.row, self.vector = row, vector
        self.task_id, self.code = task["task_id"], task["soc_code"]
        self.key = text_key(task["task"])
        self.outcomes = {name: float(task[name]) for name in corpus.measures}
        self.is_evidence = not all(
            math.isnan(self.outcomes.get(name, math.nan))
            for name in ("exposure", "automation", "genai_potential")
        )
        groups = [name for name in task["category"].split(" | ") if name]
        self.groups = {name: groups.count(name) / len(groups) for name in groups}
        exposure = self.outcomes["exposure"]
        self.levels = {
            level: 0.0 if math.isnan(exposure) else max(0.0, 1.0 - 2.0 * abs(exposure - value))
            for level, value in (("E0", 0.0), ("E2", 0.5), ("E1", 1.0))
        }
        self.is_labeled = bool(groups) or not math.isnan(exposure)


_Neighbor = tuple[float, _Task]


class _Fit:
    """A model, and the tasks that it looks for neighbors among."""

    def __init__(
        self,
        model: RiskModel,
        tasks: Sequence[_Task],
        measures: Sequence[str],
        confidence: float,
        tasks_per_bin: int,
    ) -> None:
        self.model = model
        self._tasks, self._measures = tasks, measures
        self._confidence, self._tasks_per_bin = confidence, tasks_per_bin
        self._vectors = np.stack([task.vector for task in tasks])

    @cached_property
    def _own_similarity(self) -> list[float]:
        return [_similarity(self._nearest(t.vector, t.key, t.code, 5)) for t in self._tasks]

    @cached_property
    def _priors(self) -> dict[str, float]:
        found = {}
        for name in self._measures:
            known = [t.outcomes[name] for t in self._tasks if not math.isnan(t.outcomes[name])]
            found[name] = _mean(known) if known else 0.0
        return found

    def score(self, vector: np.ndarray, key: str, code: str | None) -> Score:
        near = self._nearest(vector, key, code, _DEPTHS[-1])
        columns = [*self._features(near), *self._kernel(vector)]
        novelty = _mean([float(own > _similarity(near)) for own in self._own_similarity])
        use = self.model.use
        in_use = use is None or _predict(use, columns) >= MIN_USE
        values, intervals = {}, {}
        for measure, head in self.model.measures.items():
            if measure in _OBSERVED and not in_use:
                continue
            value = values[measure] = _predict(head.regression, columns)
            added = _BREVITY.get(len(key.split()), 0.0)
            intervals[measure] = self._interval(measure, value, near, novelty, added)
        shown = _shown(near, values["automation"])
        return Score(
            shown=[task.task_id for _, task in shown],
            similarity=[similarity for similarity, _ in shown],
            means={
                name: self._weighted(near[: _DEPTHS[1]], name)
                for name in self._measures
                if _support(near[: _DEPTHS[1]], name) > 0
            },
            values=values,
            intervals=intervals,
            category=rubric.CATEGORIES[_best(self.model.category, columns)],
            level=["E0", "E2", "E1"][_best(self.model.level, columns)],
            novelty=novelty,
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
        landmarks = self.model.kernel.landmarks.astype(float)
        return [math.exp(-float(np.sum((vector - landmark) ** 2))) for landmark in landmarks]

    def _features(self, near: list[_Neighbor]) -> list[float]:
        """Return the features in the order that ``FeatureExtractor.features`` documents."""
        middle = near[: _DEPTHS[1]]
        means = [self._weighted(near[:depth], name) for depth in _DEPTHS for name in self._measures]
        spreads = [self._spread(middle, name) for name in self._measures]
        supports = [_support(middle, name) for name in self._measures]
        similarities = [_mean([s for s, _ in near[:depth]]) for depth in (1, *_DEPTHS)]
        votes = [
            _vote(near[:depth], part)
            for depth in _DEPTHS[1:]
            for part in [
                *(lambda task, name=name: task.groups.get(name, 0.0) for name in rubric.CATEGORIES),
                *(lambda task, name=name: task.levels[name] for name in rubric.EXPOSURE_LEVELS),
            ]
        ]
        return [*means, *spreads, *supports, *similarities, *votes]

    def _weighted(self, near: list[_Neighbor], measure: str) -> float:
        mean = _weighted([(s, task.outcomes[measure]) for s, task in near])
        return self._priors[measure] if mean is None else mean

    def _spread(self, near: list[_Neighbor], measure: str) -> float:
        mean = _weighted([(s, task.outcomes[measure]) for s, task in near])
        square = _weighted([(s, task.outcomes[measure] ** 2) for s, task in near])
        if mean is None or square is None:
            return 0.0
        return math.sqrt(max(square - mean**2, 0.0))

    def _interval(
        self, measure: str, value: float, near: list[_Neighbor], novelty: float, added: float
    ) -> tuple[float, float]:
        tasks = self.model.measures[measure].tasks
        spread = self._spread(near[: _DEPTHS[1]], measure)
        predictors = [1.0, value, value**2, spread, 1.0 - _similarity(near), 0.0]
        scale = float(np.clip(np.dot(predictors, tasks.coefficients), *tasks.bounds)) + added
        place, parts = _place(tasks.edges.tolist(), value), len(_NOVELTY_EDGES) + 1
        cell = place * parts + _place(_NOVELTY_EDGES, novelty)
        pairs = list(zip(tasks.scores.tolist(), tasks.cells.tolist(), strict=True))
        scores = [score for score, own in pairs if own == cell]
        if len(scores) < self._tasks_per_bin:
            scores = [score for score, own in pairs if own // parts == place]
        half = _quantile(scores, self._confidence) * scale
        return max(value - half, 0.0), min(value + half, 1.0)


def _shown(near: list[_Neighbor], risk: float) -> list[_Neighbor]:
    """Return the five nearest, and one from the other side of a risk outside their outcomes."""
    known = [
        task.outcomes["automation"]
        for _, task in near[:5]
        if not math.isnan(task.outcomes["automation"])
    ]
    below, above = risk < min(known), risk > max(known)
    other_side = [
        (similarity, task)
        for similarity, task in near[5:]
        if (below and task.outcomes["automation"] <= risk)
        or (above and task.outcomes["automation"] >= risk)
    ]
    return [*near[:5], *other_side[:1]]


def _major_group(result: OccupationRisk) -> int:
    """Return that of the code, or the one that most nearest tasks have, by working time."""
    if result.soc_code:
        return int(result.soc_code[:2])
    time: dict[int, float] = {}
    for task in result.tasks:
        group = int(task.neighbours[0].soc_code[:2])
        time[group] = time.get(group, 0.0) + task.time_share
    return max(time, key=lambda group: time[group])


def _weights(similarities: Sequence[float]) -> list[float]:
    """Return the weights of neighbors, relative to the nearest one's."""
    return [math.exp((one - similarities[0]) / _TEMPERATURE) for one in similarities]


def _weighted(values: list[tuple[float, float]]) -> float | None:
    """Return the mean of known values by similarity; None if none is known."""
    weights = _weights([similarity for similarity, _ in values])
    known = [
        (weight, value)
        for weight, (_, value) in zip(weights, values, strict=True)
        if not math.isnan(value)
    ]
    if not known:
        return None
    return sum(w * value for w, value in known) / sum(w for w, _ in known)


def _support(near: list[_Neighbor], measure: str) -> float:
    """Return the share of neighbors, by weight, whose outcome is known."""
    weights = _weights([similarity for similarity, _ in near])
    known = [
        weight
        for weight, (_, task) in zip(weights, near, strict=True)
        if not math.isnan(task.outcomes[measure])
    ]
    return sum(known) / sum(weights)


def _vote(near: list[_Neighbor], part: Callable[[_Task], float]) -> float:
    votes = [(s, part(task) if task.is_labeled else math.nan) for s, task in near]
    return _weighted(votes) or 0.0


def _similarity(near: list[_Neighbor]) -> float:
    """Return the mean similarity of the five nearest tasks."""
    return _mean([similarity for similarity, _ in near[:5]])


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def _place(edges: Sequence[float], value: float) -> int:
    """Return the number of edges that a value reaches."""
    return sum(value >= edge for edge in edges)


def _quantile(scores: Sequence[float], confidence: float) -> float:
    """Return the ⌈(n + 1) × confidence⌉-th smallest of n scores; infinite if n is too small."""
    rank = math.ceil((len(scores) + 1) * confidence - 1e-9)
    return sorted(scores)[rank - 1] if rank <= len(scores) else math.inf


def _predict(head: RegressionHead, columns: list[float]) -> float:
    """Return the calibrated prediction of a regression, in [0, 1]."""
    linear = head.intercept + float(np.dot(columns, head.coefficients))
    return min(max(float(np.interp(linear, head.curve.x, head.curve.y)), 0.0), 1.0)


def _best(head: object, columns: list[float]) -> int:
    """Return the most likely class of a multinomial regression."""
    scores = np.dot(columns, head.coefficients) + head.intercepts  # type: ignore[attr-defined]
    return int(np.argmax(scores))
