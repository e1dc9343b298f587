from __future__ import annotations

import numpy as np
import pytest

from engine import EngineError, Occupation, RiskEngine
from engine.scoring.translated import widened

GERMAN = {
    "Rechnungen prüfen": "Check invoices",
    "Daten aus Formularen in eine Datenbank eingeben.": "Enter data from forms into a database.",
    "Dächer mit Ziegeln decken.": "Cover roofs with tiles.",
    "Patienten waschen und anziehen.": "Wash and dress patients.",
}


def test_other_languages_are_scored_like_english(starter_engine: RiskEngine) -> None:
    german = starter_engine.score_tasks(list(GERMAN))
    english = starter_engine.score_tasks(list(GERMAN.values()))
    for one, other in zip(german, english, strict=True):
        assert one.task in GERMAN
        assert abs(one.risk - other.risk) < 0.25
        assert one.neighbours
    risks = [task.risk for task in german]
    assert min(risks[:2]) > max(risks[2:])


def test_a_table_has_the_same_scores(starter_engine: RiskEngine) -> None:
    texts = ["Check invoices", *GERMAN, "Faturaları kontrol etmek ve onaylamak"]
    table = starter_engine.score_table(texts)
    assert table.rows.tolist() == [0, 1, 2, 3, 4]
    assert "Turkish, which the engine does not read" in table.faults[5]
    # One at a time: together, an unclear line takes the language of the others.
    for row, text in zip(table.rows, texts[:5], strict=True):
        (task,) = starter_engine.score_tasks([text])
        assert table.columns["risk"][row] == pytest.approx(task.risk, abs=1e-6)
        assert table.columns["risk_low"][row] == pytest.approx(task.risk_interval[0], abs=1e-6)
        assert table.columns["risk_high"][row] == pytest.approx(task.risk_interval[1], abs=1e-6)


def test_an_occupation_of_several_languages_has_similar_careers(
    starter_engine: RiskEngine,
) -> None:
    tasks = [*GERMAN, "Write reports for clients.", "Nettoyer"]
    result = starter_engine.score_occupation(Occupation(title="Kundenberater", tasks=tasks))
    assert [task.task for task in result.tasks] == tasks
    assert starter_engine.similar_careers(result, k=3)


def test_a_language_that_the_engine_does_not_read_is_named(starter_engine: RiskEngine) -> None:
    with pytest.raises(EngineError, match="task 2: .* Hungarian, which the engine does not read"):
        starter_engine.score_tasks(["Answer phones.", "Számlák ellenőrzése és jóváhagyása"])


def test_errors_grow_by_the_factor(starter_engine: RiskEngine) -> None:
    scores = starter_engine._parts.scores
    model, predictions = scores.models[0], scores.predictions[np.arange(50)]
    base = model.with_intervals(predictions, 0.9)
    assert widened(model, base, np.ones(50), 0.9) is base
    wider = widened(model, base, np.full(50, 1.5), 0.9)
    for name in model.measures:
        np.testing.assert_allclose(wider.scales[name], 1.5 * base.scales[name])
        np.testing.assert_array_equal(wider.values[name], base.values[name])
        inside = (wider.low[name] > 0) & (wider.high[name] < 1)
        width = (base.high[name] - base.low[name])[inside]
        np.testing.assert_allclose((wider.high[name] - wider.low[name])[inside], 1.5 * width)
