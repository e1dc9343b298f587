from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import RiskEngine
from engine.model.calibration import CalibrationCurve
from engine.model.regression import RegressionHead
from engine.model.risk_model import MAX_NOVELTY, MIN_USE
from engine.retrieval.reference import Evidence


def _evidence(engine: RiskEngine) -> Evidence:
    return engine._parts.reference.look_up_own()


def test_novelty_is_the_share_of_reference_tasks_with_nearer_neighbors(engine: RiskEngine) -> None:
    model, evidence = engine._parts.model, _evidence(engine)
    similarity = evidence.neighbours.similarity[:, :5].mean(axis=1)
    expected = [np.mean(model.reference_similarity > own) for own in similarity]
    np.testing.assert_allclose(model.predict(evidence, 0.9).novelty, expected)
    assert model.tasks_fitted == len(engine._parts.reference.rows)


def test_novel_tasks_and_tasks_that_the_detector_flags_are_out_of_scope(
    engine: RiskEngine,
) -> None:
    model, evidence = engine._parts.model, _evidence(engine)
    novel = model.predict(evidence, 0.9).novelty > MAX_NOVELTY
    scores = evidence.vectors @ model.out_of_scope.coefficients
    for threshold in np.quantile(scores, [0.0, 0.5, 1.0]):
        detector = replace(model.out_of_scope, threshold=float(threshold))
        found = replace(model, out_of_scope=detector).predict(evidence, 0.9).out_of_scope
        np.testing.assert_array_equal(found, novel | (scores > threshold))


@pytest.mark.parametrize(
    ("probability", "is_estimated"),
    [(MIN_USE - 1e-9, False), (MIN_USE, True), (1.0, True), (None, True)],
)
def test_observed_use_is_estimated_for_tasks_that_are_likely_in_use(
    catalogue: RiskEngine, probability: float | None, is_estimated: bool
) -> None:
    evidence = catalogue._parts.reference.look_up_own()[np.arange(3)]
    fitted = catalogue._parts.model
    assert fitted.use is not None
    use = None
    if probability is not None:
        curve = CalibrationCurve(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
        use = RegressionHead(np.zeros_like(fitted.use.coefficients), probability, curve)
    found = replace(fitted, use=use).predict(evidence, 0.9)
    for table in (found.values, found.low, found.high):
        assert np.isnan(table["observed_automation"]).tolist() == [not is_estimated] * 3
    assert not np.isnan(found.scales["observed_automation"]).any()
    assert not np.isnan(found.values["automation"]).any()


def test_a_reference_without_observed_use_does_not_tell_what_is_in_use(
    engine: RiskEngine, catalogue: RiskEngine
) -> None:
    assert engine._parts.model.use is None
    model, evidence = catalogue._parts.model, _evidence(catalogue)
    assert model.use is not None
    known = ~np.isnan(catalogue.corpus.tasks["observed_automation"].to_numpy())
    in_use = ~np.isnan(model.predict(evidence, 0.9).values["observed_automation"])
    assert in_use[known].mean() > in_use[~known].mean()


def test_sources_are_those_of_the_measures_with_a_head(catalogue: RiskEngine) -> None:
    for model in catalogue._parts.scores.models:
        assert list(model.sources) == list(model.measures)


def test_predictions_do_not_depend_on_the_batch(engine: RiskEngine) -> None:
    model, evidence = engine._parts.model, _evidence(engine)
    together = model.predict(evidence, 0.9)
    alone = model.predict(evidence[np.array([3])], 0.9)
    for name, values in together.values.items():
        np.testing.assert_allclose(alone.values[name], values[[3]], atol=1e-12)
        np.testing.assert_allclose(alone.low[name], together.low[name][[3]], atol=1e-12)
    assert alone.categories == [together.categories[3]]
