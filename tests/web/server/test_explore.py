"""The map and the ranking: what they show is what the store has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine import RiskEngine
from engine.report.formatting import interval, percent
from engine.web.content.explore import VERTICALS, MapChoices, passed, scored, shown
from engine.web.content.listing import PER_PAGE, Listing, page_of
from engine.web.content.site import Site
from engine.web.pages import labels
from engine.web.pages.exploring import map_of
from engine.web.pages.scatter import scatter
from engine.web.server.app import create_app
from engine.web.store.store import Store


@pytest.fixture(scope="module")
def described_client(described: Site) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: described)) as client:
        yield client


def _rows(page: str) -> list[str]:
    """The rows of the table of a page, as text."""
    (body,) = re.findall(r"<tbody>.*?</tbody>", page.partition('id="table"')[2], re.DOTALL)
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", row)).split()) for row in rows]


@pytest.mark.parametrize("vertical", VERTICALS)
def test_the_map_has_a_dot_and_a_name_for_each_occupation(
    client: TestClient, site: Site, vertical: str
) -> None:
    page = client.get(f"/explore/{vertical}").text
    drawn = scatter(scored(site.overview()), VERTICALS[vertical])  # type: ignore[index]
    dots = re.findall(r'<circle class="g\d+" cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"/>', page)
    centers = [tuple(map(float, dot)) for dot in dots[: len(drawn.points)]]
    assert centers == [(point.x, point.y, point.radius) for point in drawn.points]
    for (x, _, _), point in zip(centers, drawn.points, strict=True):
        assert x == pytest.approx(50 + 580 * point.row["risk"], abs=0.05)
    data = client.get(f"/explore/{vertical}.json").json()
    expected = [point.row for point in drawn.points] + list(drawn.left_out)
    assert len(expected) == len(site.overview())
    for (code, title, facts, numbers), row in zip(data["occupations"], expected, strict=True):
        assert (code, title, facts) == (row["soc_code"], row["title"], labels.facts(row))
        assert [data["choices"][number] for number in numbers] == passed(row)


def test_the_first_axis_has_the_short_address(client: TestClient) -> None:
    short, long = (
        re.sub(r"<nav class=.languages.*?</nav>", "", client.get(path).text, flags=re.S)
        for path in ("/explore", "/explore/growth")
    )
    assert short == long
    assert 'href="/explore/pay?group=29"' in client.get("/explore?group=29").text


def test_the_table_is_that_of_the_store(client: TestClient, site: Site) -> None:
    for query, choices in (
        ("", MapChoices()),
        ("?sort=risk&order=asc", MapChoices(sort="risk", order="asc")),
        ("?growing=1&own=1&sort=pay", MapChoices(growing=True, own=True, sort="pay")),
        ("?q=manager", MapChoices(q="manager")),
    ):
        page = client.get(f"/explore{query}").text
        expected = shown(site, scored(site.overview()), choices)
        assert f">{len(expected)} of {len(site.overview())} occupations</p>" in page
        rows = _rows(page)
        assert len(rows) == min(PER_PAGE, len(expected)) > 0
        for text, row in zip(rows, expected[:PER_PAGE], strict=True):
            assert text.startswith(row["title"])
            ends = interval((row["risk_low"], row["risk_high"]))
            assert f"{percent(row['risk'])} {ends} {percent(row['ai_capability'])}" in text
            group = row["outlook_group"]
            assert (f"pay and outlook: {group}" in text) == bool(group)
        drawn = scatter(scored(site.overview()), "employment_change").points
        passing = {row["soc_code"] for row in expected}
        left_out = [point for point in drawn if point.row["soc_code"] not in passing]
        assert len(re.findall(r'<circle class="g\d+ out"', page)) == len(left_out)


def test_nothing_that_passes_is_said(client: TestClient) -> None:
    page = client.get("/explore?q=xqzwv").text
    assert "No occupation passes. Remove a filter." in page
    assert 'id="count">0 of' in page


def test_before_scoring_the_pages_say_so(engine: RiskEngine, store: Store) -> None:
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        for path in ("/explore", "/explore/pay", "/ranking"):
            assert labels.NOT_YET_SCORED in client.get(path).text
        assert client.get("/explore/pay.json").json() == {"choices": [], "occupations": []}


def test_headings_sort_and_turn_the_order(client: TestClient) -> None:
    page = client.get("/explore?group=29").text
    assert 'aria-sort="descending"><a href="/explore?order=asc&amp;group=29#table">Employed' in page
    assert '<a href="/explore?group=29&amp;sort=risk#table">Risk</a>' in page
    assert '<a href="/explore?order=asc&amp;group=29&amp;sort=title#table">Occupation</a>' in page


# Ranking -----------------------------------------------------------------------------------------


def _values(page: str, name: str) -> list[int]:
    """A figure of each row of the ranking, in whole percent."""
    cells = re.findall(rf'<td data-label="{name}"><span>(.*?)</small>', page, re.DOTALL)
    found = [re.search(r"(\d+)%", cell) for cell in cells]
    return [int(match[1]) for match in found if match]


@pytest.mark.parametrize(
    ("path", "name", "by", "descending"),
    [
        ("/ranking", "Risk", "risk", True),
        ("/ranking?order=asc", "Risk", "risk", False),
        ("/ranking/physical", "Hands and presence", "physical", True),
        ("/ranking/cognitive?order=asc", "Judgment and complexity", "cognitive", False),
    ],
)
def test_the_ranking_is_in_the_order_of_the_store(
    described_client: TestClient, described: Site, path: str, name: str, by: str, descending: bool
) -> None:
    page = described_client.get(path).text
    stored = sorted((row[by] for row in described.overview()), reverse=descending)
    expected = [int(percent(value).removesuffix("%")) for value in stored]
    assert _values(page, name) == expected[:PER_PAGE]
    assert f'aria-sort="{"descending" if descending else "ascending"}"' in page


def test_ranks_share_ties_and_say_what_intervals_allow(
    described_client: TestClient, described: Site
) -> None:
    rows = described.overview()
    text = _rows(described_client.get("/ranking").text)
    top = max(row["risk"] for row in rows)
    tied = sum(percent(row["risk"]) == percent(top) for row in rows)
    low = max(rows, key=lambda row: (row["risk"], row["risk_low"]))["risk_low"]
    overlapping = sum(row["risk_high"] >= low for row in rows)
    assert text[0].startswith(f"{'=' if tied > 1 else ''}1 1–{overlapping} ")


def test_the_highest_barrier_says_what_is_about_the_same(described_client: TestClient) -> None:
    page = described_client.get("/ranking?barrier=physical").text
    rows = _rows(page)
    assert rows
    assert all(re.search("hands and presence(; about the same: .*)?$", row) for row in rows)
    assert any("; about the same: " in row for row in rows)


def test_an_engine_without_barriers_has_a_ranking_by_risk(client: TestClient, site: Site) -> None:
    page = client.get("/ranking").text
    assert "Highest barrier" not in page
    assert len(_rows(page)) == min(PER_PAGE, len(site.overview()))
    assert "does not estimate what stands in the way" in client.get("/ranking/physical").text


def test_a_ranking_by_risk_has_one_address(client: TestClient) -> None:
    answer = client.get("/ranking/risk", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "/ranking")


def test_the_pages_of_a_list_have_each_occupation_once(
    client: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_five(rows: Sequence[Any], page: int) -> Listing:
        return page_of(rows, page, 5)

    monkeypatch.setattr("engine.web.pages.exploring.page_of", of_five)
    for path in ("/ranking?order=asc&x=1", "/explore?sort=risk&x=1"):
        found: list[str] = []
        address: str | None = path
        while address:
            page = client.get(address).text
            found += re.findall(
                r'<a href="/occupations/([\d.-]+)"', page.partition('id="table"')[2]
            )
            following = re.search(r'<a href="([^"]*)">Next</a>', page)
            address = following and unescape(following[1])
        assert sorted(found) == sorted(row["soc_code"] for row in site.overview())


def test_home_leads_to_the_map_and_the_ranking(client: TestClient) -> None:
    page = client.get("/").text
    for path in ("/explore", "/explore/pay", "/ranking", "/ranking?order=asc"):
        assert f'href="{path}"' in page


def test_home_draws_the_map_of_explore(client: TestClient, site: Site) -> None:
    """Home shows the first axis, drawn as on its own page, and names the same file of names."""
    drawn = [
        re.search(r"<figure.*?</figure>", client.get(path).text, re.DOTALL)
        for path in ("/", "/explore/growth", "/explore/pay")
    ]
    home, growth, pay = (match and match[0] for match in drawn)
    assert home == growth != pay
    assert 'data-points="/explore/growth.json"' in (home or "")
    assert map_of([]) is None
    first = map_of([row | {"employment_change": None} for row in scored(site.overview())], "growth")
    assert first is not None
    assert (first.vertical, first.path) == ("pay", "explore")
    assert [path for _, path, _ in first.axes] == ["explore", "explore/capability"]
