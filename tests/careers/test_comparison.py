from __future__ import annotations

import json

import numpy as np
import pytest

from engine import EngineError, Occupation, RiskEngine
from engine.careers.overlap import task_match_probability
from engine.display.numbers import percent
from tests.conftest import WordEncoder

SAME = "Write letters to customers."
FIRST = Occupation("First", [SAME, "Lift crates onto trucks."], job_zone=2)
SECOND = Occupation("Second", [SAME, "Tune pianos in concert halls.", "Bake bread at night."])


def test_common_and_distinct_tasks(engine: RiskEngine) -> None:
    comparison = engine.compare([FIRST, SECOND])
    (common,) = comparison.common_tasks
    assert common.tasks == (SAME, SAME)
    assert common.similarity == pytest.approx(1, abs=1e-5)
    one, two = comparison.occupations
    assert [task.task for task in one.distinct_tasks] == ["Lift crates onto trucks."]
    assert {task.task for task in two.distinct_tasks} == {
        "Tune pianos in concert halls.",
        "Bake bread at night.",
    }
    assert (one.job_zone, two.job_zone) == (2, None)


def test_common_time_is_the_expected_share_of_matching_tasks(engine: RiskEngine) -> None:
    first, second = engine.compare([FIRST, SECOND]).occupations
    for occupation, own, other in ((first, FIRST, SECOND), (second, SECOND, FIRST)):
        vectors = [
            WordEncoder().encode([task.text for task in job.task_records]) for job in (own, other)
        ]
        best = (vectors[0] @ vectors[1].T).max(axis=1)
        shares = [task.time_share for task in engine.score_occupation(own).tasks]
        expected = float(np.array(shares) @ task_match_probability(best))
        assert occupation.common_time_share == pytest.approx(expected, abs=1e-5)


def test_each_occupation_has_the_scores_that_it_has_alone(engine: RiskEngine) -> None:
    codes = list(engine.corpus.rows_of)[:3]
    comparison = engine.compare(
        [codes[0], engine.find(codes[1]), engine.score_occupation(codes[2])]
    )
    for code, one in zip(codes, comparison.occupations, strict=True):
        scored = engine.score_occupation(code)
        assert (one.soc_code, one.risk, one.risk_interval) == (
            code,
            scored.risk,
            scored.risk_interval,
        )
        assert one.high_risk_time_share == scored.high_risk_time_share
        assert one.ai_capability == scored.ai_capability
        assert sum(one.categories.values()) == pytest.approx(1)
        assert 0 <= one.common_time_share <= 1


def test_a_notebook_and_a_log_show_the_occupations_in_order(engine: RiskEngine) -> None:
    hostile = Occupation("<script>", [SAME])
    comparison = engine.compare([FIRST, hostile])
    assert [line.split("'")[1] for line in repr(comparison).splitlines()[1:]] == [
        *("First", "<script>")
    ]
    html = comparison._repr_html_()
    assert html.index("<td>First</td>") < html.index("<td>&lt;script&gt;</td>")
    assert "<script>" not in html
    assert f">{percent(comparison.occupations[0].risk)}<" in html


def test_frame_and_json_agree(engine: RiskEngine) -> None:
    comparison = engine.compare([FIRST, SECOND])
    frame, plain = comparison.to_frame(), json.loads(comparison.to_json())
    assert frame["title"].tolist() == ["First", "Second"]
    assert frame["risk"].tolist() == [one["risk"] for one in plain["occupations"]]
    times = frame[[name for name in frame if name.startswith("time in ")]]
    np.testing.assert_allclose(times.sum(axis=1), 1)


@pytest.mark.parametrize(
    ("occupations", "message"),
    [
        ([FIRST], "is 1; give a number from 2 to 5"),
        ([FIRST] * 6, "is 6; give a number from 2 to 5"),
        ("29-1129.01", "'29-1129.01' is not a list; give a list of occupations"),
        ([FIRST, "55-1011"], "is not among"),
        ([FIRST, 7], "7 is not an occupation; give an Occupation or a SOC code"),
    ],
)
def test_an_invalid_list_of_occupations_is_rejected(
    engine: RiskEngine, occupations: list[object], message: str
) -> None:
    with pytest.raises(EngineError, match=message):
        engine.compare(occupations)  # type: ignore[arg-type]
