from __future__ import annotations

import json
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from engine import Corpus, RiskEngine
from engine.careers.filters import DEFAULT_FILTERS, LEAST_CARRIED_OVER
from engine.records import serialize
from engine.web.content.career_filters import nearly_passing, passing
from engine.web.content.site import Site
from engine.web.server.app import create_app
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.conftest import WordEncoder
from tests.web.conftest import ART


def test_an_occupation_is_the_record_by_its_field_names(
    client: TestClient, engine: RiskEngine, site: Site
) -> None:
    got = client.get(f"/api/occupations/{ART}").json()
    assert got == site.occupation(ART)
    assert got["risk"] == engine.score_occupation(ART).risk


def test_the_list_comes_in_pages_without_gaps(client: TestClient, site: Site) -> None:
    pages = [
        client.get("/api/occupations", params={"per_page": 5, "page": page}).json()
        for page in range(1, 9)
    ]
    listed = [row["soc_code"] for page in pages for row in page["occupations"]]
    assert listed == list(site.engine.corpus.rows_of)
    assert {page["pages"] for page in pages} == {-(-len(listed) // 5)}
    assert {page["total"] for page in pages} == {len(listed)}


def test_the_list_is_sorted_grouped_and_searched(client: TestClient, site: Site) -> None:
    def codes(**parameters: str) -> list[str]:
        rows = client.get("/api/occupations", params={"per_page": "200"} | parameters).json()
        return [row["soc_code"] for row in rows["occupations"]]

    risks = {row["soc_code"]: row["risk"] for row in site.overview()}
    assert codes(sort="risk", descending="true") == sorted(risks, key=lambda c: -risks[c])
    assert codes(group="29") == [code for code in risks if code.startswith("29")]
    assert codes(q="art terapist")[0] == ART


def test_similar_careers_have_the_default_filters(client: TestClient, site: Site) -> None:
    matches = site.matches(site.occupation(ART))

    def similar(**parameters: str) -> list[object]:
        answer = client.get(f"/api/occupations/{ART}/similar", params={"k": "50"} | parameters)
        return answer.json()["matches"]  # type: ignore[no-any-return]

    assert similar() == passing(matches, DEFAULT_FILTERS)
    free = {"safer_only": "false", "no_worse_outlook": "false", "min_wage_ratio": "0"}
    free |= {"max_education_gap": "10"}
    kept = [match for match in matches if match["carries_over"] >= LEAST_CARRIED_OVER]
    assert similar(**free, max_job_zone_gap="any") == kept
    same_zone = [match for match in kept if match["job_zone_step"] in (0, None)]
    assert similar(**free, max_job_zone_gap="0") == same_zone
    assert similar(**free, max_job_zone_gap="any", k="3") == kept[:3]


def test_those_that_come_close_say_what_they_fail(client: TestClient, site: Site) -> None:
    answer = client.get(f"/api/occupations/{ART}/similar").json()
    expected = nearly_passing(
        site.matches(site.occupation(ART)), DEFAULT_FILTERS, 5 - len(answer["matches"])
    )
    assert answer["next"] == serialize.as_plain(expected)
    assert all(match["failed"] for match in answer["next"])


def test_the_filters_and_their_defaults_are_documented(client: TestClient) -> None:
    operation = client.get("/api/openapi.json").json()["paths"]["/api/occupations/{soc}/similar"]
    parameters = {one["name"]: one for one in operation["get"]["parameters"]}
    gap = parameters["max_job_zone_gap"]
    assert gap["schema"]["default"] == "1"
    assert gap["schema"]["enum"] == ["0", "1", "2", "3", "4", "any"]
    assert "no limit" in gap["description"]
    assert parameters["safer_only"]["schema"]["default"] is True


def test_unscored_occupations_have_no_scores_and_no_matches(
    engine: RiskEngine, store: Store
) -> None:
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        listed = client.get("/api/occupations").json()["occupations"]
        assert {row["risk"] for row in listed} == {None}
        assert client.get(f"/api/occupations/{ART}").json()["run_id"] is None
        similar = client.get(f"/api/occupations/{ART}/similar").json()
        assert similar == {"soc_code": ART, "run_id": None, "matches": [], "next": []}


def test_runs_and_changes_are_those_of_the_store(engine: RiskEngine, store: Store) -> None:
    run_pipeline(engine, store, [ART])
    run_pipeline(engine, store)
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        answer = client.get("/api/runs").json()
        assert [run["run_id"] for run in answer["runs"]] == [2, 1]
        assert answer["progress"] is None
        assert client.get("/api/runs/1/changes").json() == {"run_id": 1, "changes": []}


def test_a_job_is_scored_as_by_the_engine(client: TestClient, engine: RiskEngine) -> None:
    lines = ["Write reports for the board of the club.", "Paint the walls and ceilings of rooms."]
    answer = client.post("/api/score", json={"title": "Odd jobs", "tasks": lines})
    assert answer.headers["cache-control"] == "no-store"
    tasks = answer.json()["tasks"]
    assert [task["risk"] for task in tasks] == [t.risk for t in engine.score_tasks(lines)]
    shares = [{"task": lines[0], "time_share": 0.9}, {"task": lines[1], "time_share": 0.1}]
    weighted = client.post("/api/score", json={"tasks": shares}).json()
    assert [task["time_share"] for task in weighted["tasks"]] == pytest.approx([0.9, 0.1])
    assert weighted["risk"] == pytest.approx(0.9 * tasks[0]["risk"] + 0.1 * tasks[1]["risk"])


def test_what_if_agrees_with_the_engine(client: TestClient, engine: RiskEngine) -> None:
    scored = engine.score_occupation(ART)
    shares = {scored.tasks[0].task: 0.5}
    got = client.post(f"/api/occupations/{ART}/what-if", json={"time_shares": shares}).json()
    expected = scored.what_if(shares).after
    assert (got["risk"], tuple(got["risk_interval"])) == (expected.risk, expected.risk_interval)
    wrong = client.post(f"/api/occupations/{ART}/what-if", json={"time_shares": {"Fly.": 0.5}})
    assert wrong.status_code == 422
    assert "is not a task of this occupation" in wrong.json()["detail"]


@pytest.fixture(scope="module")
def with_barriers(starter: Corpus) -> RiskEngine:
    """An engine that estimates what a frontier needs."""
    few = starter.select_occupations([*list(starter.rows_of)[::80], ART])
    complexity = few.tasks["automation"].to_numpy()[::-1]
    tasks = few.tasks.assign(complexity=complexity, physicality=0.25, regulation=0.0)
    return RiskEngine.build(replace(few, tasks=tasks), WordEncoder())


@pytest.mark.parametrize("frontier", ["hands too", {"cognitive": 0.5, "physical": 0.25}])
def test_what_if_takes_a_frontier_as_the_engine_does(
    with_barriers: RiskEngine, store: Store, frontier: str | dict[str, float]
) -> None:
    scored = with_barriers.score_occupation(ART)
    shares = {scored.tasks[0].task: 0.5}
    with TestClient(create_app(lambda: Site(with_barriers, store))) as client:
        change = {"time_shares": shares, "frontier": frontier}
        got = client.post(f"/api/occupations/{ART}/what-if", json=change).json()
    expected = scored.what_if(shares, frontier=frontier).after
    assert (got["risk"], tuple(got["risk_interval"])) == (expected.risk, expected.risk_interval)
    assert got["risk"] > scored.what_if(shares).after.risk


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({}, "nothing to change"),
        ({"frontier": "hands too"}, "does not estimate complexity"),
        ({"frontier": "the moon"}, "choose from: routine screen work"),
        ({"frontier": {"physical": 0.5}}, "a mapping such as"),
        ({"frontier": {"cognitive": 2}}, "a number from 0 to 1"),
    ],
)
def test_what_if_says_what_is_wrong_with_a_change(
    client: TestClient, change: dict[str, object], message: str
) -> None:
    wrong = client.post(f"/api/occupations/{ART}/what-if", json=change)
    assert wrong.status_code == 422
    assert message in wrong.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/api/occupations/nurse", None, 422, "is not valid"),
        ("GET", "/api/occupations/55-1011", None, 404, "is not among"),
        ("GET", "/api/occupations?page=0", None, 422, "greater than or equal to 1"),
        ("GET", "/api/occupations?sort=wealth", None, 422, "sort"),
        ("GET", f"/api/occupations/{ART}/similar?max_job_zone_gap=5", None, 422, "'any'"),
        ("GET", f"/api/occupations/{ART}/similar?min_wage_ratio=nan", None, 422, "min_wage_ratio"),
        ("GET", "/api/compare?soc=29-1129.01", None, 422, "at least 2"),
        ("GET", "/api/runs/77/changes", None, 404, "no complete run 77"),
        ("GET", "/api/nothing", None, 404, "This page does not exist."),
        ("DELETE", "/api/score", None, 405, "Not Allowed"),
        ("POST", "/api/score", "{", 422, "JSON"),
        ("POST", "/api/score", '{"tasks": []}', 422, "at least 1"),
        ("POST", "/api/score", '{"tasks": ["  "]}', 422, "blank"),
        ("POST", "/api/score", '{"tasks": ["\\ud800 x"]}', 422, ""),
        ("POST", "/api/score", '{"tasks": ["Write."], "titel": "x"}', 422, "titel"),
        ("POST", "/api/score", json.dumps({"tasks": ["Write reports."] * 10_000}), 422, "1000"),
        ("POST", "/api/score", "x" * 1_000_000, 413, "less than 1,000,000 bytes"),
        ("POST", "/api/score", '{"tasks": [{"task": "Write.", "time_share": 3}]}', 422, "0 to 1"),
    ],
)
def test_an_invalid_request_is_answered_with_a_problem(
    client: TestClient, method: str, path: str, body: str | None, status: int, message: str
) -> None:
    answer = client.request(
        method, path, content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert message in problem["detail"]
