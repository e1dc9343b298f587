"""Pages and API of a catalog of ISCO-08, and of codes that link to a SOC catalog."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine import Corpus, RiskEngine
from engine.web.content.site import Site
from engine.web.pages.static_site import export
from engine.web.server.app import create_app
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.conftest import WordEncoder
from tests.isco_corpora import BY_GROUP, EVIDENCE, MIXED, ONE, with_crosswalk, with_isco_catalog
from tests.web.server.test_answers import check


def _site(corpus: Corpus, folder: Path) -> Site:
    engine = RiskEngine.build(corpus, WordEncoder())
    store = Store(f"sqlite:///{folder / 'scores.sqlite'}")
    run_pipeline(engine, store)
    return Site(engine, store)


@pytest.fixture(scope="module")
def few(starter: Corpus) -> Corpus:
    return starter.select_occupations(starter.occupations["soc_code"].tolist()[::30])


@pytest.fixture(scope="module")
def isco_site(few: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return _site(with_isco_catalog(few), tmp_path_factory.mktemp("isco"))


@pytest.fixture(scope="module")
def isco(isco_site: Site) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: isco_site), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def soc_site(few: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return _site(with_crosswalk(few), tmp_path_factory.mktemp("soc"))


@pytest.fixture(scope="module")
def soc(soc_site: Site) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: soc_site), raise_server_exceptions=False) as client:
        yield client


def test_pages_of_a_catalog_of_isco_name_its_codes_and_groups(
    isco: TestClient, isco_site: Site
) -> None:
    home = isco.get("/").text
    assert 'placeholder="nurse, accountant, 2221"' in home
    assert 'groups/2">Professionals' in home
    tasks = sum(map(len, isco_site.engine.corpus.rows_of.values()))
    assert f"{len(isco_site.overview())} occupations and {tasks:,} tasks" in home
    group = isco.get("/groups/2").text
    assert "Major group 2 of the International Standard Classification" in group
    assert "<h1>Professionals</h1>" in group
    page = isco.get("/occupations/ISCO-2000").text
    assert "ISCO-08: 2000" in page
    assert isco.get("/groups/29").status_code == 404
    download = isco.get("/occupations/ISCO-2000.csv")
    assert 'filename="ISCO-2000.csv"' in download.headers["content-disposition"]


@pytest.mark.parametrize("path", ["/isco/2000", "/isco/ISCO-2000", f"/esco/{ONE}"])
def test_short_addresses_lead_to_the_page(isco: TestClient, path: str) -> None:
    response = isco.get(path, follow_redirects=False)
    assert response.status_code == 307
    assert response.headers["location"].endswith("/occupations/ISCO-2000")


@pytest.mark.parametrize("query", ["2000", "ISCO-2000", "isco 2000", ONE])
def test_codes_are_found(isco: TestClient, query: str) -> None:
    found = isco.get("/api/occupations", params={"q": query}).json()["occupations"]
    assert [row["soc_code"] for row in found] == ["ISCO-2000"]


def test_the_api_lists_a_major_group_of_isco(isco: TestClient, isco_site: Site) -> None:
    listed = isco.get("/api/occupations", params={"group": "2"}).json()
    assert listed["total"] == len(isco_site.overview())
    assert isco.get("/api/occupations", params={"group": "3"}).json()["total"] == 0
    assert isco.get("/api/occupations/isco-2000").json()["soc_code"] == "ISCO-2000"


def test_the_static_site_has_the_pages(isco_site: Site, tmp_path: Path) -> None:
    export(isco_site, tmp_path / "site")
    page = (tmp_path / "site" / "occupations" / "ISCO-2000" / "index.html").read_text("utf-8")
    (link,) = re.findall(r'href="([^"]*)">Professionals', page)
    assert (tmp_path / "site" / "occupations" / "ISCO-2000" / link).resolve().is_file()
    index = json.loads((tmp_path / "site" / "search.json").read_text("utf-8"))
    assert index[0][0] == "ISCO-2000"


@pytest.mark.parametrize("path", ["/isco/3313", f"/esco/{MIXED}", f"/esco/{BY_GROUP}"])
def test_several_links_are_a_list_to_choose_from(
    soc: TestClient, soc_site: Site, path: str
) -> None:
    _, second, third, *_ = soc_site.engine.corpus.rows_of
    page = soc.get(path).text
    assert "Choose the occupation that fits" in page
    for code in (second, third):
        assert f'occupations/{code}"' in page
    assert "50%" in page
    assert "The catalog lacks 1 more: 55-9999.00." in page


def test_one_link_leads_to_its_page(soc: TestClient, soc_site: Site) -> None:
    first = next(iter(soc_site.engine.corpus.rows_of))
    for path in ("/isco/2221", f"/esco/{ONE}", "/occupations/ISCO-2221"):
        response = soc.get(path, follow_redirects=False)
        assert response.status_code == 307
        assert response.headers["location"].endswith(f"/occupations/{first}")
    assert soc.get("/api/occupations/ISCO-2221").json()["soc_code"] == first
    assert soc.get(f"/api/occupations/{ONE}").json()["soc_code"] == first


def test_the_api_says_what_a_code_stands_for(soc: TestClient, soc_site: Site) -> None:
    record = soc.get("/api/linked", params={"code": "3313"}).json()
    mix = soc_site.engine.score_occupation("ISCO-3313")
    assert record["risk"] == mix.risk
    assert [link["weight"] for link in record["links"]] == [0.5, 0.5]
    by_code = {row["soc_code"]: row["risk"] for row in soc_site.overview()}
    assert all(link["risk"] == by_code[link["soc_code"]] for link in record["links"])
    check(soc.get("/api/openapi.json").json(), "GET", "/api/linked", 200, record)
    problem = soc.get("/api/occupations/ISCO-3313")
    assert problem.status_code == 404
    assert "no single occupation" in problem.json()["detail"]
    for code, status in (("ISCO-9999", 404), ("nurse", 422)):
        assert soc.get("/api/linked", params={"code": code}).status_code == status


def test_a_group_with_tasks_alone_has_a_page(soc: TestClient) -> None:
    page = soc.get(f"/isco/{EVIDENCE}").text
    assert "its own tasks count" in page
    assert "Choose the occupation" not in page


def test_a_search_for_a_code_lists_what_it_links_to(soc: TestClient, soc_site: Site) -> None:
    _, second, third, *_ = soc_site.engine.corpus.rows_of
    for query in ("3313", "ISCO-3313", MIXED):
        found = soc.get("/api/occupations", params={"q": query}).json()["occupations"]
        assert {row["soc_code"] for row in found} == {second, third}
