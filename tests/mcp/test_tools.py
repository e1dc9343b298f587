"""Every tool over both transports: its result has the numbers of the Python API."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from engine import Occupation, RiskEngine, Task, read_posting
from engine.careers.own_occupation import as_start, find_own
from engine.mcp.results.base import NOTE
from engine.report.formatting import WHAT_RISK_IS
from engine.report.move_reasons import explain, explain_paths
from tests.mcp.conftest import Connection, assert_shows, connected

pytestmark = pytest.mark.slow

ART, RECEPTIONIST = "29-1129.01", "43-4171.00"
TASKS = ["Write the monthly newsletter.", "Set up chairs and tables."]
ADVERT = """\
Receptionist

Duties:
- Answer telephone calls and take messages.
- Greet visitors at the front desk.
- File letters in alphabetical order.

Benefits:
- Paid holidays and a pension plan
"""
STAFF = [
    {"job title": "Registered Nurse", "department": "Ward", "headcount": 12},
    {"job title": "Receptionist", "department": "Office", "headcount": 7},
    {"job title": "Xylo Wrangler", "department": "Office", "headcount": 5},
]


def _without(shown: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in shown.items() if name not in names}


def _assert_scored_as(shown: dict[str, Any], scored: Any, evidence: int) -> None:
    """A scored occupation: its numbers, and those of each task, which are named otherwise."""
    assert_shows(_without(shown, "note", "tasks"), scored)
    assert len(shown["tasks"]) == len(scored.tasks)
    for task, known in zip(shown["tasks"], scored.tasks, strict=True):
        _assert_task(task, known, evidence)


def _assert_task(shown: dict[str, Any], known: Any, evidence: int) -> None:
    assert_shows(_without(shown, "barriers"), known)
    assert shown["barriers"] == pytest.approx(
        {name: estimate.value for name, estimate in known.barriers.items()}, abs=1e-6
    )
    assert len(shown["neighbours"]) == min(evidence, len(known.neighbours))


def test_every_tool_states_units_limits_and_what_it_must_not_be_used_for(
    server: Connection,
) -> None:
    assert set(server.tools) == {
        *("search_occupations", "match_titles", "score_occupation", "score_tasks"),
        *("score_posting", "score_workforce", "similar_careers", "career_paths"),
        "compare_occupations",
    }
    for name, tool in server.tools.items():
        assert tool.output_schema is not None
        assert tool.input_schema["additionalProperties"] is False
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        assert tool.annotations.open_world_hint is False
        assert tool.title
        if name not in ("search_occupations", "match_titles"):
            description = str(tool.description)
            assert "in [0, 1]" in description
            assert "not a forecast of job loss" in description
            assert "Do not use it to decide about a person" in description
    tasks = server.tools["score_tasks"].input_schema["properties"]["tasks"]
    assert (tasks["minItems"], tasks["maxItems"]) == (1, 100)


def test_instructions_say_which_tool_and_what_risk_is(server: Connection) -> None:
    instructions = str(server.client.instructions)
    assert WHAT_RISK_IS in instructions
    for name in server.tools:
        assert name in instructions or name == "score_tasks"


def test_search(server: Connection, starter_engine: RiskEngine) -> None:
    found = server.result("search_occupations", query="art ther", limit=3)
    codes = [one["soc_code"] for one in found["occupations"]]
    assert codes == starter_engine.titles.find("art ther", 3)
    assert codes[0] == ART
    assert_shows(found["occupations"][0], starter_engine.corpus.occupation(ART))
    assert found["catalog_size"] == len(starter_engine.corpus.rows_of)
    assert found["note"] == NOTE


def test_an_occupation_by_code_by_title_and_by_tasks(
    server: Connection, starter_engine: RiskEngine
) -> None:
    by_code = server.result("score_occupation", code=ART, evidence=3)
    _assert_scored_as(by_code, starter_engine.score_occupation(ART), 3)
    assert set(by_code["sources"]) == {"automation", "exposure"}
    by_title = server.result("score_occupation", title="Art Therapist", evidence=3)
    assert by_title == by_code
    given = [{"task": TASKS[0], "time_share": 0.25}, TASKS[1]]
    own = server.result("score_occupation", title="Club secretary", tasks=given)
    job = Occupation("Club secretary", [Task(TASKS[0], time_share=0.25), TASKS[1]])
    _assert_scored_as(own, starter_engine.score_occupation(job), 1)
    assert [task["time_share"] for task in own["tasks"]] == [0.25, 0.75]
    assert own["tasks"][0]["time_share_source"] == "given"


def test_tasks_with_their_evidence(server: Connection, starter_engine: RiskEngine) -> None:
    found = server.result("score_tasks", tasks=TASKS, evidence=5)
    known = starter_engine.score_tasks(TASKS)
    for shown, scored in zip(found["tasks"], known, strict=True):
        _assert_task(shown, scored, 5)
        assert shown["neighbours"][0]["outcomes"]["automation"] in (0, 0.25, 0.5, 0.75, 1)
    assert (found["confidence"], found["reference"]) == (0.9, "starter")
    without = server.result("score_tasks", tasks=TASKS, evidence=0)
    assert [task["neighbours"] for task in without["tasks"]] == [[], []]


def test_a_posting(server: Connection, starter_engine: RiskEngine) -> None:
    found = server.result("score_posting", text=ADVERT)
    posting = read_posting(ADVERT)
    scored = starter_engine.score_occupation(posting.occupation())
    _assert_scored_as(found["job"], scored, 1)
    assert [task["task"] for task in found["job"]["tasks"]] == [
        "Answer telephone calls and take messages.",
        "Greet visitors at the front desk.",
        "File letters in alphabetical order.",
    ]
    assert found["title"] == "Receptionist"
    assert_shows(found["looks_like"], find_own(starter_engine, scored))
    reasons = {line["text"]: line["reason"] for line in found["left_out"]}
    assert reasons["Paid holidays and a pension plan"] == "benefit"
    assert found["left_out_lines"] == len(found["left_out"])


def test_titles(server: Connection, starter_engine: RiskEngine) -> None:
    titles, departments = ["Sr. SWE II", "Nurse", "Xylo Wrangler"], ["Platform", None, ""]
    found = server.result("match_titles", titles=titles, departments=departments, alternatives=2)
    known = starter_engine.match_titles(titles, departments)
    assert_shows(found["matches"], known)
    assert [len(match["alternatives"]) for match in found["matches"]] == [2, 2, 2]
    assert found["matches"][0]["soc_code"] == "15-1252.00"
    assert "soc_code" not in found["matches"][2]


@pytest.mark.parametrize("form", ["rows", "csv"])
def test_a_workforce(server: Connection, starter_engine: RiskEngine, form: str) -> None:
    lines = [",".join(STAFF[0]), *(",".join(map(str, row.values())) for row in STAFF)]
    given: dict[str, Any] = {"rows": STAFF} if form == "rows" else {"csv": "\n".join(lines)}
    found = server.result("score_workforce", **given)
    known = starter_engine.score_workforce(STAFF).shared
    counts = ("note", "persons", "departments", "jobs", "unresolved_titles", "decisions")
    assert_shows(_without(found, *counts), known)
    assert (found["departments"], found["jobs"], found["unresolved_titles"]) == (2, 2, 1)
    assert found["unresolved"][0]["title"] == "Xylo Wrangler"
    first = server.result("score_workforce", groups=1, **given)
    assert len(first["by_job"]) == len(first["by_department"]) == len(first["top_tasks"]) == 1
    assert first["jobs"] == 2


def test_a_workforce_hides_small_groups_and_counts_confirmed_titles(server: Connection) -> None:
    rows = [*STAFF[:2], {"job title": "Florist", "department": "Shop", "headcount": 1}]
    shared = server.result("score_workforce", rows=rows)
    assert "Shop" not in {group["name"] for group in shared["by_department"]}
    full = server.result("score_workforce", rows=rows, show_small=True)
    assert "Shop" in {group["name"] for group in full["by_department"]}
    confirmed = server.result(
        "score_workforce", rows=STAFF, confirmed={"Xylo Wrangler": RECEPTIONIST}
    )
    assert confirmed["unresolved_headcount"] == 0


def test_similar_careers(server: Connection, starter_engine: RiskEngine) -> None:
    found = server.result("similar_careers", code=RECEPTIONIST, k=4)
    known = starter_engine.similar_careers(RECEPTIONIST, 4)
    assert len(found["matches"]) == len(known) > 0
    assert_shows(found["matches"], known)
    assert_shows(found["next"], known.next)
    assert (found["reason"], found["considered"]) == (known.reason, known.considered)
    assert_shows(found["origin"], starter_engine.score_occupation(RECEPTIONIST))
    loose = server.result(
        "similar_careers",
        code=RECEPTIONIST,
        k=3,
        diversity=0.5,
        filters={"safer_only": False, "max_job_zone_gap": None, "min_wage_ratio": 1.2},
    )
    expected = starter_engine.similar_careers(
        RECEPTIONIST,
        3,
        diversity=0.5,
        safer_only=False,
        max_job_zone_gap=None,
        min_wage_ratio=1.2,
    )
    assert_shows(loose["matches"], expected)
    assert len(loose["matches"]) == 3


def test_careers_of_a_job_start_from_the_occupation_that_it_looks_like(
    server: Connection, starter_engine: RiskEngine
) -> None:
    tasks = ["Answer telephone calls and take messages.", "Greet visitors at the front desk."]
    found = server.result("similar_careers", title="Receptionist", tasks=tasks)
    scored = starter_engine.score_occupation(Occupation("Receptionist", tasks))
    own = find_own(starter_engine, scored)
    assert own is not None
    known = starter_engine.similar_careers(as_start(starter_engine, scored, own))
    assert_shows(found["matches"], explain(known, own_job=True))
    assert found["looks_like"]["soc_code"] == RECEPTIONIST
    paths = server.result("career_paths", title="Receptionist", tasks=tasks, target=ART)
    expected = starter_engine.career_paths(as_start(starter_engine, scored, own), ART)
    assert_shows(paths["paths"], explain_paths(expected, own_job=True))


def test_paths(server: Connection, starter_engine: RiskEngine) -> None:
    found = server.result("career_paths", code=RECEPTIONIST, k=3, max_risk=0.3)
    known = starter_engine.career_paths(RECEPTIONIST, k=3, max_risk=0.3)
    assert len(found["paths"]) == len(known) == 3
    assert_shows(found["paths"], known)
    assert found["reason"] == known.reason
    one = server.result("career_paths", code=RECEPTIONIST, max_steps=1)
    assert {len(path["steps"]) for path in one["paths"]} <= {1}


def test_a_comparison(server: Connection, starter_engine: RiskEngine) -> None:
    own = {"title": "Club secretary", "tasks": TASKS}
    found = server.result("compare_occupations", occupations=[ART, RECEPTIONIST, own])
    known = starter_engine.compare([ART, RECEPTIONIST, Occupation("Club secretary", TASKS)])
    assert len(found["occupations"]) == 3
    assert_shows(found["occupations"], known.occupations)
    assert_shows(found["common_tasks"], known.common_tasks)


def test_ten_calls_at_once_are_answered(server: Connection, starter_engine: RiskEngine) -> None:
    texts = [[f"Write report number {number} for clients."] for number in range(10)]
    server.call("score_tasks", tasks=TASKS)  # the engine is loaded

    async def ten() -> list[Any]:
        results: list[Any] = [None] * 10

        async def one(number: int) -> None:
            arguments = {"tasks": texts[number]}
            results[number] = await server.client.call_tool("score_tasks", arguments)

        async with anyio.create_task_group() as group:
            for number in range(10):
                group.start_soon(one, number)
        return results

    for done, text in zip(server.portal.call(ten), texts, strict=True):
        assert not done.is_error
        (shown,) = done.structured_content["tasks"]
        assert shown["task"] == text[0]
        assert shown["risk"] == pytest.approx(starter_engine.score_tasks(text)[0].risk, abs=1e-6)


def test_clients_of_earlier_versions_of_the_protocol_are_served(
    server: Connection, starter_engine: RiskEngine
) -> None:
    with connected(server.client.server, mode="legacy") as earlier:
        assert str(earlier.client.protocol_version) < str(server.client.protocol_version)
        assert set(earlier.tools) == set(server.tools)
        found = earlier.result("score_tasks", tasks=TASKS)
        for shown, scored in zip(found["tasks"], starter_engine.score_tasks(TASKS), strict=True):
            _assert_task(shown, scored, 3)
        assert earlier.error("score_tasks", tasks=[]) == "tasks has 0 items; give at least 1"
