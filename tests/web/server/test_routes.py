"""The pages as a server returns them."""

from __future__ import annotations

import gzip
import html
import re
from types import ModuleType

import pytest
from starlette.testclient import TestClient

from engine import RiskEngine
from engine.careers.filters import FAILED_WORDS, UNFILTERED
from engine.report.formatting import WHAT_RISK_IS, interval, percent, similarity_rank
from engine.web.content.career_filters import CareerChoices, passing
from engine.web.content.site import Site
from engine.web.pages import exploring, views
from engine.web.pages.labels import NOT_SCORED
from engine.web.pages.links import ServerLinks
from engine.web.server.app import create_app
from engine.web.store.store import Store
from tests.web.conftest import ART, ART_BEFORE_2019, CHIEF
from tests.web.links import links_of

PAGES = [
    "/",
    "/?q=art",
    "/groups/29",
    f"/occupations/{ART}",
    f"/occupations/{ART}?run=1",
    "/explore",
    "/explore/pay?group=29&growing=1",
    "/explore/capability?q=art&sort=risk&order=asc",
    "/ranking",
    "/ranking?order=asc&group=29",
    "/compare",
    "/compare?q=art+terapist",
    f"/compare?soc={ART}",
    f"/compare?soc={ART}&soc={CHIEF}",
    "/score",
    "/workforce",
    "/numbers",
    "/quality",
    "/methodology",
    "/data",
    "/api",
]
LINES = ["Write reports for the board of the club.", "Paint the walls and ceilings of rooms."]


def _text_of(html: str, element_id: str) -> str:
    found = re.search(rf'id="{element_id}"[^>]*>([^<]*)<', html)
    assert found
    return found[1]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_once_what_risk_is_and_follows_its_security_policy(
    client: TestClient, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.text.count(WHAT_RISK_IS) == 1
    assert "Numbers of the starter reference;" in answer.text
    assert 'href="/numbers">What these numbers mean</a>' in answer.text
    assert 'href="/quality">How good they are</a>' in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    without_cards = re.sub(r"<article.*</article>", "", answer.text, flags=re.S)
    structured = r' type="application/(?:ld\+)?json"'
    assert not re.search(
        rf"<style|\sstyle=|<script(?! src|{structured})|\son\w+=|https?://(?!www\.w3|schema\.org)",
        without_cards,
    )
    assert not re.search(r"\d %", without_cards)  # "33%", without a space
    assert len(answer.content) < 150_000
    ids = re.findall(r'\sid="([^"]*)"', answer.text)
    assert len(ids) == len(set(ids))
    for link in links_of(answer.text):
        if link.startswith("/"):
            assert client.get(link).status_code == 200, link


def test_a_match_with_lower_risk_says_how_sure_that_is(client: TestClient, site: Site) -> None:
    form = "filtered=1&wage=any&zones=any"
    pages = [client.get(f"/occupations/{code}?{form}").text for code in site.engine.corpus.rows_of]
    assert any("chance that the true risk is lower" in page for page in pages)


def test_where_few_pass_the_next_ones_say_what_they_fail(client: TestClient) -> None:
    page = client.get(f"/occupations/{ART}").text
    close = page.partition("Close, but not better")[2].partition("</ul>")[0]
    answer = client.get(f"/api/occupations/{ART}/similar").json()
    assert len(answer["next"]) > 0
    for match in answer["next"]:
        assert match["title"] in close
        assert all(FAILED_WORDS[name] in close for name in match["failed"])


def test_figures_of_a_wider_group_say_so(client: TestClient) -> None:
    page = client.get(f"/occupations/{ART}").text
    assert "Wage and people are of a wider group" in page
    assert "Therapists, All Other" in page


def test_an_occupation_page_is_complete(client: TestClient, site: Site) -> None:
    page = client.get(f"/occupations/{ART}").text
    record = site.occupation(ART)
    for part in (
        "Art Therapists",
        "SOC: 29-1129.01 · Job Zone 5 (Extensive preparation)",
        f"{len(record['tasks'])} tasks analyzed",
        "Explore other career paths",
        "Compare displacement risk across occupations and find careers with stronger long-term "
        "prospects.",
        "Permanent link to this run",
        *("Task", "Category", "AI Capability", "Risk Score", "Time %"),
        *(task["category"] for task in record["tasks"]),
    ):
        assert part in page
    assert _text_of(page, "risk") == percent(record["risk"])
    assert _text_of(page, "risk-interval") == interval(record["risk_interval"])
    assert page.count('class="more"') == len(record["tasks"])
    assert NOT_SCORED not in page


def test_the_page_of_an_occupation_before_scoring(engine: RiskEngine, store: Store) -> None:
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        page = client.get(f"/occupations/{ART}").text
        tasks = engine.find(ART).task_records
        assert page.count('data-label="Risk Score">-</td>') == len(tasks)
        assert NOT_SCORED in page
        assert f"{len(tasks)} tasks analyzed" in page
        csv = client.get(f"/occupations/{ART}.csv")
        assert csv.status_code == 422
        assert "has no scores to download" in csv.text


@pytest.mark.parametrize(
    ("query", "choices"),
    [
        ("", CareerChoices()),
        ("filtered=1", CareerChoices(safer_only=False, outlook=False)),
        ("filtered=1&zones=any", CareerChoices(safer_only=False, zones="any", outlook=False)),
        ("filtered=1&outlook=1&wage=any", CareerChoices(safer_only=False, wage="any")),
        ("filtered=1&safer=1&zones=0", CareerChoices(zones="0")),
    ],
)
def test_the_page_shows_the_matches_that_pass_its_form(
    client: TestClient, site: Site, query: str, choices: CareerChoices
) -> None:
    page = client.get(f"/occupations/{ART}?{query}").text
    matches = site.matches(site.occupation(ART))
    expected = passing(matches, choices.filters)
    titles = re.findall(r"<h3><a[^>]*>([^<]*)</a></h3>", page)
    assert titles == [match["title"] for match in expected][:10]
    hidden = len(matches) - len(expected)
    assert (f"The filters hide {hidden} similar occupation" in page) == (hidden > 0)


def test_the_page_gives_the_reasons_that_the_engine_gives(
    client: TestClient, site: Site, engine: RiskEngine
) -> None:
    page = html.unescape(client.get(f"/occupations/{ART}?filtered=1&zones=any&wage=any").text)
    shown = passing(
        site.matches(site.occupation(ART)),
        CareerChoices(safer_only=False, zones="any", wage="any", outlook=False).filters,
    )[:10]
    found = {match.soc_code: match for match in engine.similar_careers(ART, 20, **UNFILTERED)}
    compared = [found[record["soc_code"]] for record in shown if record["soc_code"] in found]
    assert compared
    for match in compared:
        reasons = match.reasons
        rest = (reasons.carries_over[1:], reasons.new, reasons.takes, reasons.gives)
        for sentences in ([reasons.main], *rest, reasons.unknown):
            assert " ".join(sentences) in page
        assert match.rank is not None
        assert match.of is not None
        place = similarity_rank(match.rank, match.of)
        assert f"{place} <small>({match.similarity_level})</small>" in page


def test_superseded_and_short_codes_redirect_to_their_page(client: TestClient) -> None:
    for code in (ART_BEFORE_2019, "291129.01"):
        answer = client.get(f"/occupations/{code}", follow_redirects=False)
        assert answer.status_code == 308
        assert answer.headers["location"] == f"/occupations/{ART}"


def test_text_that_is_no_code_leads_to_a_search(client: TestClient) -> None:
    for typed, sent in (("nurse", "nurse"), ("art%20%26%20craft", "art%20%26%20craft"),
                        ("x" * 300, "x" * 200)):  # fmt: skip
        answer = client.get(f"/occupations/{typed}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/?q={sent}")


def test_a_code_that_was_superseded_is_found(client: TestClient, site: Site) -> None:
    for typed in (ART_BEFORE_2019, "29-1125", "29112501"):
        found = client.get("/", params={"q": typed}).text.partition('id="found"')[2]
        assert found.index(f'href="/occupations/{ART}"') < found.index("<section")
    names = {code: names for code, _, names in site.titles.browser_index()}
    assert names[ART][-1] == "29 1125 01"


def test_an_unknown_code_links_the_nearest_occupations(client: TestClient) -> None:
    answer = client.get("/occupations/29-1129.99")
    assert answer.status_code == 404
    assert f'<a href="/occupations/{ART}">Art Therapists</a>' in answer.text


def test_a_search_says_where_it_shows_the_first_results_only(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "<title>How much of an occupation" in views.home(site, ServerLinks())
    count = len(site.found(site.overview(), "29-1", 1_000))
    for shown, words in (
        (count - 1, f"The first {count - 1} results"),
        (count, f"{count} results"),
    ):
        monkeypatch.setattr(views, "_FOUND_SHOWN", shown)
        page = views.home(site, ServerLinks(), "29-1")
        assert f"<h2>{words} for “29-1”</h2>" in page
        assert "<title>“29-1”: search · Occupation risk</title>" in page
        assert page.partition("</table>")[0].count('data-label="Job Zone"') == shown


def test_the_page_lists_its_tasks_above_the_table(client: TestClient, site: Site) -> None:
    page = html.unescape(client.get(f"/occupations/{ART}").text)
    listed = re.search(r'<ul class="task-list">(.*?)</ul>', page, re.S)
    assert listed
    tasks = [task["task"] for task in site.occupation(ART)["tasks"]]
    assert [line.strip() for line in listed[1].split("<li>")[1:]] == tasks
    assert page.index("Skip the table of tasks") < page.index('<table class="tasks"')
    assert page.index('id="after-tasks"') < page.index("Explore other career paths</h2>")


def test_shared_pages_name_themselves(site: Site, client: TestClient) -> None:
    """With a public address, absolute; without one, only what needs none."""
    page = client.get(f"/occupations/{ART}?filtered=1").text
    assert f'<link rel="canonical" href="/occupations/{ART}">' in page
    assert 'property="og:title" content="Art Therapists · Occupation risk"' in page
    assert "og:image" not in page
    assert page.count('name="theme-color"') == 2
    assert "canonical" not in client.get("/?q=art").text
    with TestClient(create_app(lambda: site, public_url="https://risk.example.org/a/")) as public:
        page = public.get(f"/occupations/{ART}").text
        address = "https://risk.example.org/a"
        assert f'<link rel="canonical" href="{address}/occupations/{ART}">' in page
        assert f'property="og:image" content="{address}/og/{ART}.png"' in page
        assert f'<link rel="canonical" href="{address}/">' in public.get("/").text


def test_files_and_answers_to_forms_are_compressed(client: TestClient) -> None:
    """And only once: cached pages are compressed when they are created."""
    tasks = len(client.get(f"/occupations/{ART}.json").json()["tasks"])
    form = {f"share-{row}": "5" for row in range(tasks)}
    plain = {"accept-encoding": "identity"}
    for method, path, data in (
        ("GET", "/static/site.css", None),
        ("GET", "/explore", None),
        ("POST", f"/occupations/{ART}", form),
    ):
        with client.stream(method, path, data=data) as answer:
            assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
            assert "accept-encoding" in answer.headers["vary"].lower()
            sent = b"".join(answer.iter_raw())
        answer = client.request(method, path, data=data, headers=plain)
        assert "content-encoding" not in answer.headers
        assert gzip.decompress(sent) == answer.content
        assert len(sent) < len(answer.content) / 2


def test_a_client_that_has_the_page_gets_no_body(client: TestClient) -> None:
    for path in (f"/occupations/{ART}", f"/api/occupations/{ART}"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"if-none-match": f'"other", {tag}'})
        assert (again.status_code, again.content) == (304, b"")
    assert client.head(f"/occupations/{ART}").status_code == 200


def test_the_json_download_is_the_stored_record_with_its_matches(
    client: TestClient, site: Site
) -> None:
    record = site.occupation(ART)
    answer = client.get(f"/occupations/{ART}.json")
    assert answer.json() == record | {"similar": site.matches(record)}
    assert answer.headers["content-disposition"] == f'attachment; filename="{ART}.json"'


def test_an_occupation_queries_its_matches_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries = []
    matches = Store.matches

    def counted(store: Store, *key: object) -> object:
        queries.append(key)
        return matches(store, *key)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "matches", counted)
    with TestClient(create_app(lambda: site)) as client:
        for path in (f"/occupations/{CHIEF}", f"/occupations/{CHIEF}.json"):
            queries.clear()
            assert client.get(path).status_code == 200
            assert queries == [(CHIEF, 1)]


@pytest.mark.parametrize(
    ("module", "name", "addresses"),
    [
        (views, "home", ["/?q=nurse", "/?x=1&q=nurse", "/?q=nurse&x=2", "/?q=+nurse"]),
        (
            views,
            "compare",
            [f"/compare?soc={ART}&soc={CHIEF}", f"/compare?soc={ART},{CHIEF}&x=1"],
        ),
        (
            exploring,
            "explore",
            ["/explore", "/explore?page=1", "/explore?page=01&x=1", "/explore?own=0"],
        ),
        (exploring, "ranking", ["/ranking", "/ranking?order=desc&x=1"]),
    ],
)
def test_addresses_of_the_same_page_share_what_was_made_of_it(
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    name: str,
    addresses: list[str],
) -> None:
    made, make = [], getattr(module, name)

    def counted(*arguments: object) -> str:
        made.append(arguments)
        return str(make(*arguments))

    monkeypatch.setattr(module, name, counted)
    with TestClient(create_app(lambda: site)) as client:
        pages = {client.get(address).text for address in addresses}
    assert len(pages) == len(made) == 1


# Time % ---------------------------------------------------------------------------------------


def _form(shares: list[float]) -> dict[str, str]:
    return {f"share-{row}": str(share) for row, share in enumerate(shares)}


def test_the_time_form_recalculates_as_the_engine_does(
    client: TestClient, engine: RiskEngine, site: Site
) -> None:
    scored = engine.score_occupation(ART)
    shares = [row + 1.03125 for row in range(len(scored.tasks))]  # all are changed
    expected = scored.what_if(
        {task.task: share / sum(shares) for task, share in zip(scored.tasks, shares, strict=True)}
    ).after
    record = site.at_shares(ART, shares)
    assert record["risk"] == pytest.approx(expected.risk)
    assert record["risk_interval"] == pytest.approx(expected.risk_interval)
    answer = client.post(f"/occupations/{ART}", data=_form(shares))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert _text_of(answer.text, "risk") == percent(expected.risk)
    assert _text_of(answer.text, "risk-interval") == interval(expected.risk_interval)
    values = re.findall(r'name="share-\d+"[^>]* value="([^"]*)"', answer.text)
    assert values == [f"{100 * share / sum(shares):.1f}" for share in shares]
    assert f'href="/occupations/{ART}">Back to the published numbers' in answer.text


def test_an_incomplete_or_unknown_time_form_is_rejected(client: TestClient) -> None:
    assert client.post(f"/occupations/{ART}", data={"share-0": "5"}).status_code == 422
    assert client.post("/occupations/55-1011", data={"share-0": "5"}).status_code == 404


# Errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/occupations/nurse", 200, "<title>“nurse”: search"),
        ("/occupations/55-1011", 404, "is not among"),
        (f"/occupations/{ART}?run=99", 404, "no complete run 99"),
        (f"/occupations/{ART}?run=abc", 422, "run"),
        (f"/occupations/{ART}?zones=9", 422, "zones"),
        ("/groups/99", 404, "major group"),
        ("/explore?sort=size", 422, "sort"),
        ("/explore?page=0", 422, "page"),
        ("/explore/size", 422, "vertical"),
        ("/ranking/luck", 422, "by"),
        ("/ranking?group=99", 404, "major group"),
        ("/compare?soc=29-1129.01&soc=29-1129.01", 422, "give 2 to 5"),
        ("/nothing", 404, "This page does not exist."),
        ("/occupations/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404, "This page does not exist."),
        ("/occupations/%3Cscript%3E", 200, "&lt;script&gt;"),
        ("/static/../site.py", 404, ""),
        (f"/?q={'x' * 201}", 422, "at most 200"),
        ("/occupations/%00", 200, "No results for “␀”"),
        ("/occupations/%1B%5B31m", 200, "for “␛[31m”"),
        ("/embed/nurse", 422, "is not valid"),
        ("/embed/55-1011.html", 404, "is not among"),
        ("/og/55-1011.png", 404, "is not among"),
        ("/compare?soc=nurse&soc=29-1129.01", 422, "is not valid"),
        ("/compare?soc=55-1011", 404, "is not among"),
        ("/compare?" + "&".join(["soc=29-1129.01"] * 11), 422, "at most 10"),
        ("/groups/29/9", 404, "This page does not exist."),
    ],
)
def test_an_invalid_address_is_answered_with_a_page(
    client: TestClient, path: str, status: int, message: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert message in answer.text
    assert "<h1>" in answer.text
    assert "<script>" not in answer.text
    assert "Traceback" not in answer.text


def test_an_unforeseen_error_shows_no_trace(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret of the machine")

    monkeypatch.setattr(site, "occupation", broken)
    with TestClient(create_app(lambda: site)) as client:
        for path, kind in (("", "text/html"), ("/api", "application/problem+json")):
            answer = client.get(f"{path}/occupations/{ART}")
            assert answer.status_code == 500
            assert kind in answer.headers["content-type"]
            assert "secret" not in answer.text
            assert "Traceback" not in answer.text
