"""What the API returns fits its description: every route, with and without scores."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError
from starlette.testclient import TestClient

from engine import RiskEngine
from engine.records import serialize
from engine.web.content.site import Site
from engine.web.server.app import create_app
from engine.web.server.shapes import shape_of
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.web import hand_made
from tests.web.conftest import ART, CHIEF
from tests.web.interruption import InterruptionError, interrupt_after

JOB = {"title": "Clerk", "tasks": ["Write reports for the board.", {"task": "Paint walls."}]}
ANSWERS = [
    ("GET", "/api/occupations", "/api/occupations?per_page=200", None),
    ("GET", "/api/occupations", "/api/occupations?q=art", None),
    ("GET", "/api/occupations/{soc}", f"/api/occupations/{ART}", None),
    ("GET", "/api/occupations/{soc}/similar", f"/api/occupations/{ART}/similar?k=50", None),
    ("GET", "/api/runs", "/api/runs", None),
    ("GET", "/api/runs/{run_id}/changes", "/api/runs/1/changes", None),
    ("GET", "/api/compare", f"/api/compare?soc={ART}&soc={CHIEF}", None),
    (
        "POST",
        "/api/occupations/{soc}/what-if",
        f"/api/occupations/{ART}/what-if",
        {"time_shares": {"the first task": 0.5}},
    ),
    ("POST", "/api/score", "/api/score", JOB),
    ("POST", "/api/posting", "/api/posting", {"text": "Clerk\n\nDuties:\n- Write reports."}),
    ("POST", "/api/workforce", "/api/workforce", {"rows": ["Art Therapist"] * 6}),
    (
        "POST",
        "/api/workforce",
        "/api/workforce",
        {"rows": ["Art Therapist", "Qxz"], "show_small": True},
    ),
]


def check(description: dict[str, Any], method: str, route: str, status: int, got: Any) -> None:
    """Check a body against the schema that the description names for it."""
    answers = description["paths"][route][method.lower()]["responses"]
    (content,) = answers[str(status)]["content"].values()
    schema = content["schema"] | {"components": description["components"]}
    Draft202012Validator(schema).validate(got)


@pytest.mark.parametrize(("method", "route", "path", "body"), ANSWERS)
def test_answers_fit_their_description(
    client: TestClient, method: str, route: str, path: str, body: Any
) -> None:
    if "time_shares" in (body or {}):
        first = client.get(f"/api/occupations/{ART}").json()["tasks"][0]["task"]
        body = {"time_shares": {first: 0.5}}
    answer = client.request(method, path, json=body)
    assert answer.status_code == 200, answer.text
    check(client.get("/api/openapi.json").json(), method, route, 200, answer.json())


def test_every_route_is_described_and_checked(client: TestClient) -> None:
    description = client.get("/api/openapi.json").json()
    routes = {
        (method.upper(), path)
        for path, operations in description["paths"].items()
        for method in operations
    }
    linked = ("GET", "/api/linked")  # test_isco has an engine with a crosswalk
    assert routes == {(method, route) for method, route, _, _ in ANSWERS} | {linked}
    for method, route in routes:
        responses = description["paths"][route][method.lower()]["responses"]
        assert {"200", "400", "404", "408", "413", "422", "429", "500", "503"} <= set(responses)
        (content,) = responses["200"]["content"].values()
        assert content["schema"]
        _check_is_closed(content["schema"], description)


def _check_is_closed(schema: dict[str, Any], description: dict[str, Any]) -> None:
    """A shape has fields, and no others."""
    if "$ref" in schema:
        schema = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for one in schema.get("anyOf", [schema]):
        if "$ref" in one:
            _check_is_closed(one, description)
        else:
            assert one["properties"]
            assert one["additionalProperties"] is False


def test_a_body_that_differs_does_not_fit(client: TestClient) -> None:
    description = client.get("/api/openapi.json").json()
    got = client.get(f"/api/occupations/{ART}").json()
    for changed in (
        got | {"further": 1},
        {name: value for name, value in got.items() if name != "risk"},
        got | {"risk": "high"},
        got | {"risk_interval": [0.1]},
        got | {"tasks": [got["tasks"][0] | {"further": 1}]},
    ):
        with pytest.raises(ValidationError):
            check(description, "GET", "/api/occupations/{soc}", 200, changed)


@pytest.mark.usefixtures("_no_pause_between_checks")
def test_answers_without_scores_fit_their_description(engine: RiskEngine, store: Store) -> None:
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        description = client.get("/api/openapi.json").json()
        with pytest.raises(InterruptionError):
            run_pipeline(engine, store, progress=interrupt_after(3))
        for _, route, path, body in ANSWERS[:5]:
            got = client.get(path).json()
            assert body is None
            check(description, "GET", route, 200, got)
        assert client.get("/api/runs").json()["progress"]["done"] == 3


def test_occupations_with_every_figure_fit_their_description(described: Site) -> None:
    """Scores made by hand, with barriers, rated tasks and scenarios."""
    with TestClient(create_app(lambda: described)) as client:
        description = client.get("/api/openapi.json").json()
        got = client.get(f"/api/occupations/{ART}").json()
        assert got["scenarios"]
        check(description, "GET", "/api/occupations/{soc}", 200, got)


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/api/occupations/55-9999", 404, None),
        ("GET", "/api/occupations/x", 422, None),
        ("POST", "/api/score", 422, {}),
    ],
)
def test_errors_fit_their_description(
    client: TestClient, method: str, path: str, status: int, body: Any
) -> None:
    answer = client.request(method, path, json=body)
    route = path.replace("55-9999", "{soc}").replace("/x", "/{soc}")
    description = client.get("/api/openapi.json").json()
    assert answer.status_code == status
    check(description, method, route, status, answer.json())


def test_a_record_has_the_shape_that_is_derived_from_it() -> None:
    result = hand_made.occupation()
    for complete in (False, True):
        shape = shape_of(type(result), complete=complete)
        shape.model_validate(serialize.as_plain(result, complete=complete))
        assert list(shape.model_fields) == list(serialize.names(type(result), complete))
