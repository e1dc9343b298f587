"""Occupations side by side, on the page and in the API."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from engine import MoveFilters, RiskEngine
from engine.records import serialize
from tests.conftest import ART, CHIEF


def test_the_api_gives_the_engines_comparison_and_paths(
    client: TestClient, engine: RiskEngine
) -> None:
    got = client.get(f"/api/compare?soc={ART}&soc={CHIEF}").json()
    assert {k: v for k, v in got.items() if k != "paths"} == serialize.as_plain(
        engine.compare([ART, CHIEF])
    )
    found = engine.career_paths(ART, CHIEF, 1, filters=MoveFilters(safer_only=False))
    assert got["paths"] == [serialize.as_plain(found[0]) if found else None]


def test_the_page_shows_both_with_their_intervals_tasks_and_the_way(
    client: TestClient, engine: RiskEngine
) -> None:
    near = engine.similar_careers(ART, 1, safer_only=False)[0].soc_code
    page = client.get(f"/compare?soc={ART}&soc={near}").text
    comparison = engine.compare([ART, near])
    for one in comparison.occupations:
        low, high = one.risk_interval
        assert f"interval {100 * low:.0f}–{100 * high:.0f} %</small>" in page
        for task in one.distinct_tasks:
            assert task.task in page
    for common in comparison.common_tasks:
        for text in common.tasks:
            assert f"<td>{text}</td>" in page
    path = engine.career_paths(ART, near, 1, filters=MoveFilters(safer_only=False))[0]
    way = re.findall(r"<ol class=.path.>.*?</ol>", page, re.DOTALL)
    assert len(way) == 1
    titles = re.findall(r"<b>(?:<a[^>]*>)?([^<]+)", way[0])
    assert titles == ["Art Therapists", *(step.title for step in path.steps)]


def test_occupations_are_picked_by_name_and_taken_away_again(client: TestClient) -> None:
    page = client.get("/compare?q=art+terapist").text
    assert f'href="/compare?soc={ART}"' in page
    page = client.get(f"/compare?soc={ART}&q=chief+executive").text
    assert f'href="/compare?soc={ART}&amp;soc={CHIEF}"' in page
    assert f'<input type="hidden" name="soc" value="{ART}">' in page
    page = client.get(f"/compare?soc={ART}&soc={CHIEF}").text
    assert f'class="remove" href="/compare?soc={CHIEF}"' in page
    assert "Nothing comes near “xqzwv”" in client.get("/compare?q=xqzwv").text


def test_one_occupation_offers_those_most_alike(client: TestClient, engine: RiskEngine) -> None:
    page = client.get(f"/compare?soc={ART}").text
    nearest = engine.similar_careers(ART, 3, safer_only=False, max_job_zone_gap=None)
    places = [page.index(f"soc={ART}&amp;soc={match.soc_code}") for match in nearest]
    assert places == sorted(places)


def test_five_are_the_most(client: TestClient, engine: RiskEngine) -> None:
    codes = list(engine.corpus.rows_of)[:6]
    five = client.get("/compare?" + "&".join(f"soc={code}" for code in codes[:5]))
    assert five.status_code == 200
    assert 'name="q"' not in five.text
    six = client.get("/compare?" + "&".join(f"soc={code}" for code in codes))
    assert six.status_code == 422
    assert "6 occupations to compare: expected 2 to 5" in six.text


@pytest.mark.parametrize("separator", [",", "&soc="])
def test_codes_may_stand_in_one_parameter_or_in_several(client: TestClient, separator: str) -> None:
    assert client.get(f"/compare?soc={ART}{separator}{CHIEF}").text.count("<section") == 5
