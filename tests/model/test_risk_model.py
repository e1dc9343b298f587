from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine import RiskEngine
from engine.model.calibration import CalibrationCurve
from engine.model.cross_fitting import make_reference
from engine.model.regression import RegressionHead
from engine.model.risk_model import MIN_USE, RiskModel
from engine.retrieval.reference import Evidence
from tests.tuned_words import TunedWords


def _evidence(engine: RiskEngine) -> Evidence:
    return engine._parts.reference.look_up_own()


def test_novelty_is_the_share_of_reference_tasks_with_nearer_neighbors(engine: RiskEngine) -> None:
    model, evidence = engine._parts.model, _evidence(engine)
    similarity = evidence.neighbours.similarity[:, :5].mean(axis=1)
    expected = [np.mean(model.reference_similarity > own) for own in similarity]
    np.testing.assert_allclose(model.predict(evidence, 0.9).novelty, expected)
    assert model.tasks_fitted == len(engine._parts.reference.rows)


def test_not_work_and_unlike_the_reference_are_two_flags(engine: RiskEngine) -> None:
    model, evidence = engine._parts.model, _evidence(engine)
    similarity = evidence.features.column("similarity_5")
    inputs = np.column_stack([evidence.vectors, similarity])
    scores = inputs @ model.scope.coefficients
    for part in (0.0, 0.5, 1.0):
        threshold, least = np.quantile(scores, part), np.quantile(similarity, part)
        scope = replace(model.scope, threshold=float(threshold), min_similarity=float(least))
        found = replace(model, scope=scope).predict(evidence, 0.9)
        np.testing.assert_array_equal(found.out_of_scope, scores > threshold)
        np.testing.assert_array_equal(found.unlike_reference, similarity < least)


def test_few_words_add_to_the_expected_error(engine: RiskEngine) -> None:
    model, evidence = engine._parts.model, _evidence(engine)[np.arange(6)]
    longer = model.predict(replace(evidence, words=np.full(6, 12)), 0.9)
    found = model.predict(replace(evidence, words=np.array([0, 1, 2, 3, 4, 5])), 0.9)
    for measure, scales in longer.scales.items():
        added = found.scales[measure] - scales
        np.testing.assert_allclose(added, [0, 0.09, 0.035, 0.015, 0.01, 0], atol=1e-12)
        width = found.high[measure] - found.low[measure]
        assert (width[1:5] > (longer.high[measure] - longer.low[measure])[1:5]).all()


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.98])
def test_an_interval_of_risk_reaches_1_where_the_top_level_is_as_likely_as_a_tail(
    engine: RiskEngine, confidence: float
) -> None:
    model = engine._parts.model
    plain = model.predict(_evidence(engine), confidence)
    assert not plain.top_probability.any()  # the encoder has no probe
    levels = np.linspace(0, 1, len(plain.novelty))
    found = model.with_intervals(replace(plain, top_probability=levels), confidence)
    likely = levels >= (1 - confidence) / 2
    np.testing.assert_array_equal(found.high["automation"][likely], 1.0)
    np.testing.assert_array_equal(
        found.high["automation"][~likely], plain.high["automation"][~likely]
    )
    np.testing.assert_array_equal(found.low["automation"], plain.low["automation"])
    np.testing.assert_array_equal(found.high["exposure"], plain.high["exposure"])


def test_the_probability_of_the_top_level_is_that_of_the_probe(
    engine: RiskEngine, tmp_path: Path
) -> None:
    corpus = engine.corpus
    encoder = TunedWords.tuned(tmp_path, dict.fromkeys(corpus.rows_of, 0), [])
    vectors = encoder.encode(corpus.tasks["task"].tolist())
    reference = make_reference(corpus, encoder, vectors)
    evidence = reference.look_up_own()
    shares = reference.time_shares(evidence.similar_time)
    detector = engine._parts.model.scope
    model = RiskModel.fit(reference, evidence, shares, detector)
    column = encoder.probe.names.index("automation_at_1")
    np.testing.assert_array_equal(
        model.predict(evidence, 0.9).top_probability, encoder.probe(vectors)[:, column]
    )


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
