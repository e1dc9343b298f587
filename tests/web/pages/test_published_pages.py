"""Pages of an engine on published data: texts of O*NET, wages and employment of BLS."""

from __future__ import annotations

import csv
import gzip
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from engine import Corpus, RiskEngine
from engine.report.formatting import wage
from engine.utils.text import clean
from engine.web.content.career_filters import CareerChoices
from engine.web.content.site import Site
from engine.web.content.task_order import task_order
from engine.web.pages import views
from engine.web.pages.links import FileLinks, ServerLinks
from engine.web.server.app import create_app
from engine.web.store.pipeline import run_pipeline
from engine.web.store.store import Store
from tests.conftest import WordEncoder
from tests.web.conftest import ART

pytestmark = pytest.mark.real_data

NURSES, DANCERS = "29-1141.00", "27-2031.00"


@pytest.fixture(scope="module")
def site(
    data_dir: Path, published_corpus: Corpus, tmp_path_factory: pytest.TempPathFactory
) -> Site:
    """A few published occupations, all scored."""
    if not (data_dir / "bls_2025").is_dir():
        pytest.skip("the published data has no wages of BLS")
    corpus = published_corpus
    few = corpus.select_occupations([*list(corpus.rows_of)[::40], ART, NURSES, DANCERS])
    engine = RiskEngine.build(few, WordEncoder())
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('store') / 'scores.sqlite'}")
    run_pipeline(engine, store)
    return Site(engine, store)


def _wage(facts: dict[str, Any]) -> str:
    return wage(facts["median_wage"], is_minimum=facts["wage_is_minimum"])


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: site)) as client:
        yield client


def test_the_wage_chart_has_a_dot_and_a_row_for_each_known_wage(
    client: TestClient, site: Site
) -> None:
    known = [row for row in site.overview() if row["median_wage"] is not None]
    assert 0 < len(known) <= len(site.overview())
    for path in ("/explore/pay", "/"):
        page = client.get(path).text
        assert 'href="/explore/pay"' in page
        assert "Larger dots have more people employed." in page
    page = client.get("/explore/pay").text
    swatches = len(site.groups(site.overview()))
    assert len(re.findall(r'<circle class="g\d\d" cx=', page)) == len(known) + swatches
    assert 'data-points="/explore/pay.json"' in page
    occupations = client.get("/explore/pay.json").json()["occupations"][: len(known)]
    assert {code for code, *_ in occupations} == {row["soc_code"] for row in known}
    facts = {code: words for code, _, words, _ in occupations}
    assert all(f"median wage {_wage(row)}" in facts[row["soc_code"]] for row in known)
    radii = [float(radius) for radius in re.findall(r'cx="[\d.]+" cy="[\d.]+" r="([\d.]+)"', page)]
    sized = radii[: len(known)]
    assert sized == sorted(sized, reverse=True)
    assert sized[0] == 16.0


def test_an_occupation_has_its_wage_and_a_wage_filter(client: TestClient, site: Site) -> None:
    record = site.occupation(NURSES)
    page = client.get(f"/occupations/{NURSES}").text
    assert f"<dd>{_wage(record)} <small>a year</small></dd>" in page
    assert f"<dd>{record['employment']:,.0f}" in page
    assert 'name="wage"' in page
    matches = client.get(
        f"/api/occupations/{NURSES}/similar",
        params={"safer_only": "false", "max_job_zone_gap": "any", "min_wage_ratio": "1", "k": "50"},
    ).json()["matches"]
    expected = [m for m in site.matches(record) if m["wage_ratio"] and m["wage_ratio"] >= 1]
    assert matches == expected != []


def test_tasks_are_listed_as_onet_lists_them(
    client: TestClient, site: Site, data_dir: Path
) -> None:
    """Core tasks first, then supplemental ones, each by importance; unrated ones last."""

    def read(name: str, delimiter: str) -> list[dict[str, str]]:
        with (data_dir / "onet_30_1" / name).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines, delimiter=delimiter))

    rated = {row["Task ID"]: row["Importance"] for row in read("Task Importance.csv", ",")}
    keys: dict[str, dict[str, tuple[bool, bool, float]]] = {}
    for row in read("Task Statements.txt", "\t"):
        importance = rated.get(row["Task ID"])
        key = (not importance, row["Task Type"] == "Supplemental", -float(importance or 0))
        keys.setdefault(row["O*NET-SOC Code"], {})[clean(row["Task"])] = key
    for code in (ART, NURSES, DANCERS):
        page = html.unescape(client.get(f"/occupations/{code}").text)
        (found,) = re.findall(r'<ul class="task-list">(.*?)</ul>', page, re.DOTALL)
        listed = [line.strip() for line in found.split("<li>")[1:]]
        assert sorted(listed) == sorted(keys[code])
        order = [keys[code][text] for text in listed]
        assert order == sorted(order)
        assert len({key[1] for key in order}) == 2
        assert re.findall(r'<span id="task-\d+">([^<]*)<', page) == listed
        backwards = site.engine.corpus.tasks_of(code)[::-1]  # the files are in this order already
        order = [keys[code][backwards[row].text] for row in task_order(backwards)]
        assert order == sorted(order)


def test_a_wage_that_is_not_published_is_reported(client: TestClient, site: Site) -> None:
    assert site.occupation(DANCERS)["median_wage"] is None
    assert "Median wage" not in client.get(f"/occupations/{DANCERS}").text.split("explore")[0]
    assert "not published" in client.get(f"/compare?soc={DANCERS}&soc={NURSES}").text
    chart = client.get("/explore/pay").text
    assert re.search(r"Not shown: \d+ occupations? without a published figure", chart)


MOST_COMPRESSED = 32_000
"""Bytes of a page of an occupation, as servers send it."""


def test_pages_of_the_longest_occupations_are_light(site: Site) -> None:
    """The evidence of real tasks has many texts, so pages of a small catalog do not show this."""
    counts = {code: len(rows) for code, rows in site.engine.corpus.rows_of.items()}
    for code in sorted(counts, key=lambda code: -counts[code])[:3]:
        record = site.occupation(code)
        matches = site.matches(record)
        for links in (ServerLinks(), FileLinks(f"occupations/{code}")):
            page = views.occupation(site, links, record, matches, CareerChoices())
            assert 10_000 < len(gzip.compress(page.encode(), 6)) < MOST_COMPRESSED


def test_the_site_names_the_data_and_their_licenses(client: TestClient) -> None:
    page = client.get("/data").text
    assert "These scores come from the published reference" in page
    assert "Titles, descriptions and task statements come from O*NET" in page
