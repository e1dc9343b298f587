from __future__ import annotations

import csv
import io
import json
import math
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from starlette.testclient import TestClient

from engine import RiskEngine
from engine.corpus.catalogue import TitleSearch
from engine.utils import resources
from engine.web.content.job_splitter import split_job
from engine.web.content.site import Site
from engine.web.pages import charts
from engine.web.pages.formatting import NOT_SCORED, WHAT_RISK_IS
from engine.web.pages.static_site import export
from engine.web.server.app import create_app
from engine.web.store.store import Store
from tests.conftest import ART, CHIEF

PAGES = [
    "/",
    "/?q=art",
    "/groups/29",
    f"/occupations/{ART}",
    f"/occupations/{ART}?run=1",
    "/compare",
    "/compare?q=art+terapist",
    f"/compare?soc={ART}",
    f"/compare?soc={ART}&soc={CHIEF}",
    "/score",
    "/methodology",
    "/data",
    "/api",
]


class _Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_once_what_risk_is_and_keeps_to_its_policy(
    client: TestClient, path: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.text.count(WHAT_RISK_IS) == 1
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|\sstyle=|<script(?! src)|\son\w+=|https?://(?!www\.w3)",
                         re.sub(r"<article.*</article>", "", answer.text, flags=re.S))  # fmt: skip
    assert len(answer.content) < 150_000
    for link in _Links(answer.text).found:
        if link.startswith("/"):
            assert client.get(link).status_code == 200, link


def test_an_occupation_page_has_everything(client: TestClient, site: Site) -> None:
    page = client.get(f"/occupations/{ART}").text
    record = site.occupation(ART)
    for part in (
        "Art Therapists",
        "SOC: 29-1129.01 · Job Zone 5 (Extensive preparation)",
        f"{len(record['tasks'])} tasks analyzed",
        "Explore other career paths",
        "Permanent link to this run",
        *("Task", "Category", "AI Capability", "Risk Score", "Time %"),
        *(task["category"] for task in record["tasks"]),
    ):
        assert part in page
    assert f'id="risk">{100 * record["risk"]:.0f} %' in page
    assert page.count('class="more"') == len(record["tasks"])
    assert NOT_SCORED not in page


def test_the_spec_page_before_scoring(engine: RiskEngine, store: Store) -> None:
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        page = client.get(f"/occupations/{ART}").text
        tasks = engine.find(ART).task_records
        assert page.count('data-label="Risk Score">-</td>') == len(tasks)
        assert NOT_SCORED in page
        assert f"{len(tasks)} tasks analyzed" in page
        listed = client.get("/api/occupations").json()["occupations"]
        assert all(row["risk"] is None for row in listed)
        assert client.get(f"/api/occupations/{ART}").json()["run_id"] is None
        assert client.get(f"/api/occupations/{ART}/similar").json()["matches"] == []
        assert client.get(f"/api/compare?soc={ART}&soc=29-1141").status_code in (404, 422)


def test_filters_keep_what_they_say(client: TestClient, site: Site) -> None:
    every = client.get(f"/api/occupations/{ART}/similar?k=50&safer_only=false").json()["matches"]
    safer = client.get(f"/api/occupations/{ART}/similar?k=50").json()["matches"]
    assert safer == [match for match in every if match["risk_difference"] < 0]
    near = client.get(
        f"/api/occupations/{ART}/similar?k=50&safer_only=false&max_job_zone_gap=0"
    ).json()["matches"]
    own = site.occupation(ART)["job_zone"]
    assert near == [match for match in every if match["job_zone"] in (own, None)]
    page = client.get(f"/occupations/{ART}?filtered=1&zones=any").text
    assert page.count('data-safer="') == min(10, len(every))


def test_superseded_and_short_codes_lead_to_their_page(client: TestClient) -> None:
    for code in ("29-1125.01", "291129.01"):
        answer = client.get(f"/occupations/{code}", follow_redirects=False)
        assert answer.status_code == 308
        assert answer.headers["location"] == f"/occupations/{ART}"


def test_a_reference_without_wages_has_no_chart_of_them(client: TestClient) -> None:
    answer = client.get("/wages", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, "/")
    assert "/wages" not in client.get("/").text


def test_the_api_gives_the_record_by_its_field_names(
    client: TestClient, engine: RiskEngine, site: Site
) -> None:
    got = client.get(f"/api/occupations/{ART}").json()
    assert got == site.occupation(ART)
    assert got["risk"] == engine.score_occupation(ART).risk
    first = client.get("/api/occupations?per_page=5&page=1").json()
    second = client.get("/api/occupations?per_page=5&page=2").json()
    codes = [row["soc_code"] for row in first["occupations"] + second["occupations"]]
    assert len(set(codes)) == 10
    assert first["pages"] == -(-first["total"] // 5)
    ranked = client.get("/api/occupations?sort=risk&descending=true&per_page=200").json()
    risks = [row["risk"] for row in ranked["occupations"]]
    assert risks == sorted(risks, reverse=True)


def test_etag(client: TestClient) -> None:
    for path in (f"/occupations/{ART}", f"/api/occupations/{ART}"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"if-none-match": f'"other", {tag}'})
        assert (again.status_code, again.content) == (304, b"")
    assert client.head(f"/occupations/{ART}").status_code == 200


def test_scoring_by_api_and_form_agrees_with_the_engine(
    client: TestClient, engine: RiskEngine
) -> None:
    lines = ["Write reports for the board of the club.", "Paint the walls and ceilings of rooms."]
    got = client.post("/api/score", json={"title": "Odd jobs", "tasks": lines}).json()
    assert [t["risk"] for t in got["tasks"]] == [t.risk for t in engine.score_tasks(lines)]
    shares = [{"task": lines[0], "time_share": 0.9}, {"task": lines[1], "time_share": 0.1}]
    weighted = client.post("/api/score", json={"tasks": shares}).json()
    expected = sum(t["time_share"] * t["risk"] for t in weighted["tasks"])
    assert weighted["risk"] == pytest.approx(expected)
    assert [t["time_share"] for t in weighted["tasks"]] == pytest.approx([0.9, 0.1])
    page = client.post("/score", data={"text": "\n".join(lines), "step": "score"})
    assert page.headers["cache-control"] == "no-store"
    assert f'id="risk">{100 * got["risk"]:.0f} %' in page.text


def test_what_if_agrees_with_the_engine(client: TestClient, engine: RiskEngine) -> None:
    scored = engine.score_occupation(ART)
    shares = {scored.tasks[0].task: 0.5}
    got = client.post(f"/api/occupations/{ART}/what-if", json={"time_shares": shares}).json()
    expected = scored.what_if(shares).after
    assert (got["risk"], tuple(got["risk_interval"])) == (expected.risk, expected.risk_interval)
    wrong = client.post(f"/api/occupations/{ART}/what-if", json={"time_shares": {"Fly.": 0.5}})
    assert wrong.status_code == 422
    assert "is no task of this occupation" in wrong.json()["detail"]


def test_a_job_advertisement_becomes_tasks() -> None:
    split = split_job(
        "Registrar\n\nAbout us:\nWe run a museum of clocks. Visitors come from far.\n\n"
        "Responsibilities\n- You will keep records of loans and returns.\n"
        "2) Write condition reports for new objects.\n• keep records of loans and returns\n"
        "You will be responsible for insuring valuable objects. Train volunteers in handling.\n\n"
        "Requirements:\n- A degree in history is expected.\n"
    )
    assert split.tasks == (
        "Keep records of loans and returns.",
        "Write condition reports for new objects.",
        "Insuring valuable objects.",
        "Train volunteers in handling.",
    )
    assert "A degree in history is expected." in split.left_out
    assert "We run a museum of clocks." in split.left_out
    assert split_job("\n \n 12. \n").tasks == ()


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/occupations/nurse", 422, "is not valid"),
        ("/occupations/55-1011", 404, "is not among"),
        (f"/occupations/{ART}?run=99", 404, "no complete run 99"),
        (f"/occupations/{ART}?run=abc", 422, "run"),
        (f"/occupations/{ART}?zones=9", 422, "zones"),
        ("/groups/99", 404, "major group"),
        ("/compare?soc=29-1129.01&soc=29-1129.01", 422, "expected 2 to 5"),
        ("/nothing", 404, "no such page"),
        ("/occupations/%3Cscript%3Ealert(1)%3C%2Fscript%3E", 404, "no such page"),
        ("/occupations/%3Cscript%3E", 422, "&lt;script&gt;"),
        ("/static/../site.py", 404, ""),
        (f"/?q={'x' * 201}", 422, "at most 200"),
        ("/occupations/%00", 422, r"\x00"),
        ("/occupations/%1B%5B31m", 422, r"\x1b[31m"),
        ("/compare?soc=nurse&soc=29-1129.01", 422, "is not valid"),
        ("/compare?soc=55-1011", 404, "is not among"),
        ("/compare?" + "&".join(["soc=29-1129.01"] * 11), 422, "at most 10"),
        ("/wages/9", 404, "no such page"),
    ],
)
def test_a_bad_address_is_answered_on_a_page(
    client: TestClient, path: str, status: int, said: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert said in answer.text
    assert "<h1>" in answer.text
    assert "<script>" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "said"),
    [
        ("GET", "/api/occupations/nurse", None, 422, "is not valid"),
        ("GET", "/api/occupations/55-1011", None, 404, "is not among"),
        ("GET", "/api/occupations?page=0", None, 422, "greater than or equal to 1"),
        ("GET", "/api/occupations?sort=wealth", None, 422, "sort"),
        ("GET", "/api/compare?soc=29-1129.01", None, 422, "at least 2"),
        ("GET", "/api/runs/77/changes", None, 404, "no complete run 77"),
        ("GET", "/api/nothing", None, 404, "no such page"),
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
def test_a_bad_request_to_the_api_is_a_problem(
    client: TestClient, method: str, path: str, body: str | None, status: int, said: str
) -> None:
    answer = client.request(
        method, path, content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert said in problem["detail"]


def test_what_is_pasted_is_shown_as_text(client: TestClient) -> None:
    hostile = "Write <script>alert(1)</script> reports\x07 for \x1b[31m the \"board\" & 'us'."
    for step in ("preview", "score"):
        page = client.post("/score", data={"title": hostile, "text": hostile, "step": step})
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", page.text)
    assert client.post("/score", data={"text": "?!"}).status_code == 422
    assert client.post("/score", data={"text": "x" * 1_000_000}).status_code == 413


def test_nothing_pasted_is_stored_or_logged(
    client: TestClient, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "Guard the zanzibarine vault of the treasury."
    assert client.post("/api/score", json={"tasks": [secret]}).status_code == 200
    assert client.post("/score", data={"text": secret, "step": "score"}).status_code == 200
    folder = Path(site.store.url.removeprefix("sqlite:///")).parent
    for path in folder.iterdir():
        assert b"zanzibarine" not in path.read_bytes()
    assert "zanzibarine" not in caplog.text


def test_a_fault_of_ours_shows_no_trace(
    client: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret of the machine")

    monkeypatch.setattr(site, "occupation", broken)
    for path, kind in (("", "text/html"), ("/api", "application/problem+json")):
        answer = client.get(f"{path}/occupations/{ART}?fault=1")
        assert answer.status_code == 500
        assert kind in answer.headers["content-type"]
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text


def test_a_store_that_vanishes_is_a_503(
    engine: RiskEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'scores.sqlite'}")
    monkeypatch.setattr("engine.web.content.site._SECONDS_BETWEEN_LOOKS", -1.0)
    with TestClient(create_app(lambda: Site(engine, store))) as client:
        assert client.get("/").status_code == 200
        store.close()
        for path in tmp_path.iterdir():
            path.unlink()
        answer = client.get(f"/api/occupations/{ART}")
        assert answer.status_code == 503
        assert "expected a database that is there" in answer.json()["detail"]


@pytest.mark.parametrize("typed", ["art therapist", "art terapist", "Art Therapsts", "29-1129"])
def test_search_forgives_typos(engine: RiskEngine, typed: str) -> None:
    assert TitleSearch(engine.corpus).find(typed)[0] == ART


def test_search_of_nothing_and_of_nonsense(engine: RiskEngine) -> None:
    search = TitleSearch(engine.corpus)
    assert search.find("  ") == search.find("xqzwv kjhgq") == []


def test_charts_place_values_where_they_belong() -> None:
    half = charts.gauge(0.5, 0.25, 1.0)
    assert half.needle == (100.0, 34.0)
    assert half.interval.endswith("180.0 100.0")
    bar = charts.stacked_bar([("a", 0.75), ("b", 0.25)])
    assert [(part.x, part.width) for part in bar] == [(0.0, 75.0), (75.0, 25.0)]
    rows = [
        {"soc_code": "11-1011.00", "title": "A", "risk": 1.0, "ai_capability": 0.0},
        {"soc_code": "13-1011.00", "title": "B", "risk": 0.0, "ai_capability": 1.0},
    ]
    drawn = charts.scatter(rows)
    assert [(point.x, point.y) for point in drawn.points] == [(630.0, 350.0), (50.0, 10.0)]
    paid = [row | {"median_wage": wage} for row, wage in zip(rows, (75_000, None), strict=True)]
    by_wage = charts.scatter([row | {"employment": 9} for row in paid], "median_wage")
    assert [tick for _, tick in by_wage.y_ticks] == ["$70k", "$100k"]
    place = 350 - 340 * math.log(75 / 70) / math.log(100 / 70)
    assert [(point.y, point.radius) for point in by_wage.points] == [(round(place, 1), 16.0)]
    assert by_wage.left_out == 1
    wide = charts.scatter([rows[0] | {"median_wage": pay} for pay in (30_000, 560_000)],
                          "median_wage")  # fmt: skip
    assert [tick for _, tick in wide.y_ticks][::8] == ["$30k", "$700k"]
    assert wide.points[0].y == 350.0


def test_the_calibration_plot_has_the_numbers_of_the_figure_that_ships() -> None:
    figure = '<circle cx="50.0" cy="350.0" r="4"/><circle cx="200.0" cy="275.0" r="4"/>'
    assert charts.reliability(figure).values == [(0.0, 0.0), (0.5, 0.25)]
    shipped = (resources.shipped("models") / "reliability.svg").read_text("utf-8")
    values = charts.reliability(shipped).values
    assert len(values) == 10
    assert values == sorted(values)
    assert all(abs(predicted - rated) < 0.1 for predicted, rated in values)


def test_downloads_are_the_stored_numbers(client: TestClient, site: Site) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(f"/occupations/{ART}.csv").text)))
    tasks = site.occupation(ART)["tasks"]
    assert [float(row["risk"]) for row in rows] == [task["risk"] for task in tasks]
    record = site.occupation(ART)
    whole = client.get(f"/occupations/{ART}.json").json()
    assert whole == record | {"similar": site.similar(record)}
    every = list(csv.DictReader(io.StringIO(client.get("/data/occupations.csv").text)))
    assert len(every) == len(site.overview())


def test_every_link_of_an_export_resolves(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    count = export(site, folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert count == len(files)
    pages = [path for path in files if path.suffix == ".html"]
    assert len(pages) == len(site.overview()) + len(site.groups(site.overview())) + 5
    for page in pages:
        html = page.read_text("utf-8")
        assert html.count(WHAT_RISK_IS) == 1
        for link in _Links(html).found:
            plain = urldefrag(link).url
            if plain and "://" not in plain:
                assert not plain.startswith("/")
                target = (page.parent / plain).resolve()
                assert target.is_file(), (page, link)
    assert export(site, folder) == count
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(ValueError, match="is not an export"):
        export(site, tmp_path / "mine")
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"
