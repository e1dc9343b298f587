"""All heads of an engine together: fitted at once, applied at once, and as plain arrays."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.encoders.probe import LEVELS
from engine.errors import EngineError
from engine.model.calibration import CalibrationCurve
from engine.model.classifier import ClassHead, fit_classes
from engine.model.conformal import OccupationIntervals, TaskIntervals, difficulty
from engine.model.exposure_level import EXPOSURE_LEVELS, LevelHead, LevelPool, read_levels
from engine.model.nystroem import KernelMap
from engine.model.out_of_scope import ScopeHead
from engine.model.regression import Inputs, RegressionHead, fit_regression
from engine.records import rubric
from engine.records.estimates import ErrorModel, Estimate, pooled_error
from engine.retrieval.features import DEPTHS, FeatureMatrix
from engine.retrieval.reference import Evidence, Reference


@dataclass(frozen=True)
class CatalogueScores:
    """Predictions for the tasks of the catalogue, and their shares of time.

    Attributes:
        values, scales: measure -> expected outcome and expected error, shape (n_tasks,).
        shares: share of time of each task in its occupation, shape (n_tasks,).
    """

    values: Mapping[str, np.ndarray]
    scales: Mapping[str, np.ndarray]
    shares: np.ndarray


def occupation_estimates(
    model: RiskModel,
    values: Mapping[str, np.ndarray],
    scales: Mapping[str, np.ndarray],
    shares: np.ndarray,
    confidence: float,
) -> dict[str, Estimate]:
    """Measure -> Σ share × value over the tasks of an occupation, with its interval."""
    estimates = {}
    for name, heads in model.measures.items():
        value = float(np.clip(shares @ values[name], 0.0, 1.0))
        error = pooled_error(shares.tolist(), scales[name].tolist(), heads.occupations.correlation)
        half = heads.occupations.reach(confidence) * error
        estimates[name] = Estimate(
            value=value, low=max(0.0, value - half), high=min(1.0, value + half), error=error
        )
    return estimates


def error_models(model: RiskModel, confidence: float) -> dict[str, ErrorModel]:
    """Measure -> how the errors of tasks add up in an occupation."""
    return {
        name: ErrorModel(heads.occupations.correlation, heads.occupations.reach(confidence))
        for name, heads in model.measures.items()
    }


MIN_KNOWN = 50
"""Known outcomes a measure needs to be estimated."""

MIN_OCCUPATIONS = 5
"""Occupations with known outcomes a measure needs to be estimated."""

OUT_OF_SCOPE = 0.99
"""Beyond this novelty a task counts as out of scope, even if it reads like work."""

_NEARNESS = f"similarity_{DEPTHS[0]}"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MeasureHeads:
    """What the engine knows of one measure."""

    regression: RegressionHead
    tasks: TaskIntervals
    occupations: OccupationIntervals


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Predictions for some tasks.

    Attributes:
        values: measure -> expected outcome, shape (n_tasks,), in [0, 1].
        low, high: measure -> ends of the interval, shape (n_tasks,), in [0, 1].
        scales: measure -> expected absolute error, shape (n_tasks,).
        categories, levels: the most likely of each, one a task.
        novelty: shape (n_tasks,), in [0, 1].
        out_of_scope: shape (n_tasks,), bool.
    """

    values: Mapping[str, np.ndarray]
    low: Mapping[str, np.ndarray]
    high: Mapping[str, np.ndarray]
    scales: Mapping[str, np.ndarray]
    categories: list[str]
    levels: list[str]
    novelty: np.ndarray
    out_of_scope: np.ndarray

    @classmethod
    def joined(cls, parts: Sequence[Predictions]) -> Predictions:
        """Predictions for the tasks of all parts, one after the other."""

        def of(name: str) -> dict[str, np.ndarray]:
            tables = [getattr(part, name) for part in parts]
            return {key: np.concatenate([table[key] for table in tables]) for key in tables[0]}

        return cls(
            values=of("values"),
            low=of("low"),
            high=of("high"),
            scales=of("scales"),
            categories=[category for part in parts for category in part.categories],
            levels=[level for part in parts for level in part.levels],
            novelty=np.concatenate([part.novelty for part in parts]),
            out_of_scope=np.concatenate([part.out_of_scope for part in parts]),
        )

    def __getitem__(self, rows: np.ndarray) -> Predictions:
        def of(table: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
            return {key: array[rows] for key, array in table.items()}

        return Predictions(
            values=of(self.values),
            low=of(self.low),
            high=of(self.high),
            scales=of(self.scales),
            categories=[self.categories[row] for row in rows],
            levels=[self.levels[row] for row in rows],
            novelty=self.novelty[rows],
            out_of_scope=self.out_of_scope[rows],
        )


@dataclass(frozen=True, kw_only=True)
class RiskModel:
    """The heads of an engine.

    Attributes:
        kernel: from vectors of tasks to what the heads take beside the neighbours' features.
        measures: measure -> heads; ``exposure`` and ``automation`` are always there.
        category: over the nine work-activity groups.
        level: over the exposure levels E0, E2, E1.
        nearness: nearness of each reference task to the rest, rising; the scale of novelty.
        scope: what sets tasks apart from texts that are no work.
    """

    kernel: KernelMap
    measures: Mapping[str, MeasureHeads]
    category: ClassHead
    level: LevelHead
    nearness: np.ndarray
    scope: ScopeHead

    @classmethod
    def fit(
        cls, reference: Reference, evidence: Evidence, shares: np.ndarray, scope: ScopeHead
    ) -> RiskModel:
        """Fit all heads on a reference and the evidence on its own tasks.

        ``evidence`` must have been looked up with the tasks' own occupations and texts excluded;
        ``shares`` are the tasks' shares of time, shape (n_tasks,), as ``Reference.time_shares``.
        A further measure with too few known outcomes is left out, with a warning.

        Raises:
            EngineError: if risk or AI capability is known for too few tasks or occupations.
        """
        corpus = reference.corpus
        if reference.readout is None:
            kernel = KernelMap.fit(reference.vectors[reference.rows])
        else:  # a tuned encoder's readings leave a kernel nothing to add
            kernel = KernelMap.none(reference.vectors.shape[1])
        inputs = _inputs(kernel, evidence)
        measures = {}
        for column, name in enumerate(corpus.measures):
            known = np.flatnonzero(~np.isnan(corpus.outcomes[:, column]))
            groups = corpus.tasks["soc_code"].to_numpy()[known]
            lack = _lack(len(known), len(np.unique(groups)))
            if lack and name in (rubric.RISK_MEASURE, rubric.CAPABILITY_MEASURE):
                raise EngineError(f"reference {corpus.name!r}, column {name}: {lack}")
            if lack:
                _logger.warning("measure %s is not estimated: %s", name, lack)
                continue
            outcomes = corpus.outcomes[known, column]
            keys = corpus.text_keys[known]
            regression, predictions = fit_regression(
                inputs[known],
                kernel.rotation,
                outcomes,
                groups,
                keys,
                _means_and_readings(evidence.features.names),
            )
            features = evidence.features[known]
            difficulty = _difficulty(predictions, name, features)
            measures[name] = _with_intervals(
                regression, outcomes - predictions, difficulty, groups, shares[known]
            )
        labelled = np.flatnonzero(reference.categories.any(axis=1))
        if len(labelled) < MIN_KNOWN:
            raise EngineError(
                f"reference {corpus.name!r}, column category: known for {len(labelled)} tasks: "
                f"expected at least {MIN_KNOWN}; fill in the work-activity group of more tasks"
            )
        levelled = np.flatnonzero(reference.levels.any(axis=1))
        levels = reference.levels[levelled]
        level: LevelHead
        if reference.readout is None:
            level = fit_classes(inputs[levelled], kernel.rotation, levels)
        else:
            level = LevelPool.fit(evidence.features[levelled], levels)
        return cls(
            kernel=kernel,
            measures=measures,
            category=fit_classes(inputs[labelled], kernel.rotation, reference.categories[labelled]),
            level=level,
            nearness=np.sort(evidence.features.column(_NEARNESS)[reference.rows]),
            scope=scope,
        )

    def predict(self, evidence: Evidence, confidence: float) -> Predictions:
        """Apply all heads to the evidence on some tasks."""
        inputs, features = _inputs(self.kernel, evidence), evidence.features
        values, low, high, scales = {}, {}, {}, {}
        for name, heads in self.measures.items():
            values[name] = heads.regression.predict(inputs)
            columns = _difficulty(values[name], name, features)
            scales[name] = heads.tasks.scale(columns)
            low[name], high[name] = heads.tasks.interval(values[name], columns, confidence)
        categories = np.argmax(self.category.probabilities(inputs), axis=1)
        if isinstance(self.level, LevelPool):
            level = self.level.probabilities(features)
        else:
            level = self.level.probabilities(inputs)
        levels = np.argmax(level, axis=1)
        novelty = self._novelty(features.column(_NEARNESS))
        return Predictions(
            values=values,
            low=low,
            high=high,
            scales=scales,
            categories=[rubric.CATEGORIES[category] for category in categories],
            levels=[EXPOSURE_LEVELS[level] for level in levels],
            novelty=novelty,
            out_of_scope=(novelty > OUT_OF_SCOPE) | self.scope.outside(evidence.vectors),
        )

    def _novelty(self, nearness: np.ndarray) -> np.ndarray:
        closer = len(self.nearness) - np.searchsorted(self.nearness, nearness, side="right")
        return closer / len(self.nearness)

    def to_arrays(self) -> dict[str, np.ndarray]:
        """The heads as named arrays; ``from_arrays`` brings them back bit by bit."""
        arrays = {"nearness": self.nearness, "landmarks": self.kernel.landmarks}
        arrays["scope.coefficients"] = self.scope.coefficients
        arrays["scope.bound"] = np.array([self.scope.bound])
        for name, head in (("category", self.category), ("level", self.level)):
            arrays |= {f"{name}.{key}": array for key, array in head.to_arrays().items()}
        for name, heads in self.measures.items():
            arrays |= {
                f"measure.{name}.coefficients": heads.regression.coefficients,
                f"measure.{name}.intercept": np.array([heads.regression.intercept]),
                f"measure.{name}.curve_x": heads.regression.curve.x,
                f"measure.{name}.curve_y": heads.regression.curve.y,
                f"measure.{name}.error_coefficients": heads.tasks.coefficients,
                f"measure.{name}.error_bounds": heads.tasks.bounds,
                f"measure.{name}.task_edges": heads.tasks.edges,
                f"measure.{name}.task_scores": heads.tasks.scores,
                f"measure.{name}.task_ranges": heads.tasks.ranges,
                f"measure.{name}.correlation": np.array([heads.occupations.correlation]),
                f"measure.{name}.occupation_scores": heads.occupations.scores,
            }
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], measures: list[str]) -> RiskModel:
        """The model that ``to_arrays`` wrote, for the named measures.

        Raises:
            KeyError: if an array is missing.
        """

        def heads(name: str) -> MeasureHeads:
            def part(key: str) -> np.ndarray:
                return arrays[f"measure.{name}.{key}"]

            curve = CalibrationCurve(part("curve_x"), part("curve_y"))
            return MeasureHeads(
                RegressionHead(part("coefficients"), float(part("intercept")[0]), curve),
                TaskIntervals(
                    coefficients=part("error_coefficients"),
                    bounds=part("error_bounds"),
                    edges=part("task_edges"),
                    scores=part("task_scores"),
                    ranges=part("task_ranges"),
                ),
                OccupationIntervals(float(part("correlation")[0]), part("occupation_scores")),
            )

        level: LevelHead
        if "level.weights" in arrays:
            level = LevelPool(arrays["level.weights"])
        else:
            level = ClassHead(arrays["level.coefficients"], arrays["level.intercepts"])
        return cls(
            kernel=KernelMap(arrays["landmarks"]),
            measures={name: heads(name) for name in measures},
            category=ClassHead(arrays["category.coefficients"], arrays["category.intercepts"]),
            level=level,
            nearness=arrays["nearness"],
            scope=ScopeHead(arrays["scope.coefficients"], float(arrays["scope.bound"][0])),
        )


def _lack(known: int, occupations: int) -> str:
    if known >= MIN_KNOWN and occupations >= MIN_OCCUPATIONS:
        return ""
    return (
        f"{known} known outcomes in {occupations} occupations: expected at least {MIN_KNOWN} in "
        f"{MIN_OCCUPATIONS}, or calibration would be guesswork; add tasks with known outcomes"
    )


def _difficulty(values: np.ndarray, name: str, features: FeatureMatrix) -> np.ndarray:
    """Columns of the expected error; a measure that neighbours lack borrows its kin's spread."""
    kin = name if f"{name}_spread" in features.names else rubric.CAPABILITY_MEASURE
    spread, nearness = features.column(f"{kin}_spread"), features.column(_NEARNESS)
    return difficulty(values, spread, nearness, _doubt(name, features))


def _doubt(name: str, features: FeatureMatrix) -> np.ndarray:
    """Standard deviation of the levels that the encoder's own heads give, shape (n_tasks,)."""
    if name == rubric.CAPABILITY_MEASURE:  # of a mean of independent ratings
        raters = [_doubt(rater, features) for rater in rubric.EXPOSURE_RATERS]
        return np.sqrt(np.sum(np.square(raters), axis=0)) / len(raters)
    if f"{name}_read" not in features.names:
        return np.zeros(len(features.values))
    levels, parts = np.array(LEVELS[name]), read_levels(features, name)
    return np.sqrt(np.maximum(parts @ levels**2 - (parts @ levels) ** 2, 0.0))


def _means_and_readings(features: Sequence[str]) -> np.ndarray:
    """Which features a regression uses, shape (n_features,).

    The means of the outcomes among the neighbours, and what the encoder itself reads of them. The
    other features add nothing on occupations left out, but noise.
    """
    readings = {f"{measure}_read" for measure in LEVELS}
    return np.array(
        ["_mean_" in feature or "_at_" in feature or feature in readings for feature in features]
    )


def _inputs(kernel: KernelMap, evidence: Evidence) -> Inputs:
    return Inputs(evidence.features.values, kernel(evidence.vectors))


def _with_intervals(
    regression: RegressionHead,
    residuals: np.ndarray,
    columns: np.ndarray,
    groups: np.ndarray,
    shares: np.ndarray,
) -> MeasureHeads:
    """The heads of a measure from cross-fitted residuals; all arrays have one row a known task."""
    tasks = TaskIntervals.fit(columns, residuals)
    occupations = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    whole = [rows for rows in occupations if shares[rows].sum() > 0]
    return MeasureHeads(
        regression, tasks, OccupationIntervals.fit(residuals, tasks.scale(columns), shares, whole)
    )
