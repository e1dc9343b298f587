"""The card for other sites, and structured data."""

from __future__ import annotations

import gzip

from starlette.testclient import TestClient

from engine.report.formatting import interval, percent
from engine.web.content.site import Site
from engine.web.pages.links import ServerLinks
from engine.web.pages.rendering import STATIC
from engine.web.pages.sharing import card, structured_data
from tests.web.conftest import ART

MOST_BYTES = 5_000
WAGE = {"median_wage": 77_930.0, "wage_is_minimum": False, "outlook_group": None}


def test_a_card_has_the_score_and_a_link_and_is_small(client: TestClient, site: Site) -> None:
    record = site.occupation(ART)
    pages = [client.get(f"/embed/{ART}{ending}").text for ending in ("", ".html")]
    assert pages[0] == pages[1] == card(ServerLinks(), record)
    for part in (
        "Art Therapists</a></h1>",
        f"<b>{percent(record['risk'])}</b> risk",
        f"interval {interval(record['risk_interval'])}</span>",
        f">{record['tier'].lower()}</span>",
        "Not a forecast of job loss.",
        f'href="/occupations/{ART}" target="_blank"',
        "starter reference",
    ):
        assert part in pages[0]
    style = (STATIC / "embed.css").read_bytes()
    assert (
        len(pages[0].encode()) + len(style) + len((STATIC / "embed.js").read_bytes()) < MOST_BYTES
    )


def test_only_the_card_may_be_framed_by_other_sites(client: TestClient) -> None:
    framed = client.get(f"/embed/{ART}").headers
    assert framed["content-security-policy"].endswith("; frame-ancestors *")
    assert "x-frame-options" not in framed
    for path in ("/", f"/occupations/{ART}", f"/og/{ART}.png", "/embed", "/static/embed.js"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].endswith("; frame-ancestors 'none'")
        assert headers["x-frame-options"] == "DENY"


def test_a_script_on_other_sites_is_updated(client: TestClient) -> None:
    kept = client.get("/static/embed.js").headers["cache-control"]
    assert kept == "public, max-age=3600"
    assert "immutable" in client.get("/static/site.css?abc").headers["cache-control"]


def test_structured_data_says_only_what_is_known(site: Site) -> None:
    record = site.occupation(ART)
    data = structured_data(record | WAGE, None)
    assert data["occupationalCategory"]["codeValue"] == ART
    assert data["name"] == record["title"]
    assert data["estimatedSalary"]["median"] == 77_930.0
    assert "url" not in data
    for lacking in ({"median_wage": None}, {"wage_is_minimum": True}, {"outlook_group": "Others"}):
        assert "estimatedSalary" not in structured_data(record | WAGE | lacking, None)


def test_structured_data_cannot_end_its_script(client: TestClient, site: Site) -> None:
    page = client.get(f"/occupations/{ART}").text
    data = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert "<" not in data
    assert len(gzip.compress(data.encode())) < 2_000
