from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine import RiskEngine
from engine.model.risk_model import MAX_NOVELTY
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


def test_predictions_do_not_depend_on_the_batch(engine: RiskEngine) -> None:
    model, evidence = engine._parts.model, _evidence(engine)
    together = model.predict(evidence, 0.9)
    alone = model.predict(evidence[np.array([3])], 0.9)
    for name, values in together.values.items():
        np.testing.assert_allclose(alone.values[name], values[[3]], atol=1e-12)
        np.testing.assert_allclose(alone.low[name], together.low[name][[3]], atol=1e-12)
    assert alone.categories == [together.categories[3]]
