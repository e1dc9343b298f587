"""Occupations side by side, on the page and in the API."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from engine import RiskEngine
from engine.careers.filters import UNFILTERED, MoveFilters
from engine.records import serialize
from engine.report.formatting import interval, percent
from engine.web.content.comparison import PATH_FILTERS
from tests.web.conftest import ART, CHIEF


def test_the_api_returns_the_comparison_of_the_engine_with_paths(
    client: TestClient, engine: RiskEngine
) -> None:
    got = client.get(f"/api/compare?soc={ART}&soc={CHIEF}").json()
    paths, out_of_reach = got.pop("paths"), got.pop("out_of_reach")
    for one in got["occupations"]:
        result = engine.score_occupation(one["soc_code"])
        assert tuple(one.pop("ai_capability_interval")) == result.ai_capability_interval
        assert one.pop("barriers") == serialize.as_plain(result.barriers)
    assert got == serialize.as_plain(engine.compare([ART, CHIEF]))
    found = engine.career_paths(ART, CHIEF, 1, filters=PATH_FILTERS)
    assert paths == [serialize.as_plain(found[0]) if found else None]
    assert out_of_reach == [found.out_of_reach and found.out_of_reach.describe()]


def test_the_api_says_why_no_path_leads_to_an_occupation(
    client: TestClient, engine: RiskEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = MoveFilters(**UNFILTERED | {"min_carries_over": 1.0})
    monkeypatch.setattr("engine.web.content.comparison.PATH_FILTERS", strict)
    got = client.get(f"/api/compare?soc={ART}&soc={CHIEF}").json()
    assert got["paths"] == [None]
    title = engine.corpus.titles[CHIEF]
    assert got["out_of_reach"][0].startswith(f"No path of at most 3 moves leads to {title}.")


def test_the_page_shows_intervals_tasks_and_a_path(client: TestClient, engine: RiskEngine) -> None:
    nearest = engine.similar_careers(ART, 1, **UNFILTERED | {"max_job_zone_gap": 1})[0].soc_code
    page = client.get(f"/compare?soc={ART}&soc={nearest}").text
    comparison = engine.compare([ART, nearest])
    for one in comparison.occupations:
        assert f"interval {interval(one.risk_interval)}</small>" in page
        for task in one.distinct_tasks:
            assert task.task in page
    for common in comparison.common_tasks:
        for text in common.tasks:
            assert f"<td>{text}</td>" in page
    path = engine.career_paths(ART, nearest, 1, filters=PATH_FILTERS)[0]
    (steps,) = re.findall(r"<ol class=.path.>.*?</ol>", page, re.DOTALL)
    titles = re.findall(r"<b>(?:<a[^>]*>)?([^<]+)", steps)
    assert titles == ["Art Therapists", *(step.title for step in path.steps)]


def test_categories_are_listed_by_their_total_time(client: TestClient, engine: RiskEngine) -> None:
    page = client.get(f"/compare?soc={ART}&soc={CHIEF}").text
    comparison = engine.compare([ART, CHIEF])
    rows = re.findall(r'scope="row">Time: ([^<]+)</th><td>([^<]*)</td><td>([^<]*)</td>', page)
    assert rows == [
        (
            name,
            *(
                percent(one.categories[name]) if name in one.categories else "-"
                for one in comparison.occupations
            ),
        )
        for name in comparison.time_by_category
    ]


def test_occupations_are_picked_by_name_and_removed(client: TestClient) -> None:
    page = client.get("/compare?q=art+terapist").text
    assert f'href="/compare?soc={ART}"' in page
    page = client.get(f"/compare?soc={ART}&q=chief+executive").text
    assert f'href="/compare?soc={ART}&amp;soc={CHIEF}"' in page
    assert f'<input type="hidden" name="soc" value="{ART}">' in page
    page = client.get(f"/compare?soc={ART}&soc={CHIEF}").text
    assert f'class="remove" href="/compare?soc={CHIEF}"' in page
    assert "No results for “xqzwv”" in client.get("/compare?q=xqzwv").text


def test_one_occupation_comes_with_the_most_similar_ones(
    client: TestClient, engine: RiskEngine
) -> None:
    page = client.get(f"/compare?soc={ART}").text
    nearest = engine.similar_careers(ART, 10, **UNFILTERED)
    picks = re.findall(rf"soc={ART}&amp;soc=([\d.-]+)", page)
    assert picks == [match.soc_code for match in nearest]


def test_at_most_five_are_compared(client: TestClient, engine: RiskEngine) -> None:
    codes = list(engine.corpus.rows_of)[:6]
    five = client.get("/compare?" + "&".join(f"soc={code}" for code in codes[:5]))
    assert five.status_code == 200
    assert 'name="q"' not in five.text
    six = client.get("/compare?" + "&".join(f"soc={code}" for code in codes))
    assert six.status_code == 422
    assert "got 6 different occupations to compare; give 2 to 5" in six.text


@pytest.mark.parametrize("separator", [",", "&soc="])
def test_codes_may_share_a_parameter(client: TestClient, separator: str) -> None:
    assert client.get(f"/compare?soc={ART}{separator}{CHIEF}").text.count("<section") == 5
