"""Pages of an engine on published data: O*NET's texts, wages and employment of BLS."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine import RiskEngine
from engine.corpus.sources import published
from engine.web.content.site import Site
from engine.web.pages.formatting import wage
from engine.web.server.app import create_app
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.conftest import ART, WordEncoder

pytestmark = pytest.mark.real_data

NURSES, DANCERS = "29-1141.00", "27-2031.00"


@pytest.fixture(scope="module")
def site(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A few published occupations, all of them scored."""
    if not (data_dir / "bls_2025").is_dir():
        pytest.skip("no wages of BLS in the published data")
    corpus, _ = published.read(data_dir)
    few = corpus.select([*list(corpus.rows_of)[::40], ART, NURSES, DANCERS])
    engine = RiskEngine.build(few, WordEncoder())
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'scores.sqlite'}")
    run_pipeline(engine, store)
    return Site(engine, store)


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: site)) as client:
        yield client


def test_the_chart_of_wages_has_a_dot_and_a_row_for_each_known_wage(
    client: TestClient, site: Site
) -> None:
    known = [row for row in site.overview() if row["median_wage"] is not None]
    assert 0 < len(known) <= len(site.overview())
    for path in ("/wages", "/"):
        page = client.get(path).text
        assert 'href="/wages#chart"' in page
        assert "larger dots, more people employed" in page
    page = client.get("/wages").text
    assert len(re.findall("<circle class=.g..\\d?. cx", page)) >= len(known)
    for row in known:
        assert f"<td>{wage(row)}<td>" in page
    radii = [float(radius) for radius in re.findall(r'cx="[\d.]+" cy="[\d.]+" r="([\d.]+)"', page)]
    sized = radii[: len(known)]
    assert sized == sorted(sized, reverse=True)
    assert sized[0] == 16.0


def test_an_occupation_has_its_wage_and_a_filter_by_it(client: TestClient, site: Site) -> None:
    record = site.occupation(NURSES)
    page = client.get(f"/occupations/{NURSES}").text
    assert f"<dd>{wage(record)} <small>a year</small></dd>" in page
    assert f"<dd>{record['employment']:,.0f}" in page
    assert 'name="wage"' in page
    matches = client.get(
        f"/api/occupations/{NURSES}/similar?safer_only=false&min_wage_ratio=1&k=50"
    ).json()["matches"]
    assert matches
    assert all(match["wage_ratio"] >= 1 for match in matches)


def test_a_wage_that_is_not_published_is_said(client: TestClient, site: Site) -> None:
    assert site.occupation(DANCERS)["median_wage"] is None
    assert "Median wage" not in client.get(f"/occupations/{DANCERS}").text.split("explore")[0]
    assert "not published" in client.get(f"/compare?soc={DANCERS}&soc={NURSES}").text
    assert "occupations without a published wage are left out" in client.get("/wages").text


def test_the_site_names_the_data_and_their_licences(client: TestClient) -> None:
    page = client.get("/data").text
    assert "These scores come from the published reference" in page
    assert "titles, descriptions and task statements are O*NET’s" in page
