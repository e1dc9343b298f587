"""All heads of an engine: fitted together to a reference, and applied together to tasks."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.errors import EngineError
from engine.model.classifier import ClassHead, fit_classes
from engine.model.conformal import OccupationIntervals, TaskIntervals
from engine.model.expected_error import SIMILARITY, brevity_errors, measure_error_predictors
from engine.model.exposure_level import EXPOSURE_LEVELS, LevelHead, LevelPool
from engine.model.nystroem import KernelMap
from engine.model.out_of_scope import ScopeHead
from engine.model.predictions import Predictions
from engine.model.regression import Inputs, RegressionHead, fit_regression
from engine.records import rubric
from engine.records.measures import OBSERVED, Source
from engine.retrieval.features import FeatureMatrix
from engine.retrieval.reference import Evidence, Reference
from engine.utils.concurrency import one_blas_thread

MIN_KNOWN = 50
"""Minimum number of known outcomes to fit the heads of a measure."""

MIN_OCCUPATIONS = 5
"""Minimum number of occupations with known outcomes to fit the heads of a measure."""

MIN_USE = 0.15
"""Observed use is estimated where a task is in use with at least the probability of any task.

That holds for seven of eight tasks in use, and for one of three of the others.
"""

_TOP_LEVEL = f"{rubric.RISK_MEASURE}_at_1"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MeasureHead:
    """The fitted parts for one measure.

    Attributes:
        regression: predicts the measure of tasks.
        tasks: intervals of tasks.
        occupations: intervals of occupations.
    """

    regression: RegressionHead
    tasks: TaskIntervals
    occupations: OccupationIntervals


@dataclass(frozen=True, kw_only=True)
class RiskModel:
    """The heads of an engine.

    Attributes:
        kernel: from vectors of tasks to the kernel columns of ``Inputs``.
        measures: measure -> head; always has ``exposure`` and ``automation``.
        category: classifies tasks into the nine work-activity groups.
        level: classifies tasks into the exposure levels E0, E2 and E1.
        reference_similarity: mean similarity of each reference task to its five nearest tasks of
            other occupations, ascending, shape (n_evidence,); the distribution that novelty ranks
            against.
        scope: detects texts that are not work, or unlike the reference.
        sources: measure -> where its outcomes come from, for the measures that have a head.
        use: predicts whether a task is in use, so that its observed use means something; None if
            the reference does not tell.
    """

    kernel: KernelMap
    measures: Mapping[str, MeasureHead]
    category: ClassHead
    level: LevelHead
    reference_similarity: np.ndarray
    scope: ScopeHead
    sources: Mapping[str, Source]
    use: RegressionHead | None

    @classmethod
    @one_blas_thread()
    def fit(
        cls,
        reference: Reference,
        evidence: Evidence,
        shares: np.ndarray,
        scope: ScopeHead,
    ) -> RiskModel:
        """Fit all heads to the outcomes of a reference.

        A further measure with too few known outcomes gets no head; a warning is logged.

        Args:
            reference: whose outcomes are fitted.
            evidence: on its own tasks, each looked up without its occupation and its text.
            shares: time shares of its tasks, shape (n_tasks,), as ``Reference.time_shares``.
            scope: the detector, fitted for the same encoder.

        Raises:
            EngineError: if risk, AI capability or the category is known for too few tasks or
                occupations.
        """
        if reference.probe is None:
            kernel = KernelMap.fit(reference.vectors[reference.rows])
        else:  # a kernel adds nothing to the outputs of a probe
            kernel = KernelMap.empty(reference.vectors.shape[1])
        inputs = _inputs(kernel, evidence)
        similarity = np.sort(evidence.features.column(SIMILARITY)[reference.rows])
        measures = _fit_measures(reference, evidence, shares, kernel, inputs, similarity)
        return cls(
            kernel=kernel,
            measures=measures,
            category=_fit_category(reference, kernel, inputs),
            level=_fit_level(reference, evidence, kernel, inputs),
            reference_similarity=similarity,
            scope=scope,
            sources={name: reference.corpus.sources[name] for name in measures},
            use=_fit_use(reference, evidence, kernel, inputs),
        )

    def with_measures(self, other: RiskModel, names: Iterable[str]) -> RiskModel:
        """Return these heads with some of another model, fitted to the same inputs."""
        chosen = list(names)
        return replace(
            self,
            measures={**self.measures, **{name: other.measures[name] for name in chosen}},
            sources={**self.sources, **{name: other.sources[name] for name in chosen}},
        )

    @property
    def tasks_fitted(self) -> int:
        """Number of reference tasks with known outcomes that the heads were fitted to."""
        return len(self.reference_similarity)

    def predict(self, evidence: Evidence, confidence: float) -> Predictions:
        """Apply all heads to the evidence on some tasks.

        Args:
            evidence: on n tasks.
            confidence: of the intervals, in (0, 1).
        """
        inputs, features = _inputs(self.kernel, evidence), evidence.features
        values, scales, brevity = {}, {}, brevity_errors(evidence.words)
        in_use = True if self.use is None else self.use.predict(inputs) >= MIN_USE
        for name, head in self.measures.items():
            predicted = head.regression.predict(inputs)
            predictors = measure_error_predictors(name, predicted, features)
            scales[name] = head.tasks.scale(predictors) + brevity
            estimated = in_use if name in OBSERVED else True
            values[name] = np.where(estimated, predicted, np.nan)
        categories = np.argmax(self.category.probabilities(inputs), axis=1)
        if isinstance(self.level, LevelPool):
            probabilities = self.level.probabilities(features)
        else:
            probabilities = self.level.probabilities(inputs)
        levels = np.argmax(probabilities, axis=1)
        similarity = features.column(SIMILARITY)
        novelty = _novelty(self.reference_similarity, similarity)
        return self.with_intervals(
            Predictions(
                values=values,
                scales=scales,
                categories=[rubric.CATEGORIES[category] for category in categories],
                levels=[EXPOSURE_LEVELS[level] for level in levels],
                novelty=novelty,
                out_of_scope=self.scope.not_work(evidence.vectors, similarity),
                unlike_reference=self.scope.unlike_reference(similarity),
                top_probability=_top_probability(features),
            ),
            confidence,
        )

    def with_intervals(self, predictions: Predictions, confidence: float) -> Predictions:
        """Return predictions of this model with intervals of a confidence in (0, 1).

        Measures without a head get none. An interval of risk reaches 1 where the highest level is
        as likely as one tail of the interval: six in a thousand tasks have that level (T4), so
        quantiles of errors do not allow for it.
        """
        low, high = {}, {}
        for name, head in self.measures.items():
            low[name], high[name] = head.tasks.interval(
                predictions.values[name], predictions.scales[name], predictions.novelty, confidence
            )
        reaches_top = predictions.top_probability >= (1 - confidence) / 2
        high[rubric.RISK_MEASURE] = np.where(reaches_top, 1.0, high[rubric.RISK_MEASURE])
        return replace(predictions, low=low, high=high)


def _top_probability(features: FeatureMatrix) -> np.ndarray:
    """Return ``Predictions.top_probability``, shape (n_tasks,)."""
    if _TOP_LEVEL not in features.names:
        return np.zeros(len(features.values))
    return features.column(_TOP_LEVEL)


def _novelty(reference_similarity: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    """Return the share of reference tasks with a higher similarity to their nearest tasks."""
    count = len(reference_similarity)
    return (count - np.searchsorted(reference_similarity, similarity, side="right")) / count


def _inputs(kernel: KernelMap, evidence: Evidence) -> Inputs:
    return Inputs(evidence.features.values, kernel(evidence.vectors))


def _fit_measures(
    reference: Reference,
    evidence: Evidence,
    shares: np.ndarray,
    kernel: KernelMap,
    inputs: Inputs,
    similarity: np.ndarray,
) -> dict[str, MeasureHead]:
    corpus = reference.corpus
    novelty = _novelty(similarity, evidence.features.column(SIMILARITY))
    heads = {}
    for column, name in enumerate(corpus.measures):
        known = np.flatnonzero(~np.isnan(corpus.outcomes[:, column]))
        groups = corpus.tasks["soc_code"].to_numpy()[known]
        shortage = _shortage(len(known), len(np.unique(groups)))
        if shortage and name in (rubric.RISK_MEASURE, rubric.CAPABILITY_MEASURE):
            raise EngineError(f"reference {corpus.name!r}, column {name}: {shortage}")
        if shortage:
            _logger.warning("measure %s is not estimated: %s", name, shortage)
            continue
        outcomes = corpus.outcomes[known, column]
        regression, predictions = fit_regression(
            inputs[known],
            kernel.rotation,
            outcomes,
            groups=groups,
            keys=corpus.text_keys[known],
            used=_regression_features(reference, evidence.features.names, name),
        )
        predictors = measure_error_predictors(name, predictions, evidence.features[known])
        residuals = outcomes - predictions
        tasks = TaskIntervals.fit(predictors, residuals, novelty[known])
        own = shares[known]
        occupations = [np.flatnonzero(groups == group) for group in np.unique(groups)]
        heads[name] = MeasureHead(
            regression,
            tasks,
            OccupationIntervals.fit(
                predictions,
                residuals,
                tasks.scale(predictors),
                shares=own,
                occupations=occupations,
                soc_codes=[str(code) for code in np.unique(groups)],
            ),
        )
    return heads


def _fit_use(
    reference: Reference, evidence: Evidence, kernel: KernelMap, inputs: Inputs
) -> RegressionHead | None:
    """Fit whether a task of a taxonomy with outcomes of observed use has one."""
    corpus = reference.corpus
    observed = [name for name in corpus.measures if name in OBSERVED]
    if not observed:
        return None
    known = corpus.tasks[observed].notna().any(axis=1).to_numpy()
    taxonomy = corpus.tasks["soc_code"].isin(corpus.occupation_rows).to_numpy()
    rows = np.flatnonzero(np.isin(taxonomy, taxonomy[known]))
    in_use = known[rows].astype(np.float64)
    groups = corpus.tasks["soc_code"].to_numpy()[rows]
    if _shortage(int(in_use.sum()), len(np.unique(groups))):
        return None
    names = evidence.features.names
    support = np.array([name.endswith("_support") for name in names])
    return fit_regression(
        inputs[rows],
        kernel.rotation,
        in_use,
        groups=groups,
        keys=corpus.text_keys[rows],
        used=support | _regression_features(reference, names, OBSERVED[0]),
    )[0]


def _shortage(known: int, occupations: int) -> str:
    """Return what is missing to calibrate a measure, or an empty string."""
    if known >= MIN_KNOWN and occupations >= MIN_OCCUPATIONS:
        return ""
    return (
        f"{known} known outcomes in {occupations} occupations are too few to calibrate; add tasks "
        f"with known outcomes, up to at least {MIN_KNOWN} in {MIN_OCCUPATIONS} occupations"
    )


def _regression_features(reference: Reference, features: Sequence[str], measure: str) -> np.ndarray:
    """Return which features the regression of a measure uses, bool, shape (n_features,).

    It uses the mean outcomes of the neighbors and the probe's outputs for measures. For held-out
    occupations, the other features add only noise.
    """
    probed = () if reference.probe is None else reference.probe.measures
    outputs = {f"{name}_read" for name in probed}
    later = () if measure in rubric.LATER_MEASURES else rubric.LATER_MEASURES
    return np.array(
        [
            ("_mean_" in feature or "_at_" in feature or feature in outputs)
            and not feature.startswith(later)
            for feature in features
        ]
    )


def _fit_category(reference: Reference, kernel: KernelMap, inputs: Inputs) -> ClassHead:
    labeled = np.flatnonzero(reference.categories.any(axis=1))
    if len(labeled) < MIN_KNOWN:
        raise EngineError(
            f"reference {reference.corpus.name!r}, column category: {len(labeled)} tasks have a "
            f"known work-activity group; fill in at least {MIN_KNOWN}"
        )
    return fit_classes(inputs[labeled], kernel.rotation, reference.categories[labeled])


def _fit_level(
    reference: Reference, evidence: Evidence, kernel: KernelMap, inputs: Inputs
) -> LevelHead:
    labeled = np.flatnonzero(reference.levels.any(axis=1))
    levels = reference.levels[labeled]
    if reference.probe is None:
        return fit_classes(inputs[labeled], kernel.rotation, levels)
    return LevelPool.fit(evidence.features[labeled], levels)
