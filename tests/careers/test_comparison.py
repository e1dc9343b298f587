from __future__ import annotations

import json

import numpy as np
import pytest

from engine import EngineError, Occupation, RiskEngine

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


def test_each_is_as_it_is_scored_alone(engine: RiskEngine) -> None:
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


def test_frame_json_and_text_tell_the_same(engine: RiskEngine) -> None:
    comparison = engine.compare([FIRST, SECOND])
    frame, plain = comparison.to_frame(), json.loads(comparison.to_json())
    assert frame["title"].tolist() == ["First", "Second"]
    assert frame["risk"].tolist() == [one["risk"] for one in plain["occupations"]]
    times = frame[[name for name in frame if name.startswith("time in ")]]
    np.testing.assert_allclose(times.sum(axis=1), 1)
    text = comparison.to_text()
    for part in ("First", "Second", "Risk", "Job Zone", "Tasks in common", "Only in Second", SAME):
        assert part in text
    assert "Median wage" not in text  # none is known


@pytest.mark.parametrize(
    ("occupations", "said"),
    [
        ([FIRST], "is 1: expected a number from 2 to 5"),
        ([FIRST] * 6, "is 6: expected a number from 2 to 5"),
        ("29-1129.01", "expected a list of occupations"),
        ([FIRST, "55-1011"], "is not among"),
        ([FIRST, 7], "expected an Occupation or a SOC code"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    engine: RiskEngine, occupations: list[object], said: str
) -> None:
    with pytest.raises(EngineError, match=said):
        engine.compare(occupations)  # type: ignore[arg-type]
