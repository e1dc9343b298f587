from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine import Corpus, EngineError, Occupation, RiskEngine
from tests.conftest import WordEncoder

TEXTS = [
    "Write reports on clients.",
    "Pack fragile artworks in crates and load them for transport.",
    "Write reports on clients.",
    "Teach interns how to handle and label objects safely.",
]


def test_the_columns_equal_scoring_task_by_task(engine: RiskEngine) -> None:
    corpus_task = str(engine.corpus.tasks["task"].iat[11])
    texts = [*TEXTS, corpus_task, corpus_task.upper()]
    table = engine.score_table(texts)
    assert table.rows.tolist() == [0, 1, 2, 3, 4, 5]
    assert table.faults == {}
    for row, task in enumerate(engine.score_tasks(texts)):
        for name, value in table.columns.items():
            measure = {"risk": "automation", "ai_capability": "exposure"}.get(name, name)
            if measure in task.measures:
                assert value[row] == pytest.approx(task.measures[measure].value, abs=1e-6)
        assert table.columns["risk_low"][row] == pytest.approx(task.risk_interval[0], abs=1e-6)
        assert table.columns["risk_high"][row] == pytest.approx(task.risk_interval[1], abs=1e-6)
        assert table.columns["category"][row] == task.category
        assert table.columns["ai_capability_level"][row] == task.ai_capability_level
        assert table.columns["novelty"][row] == pytest.approx(task.novelty, abs=1e-6)
        assert table.columns["out_of_scope"][row] == task.out_of_scope


def test_invalid_rows_have_reasons_and_the_others_are_scored(engine: RiskEngine) -> None:
    texts: list[object] = [
        TEXTS[0], None, "", "  ", 7, "12 345", "word " * 200_000, "\ud800 broken", TEXTS[1],
        "Escribir informes sobre los clientes.", "a" * 801,
    ]  # fmt: skip
    table = engine.score_table(texts)
    assert table.rows.tolist() == [0, 8]
    reasons = {1: "task is None", 2: "blank", 3: "blank", 4: "task is 7", 5: "no letters",
               6: "999,999 characters", 7: "broken character", 9: "English", 10: "801"}  # fmt: skip
    assert set(table.faults) == set(reasons)
    for position, part in reasons.items():
        assert part in table.faults[position]
        assert len(table.faults[position]) < 400
    alone = engine.score_table([TEXTS[0], TEXTS[1]]).columns
    for name, values in table.columns.items():
        np.testing.assert_array_equal(values, alone[name])


def test_a_table_without_valid_rows_has_the_same_columns(engine: RiskEngine) -> None:
    for texts in ([], ["", None]):
        table = engine.score_table(texts)
        assert len(table.rows) == 0
        assert list(table.columns) == list(engine.score_table(TEXTS).columns)
        assert {len(values) for values in table.columns.values()} == {0}


def test_rows_are_scored_without_the_tasks_of_their_occupation(engine: RiskEngine) -> None:
    own = engine.find(next(iter(engine.corpus.rows_of)))
    texts, code = [f"{task.text} Daily." for task in own.task_records], own.soc_code
    job = engine.score_occupation(Occupation(own.title, texts, soc_code=code))
    given = engine.score_table(texts, [code] * len(texts)).columns["risk"]
    np.testing.assert_allclose(given, [task.risk for task in job.tasks], atol=1e-6)
    without = engine.score_table(texts, ["", None] * (len(texts) // 2) + [None] * (len(texts) % 2))
    assert not np.allclose(without.columns["risk"], given, atol=1e-6)
    alone = [task.risk for task in engine.score_tasks(texts)]
    np.testing.assert_allclose(without.columns["risk"], alone, atol=1e-6)
    faults = engine.score_table(TEXTS[:2], ["no code", code]).faults
    assert set(faults) == {0}
    assert "SOC code 'no code' is not valid" in faults[0]
    with pytest.raises(EngineError, match="1 soc_codes for 2 texts"):
        engine.score_table(TEXTS[:2], [code])


def test_the_size_of_chunks_does_not_change_scores(
    engine: RiskEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"Prepare report {number} on sales for clients." for number in range(50)]
    texts[10:20] = engine.corpus.tasks["task"].iloc[:10]
    at_once = engine.score_table(texts).columns
    monkeypatch.setattr("engine.scoring.table._CHUNK", 7)
    parts = engine.score_table(texts).columns
    for name, values in at_once.items():
        if values.dtype == np.float32:
            np.testing.assert_allclose(parts[name], values, atol=1e-6)
        else:
            np.testing.assert_array_equal(parts[name], values)


def test_a_measure_that_is_not_estimated_is_blank(small: Corpus) -> None:
    """Delegated use, which is known for tasks that software handles."""
    few = small.select_occupations(list(small.rows_of)[::3])
    use = np.where(few.tasks["automation_2026"] > 0.4, few.tasks["automation"], np.nan)
    corpus = replace(few, tasks=few.tasks.assign(observed_automation=use))
    in_use = RiskEngine.build(corpus, WordEncoder())
    texts = [*TEXTS, *few.tasks["task"]]
    table = in_use.score_table(texts).columns
    blank = np.isnan(table["observed_automation"])
    assert 0 < blank.sum() < len(texts)
    for end in ("_low", "_high"):
        np.testing.assert_array_equal(np.isnan(table[f"observed_automation{end}"]), blank)
    absent = ["observed_automation" not in task.measures for task in in_use.score_tasks(texts)]
    np.testing.assert_array_equal(blank, absent)
    assert not np.isnan(table["risk"]).any()


def test_a_frame_has_the_texts_and_the_positions_of_the_scored_rows(engine: RiskEngine) -> None:
    texts = ["Write unit tests.", "", "Lift heavy boxes onto trucks."]
    table = engine.score_table(texts)
    frame = table.to_frame()
    assert frame.index.tolist() == [0, 2]
    assert frame["task"].tolist() == [texts[0], texts[2]]
    assert frame.columns.tolist() == ["task", *table.columns]
    for name, values in table.columns.items():
        assert frame[name].tolist() == values.tolist()
    assert repr(table).startswith("ScoreTable(scored=2, faults=1, mean_risk=0.")
    html = engine.score_table(["Write <b>unit tests</b> for the payment service."])._repr_html_()
    assert "Write &lt;b&gt;unit tests&lt;/b&gt;" in html


def test_a_table_without_a_valid_row_is_shown_too(engine: RiskEngine) -> None:
    table = engine.score_table([""])
    assert len(table.to_frame()) == 0
    assert repr(table) == "ScoreTable(scored=0, faults=1)"
    assert "0 tasks scored, 1 rejected" in table._repr_html_()
