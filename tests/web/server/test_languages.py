"""The language of pages: chosen by address or header, complete, cached apart."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from engine.display.wording import Wording
from engine.web.content.site import Site
from engine.web.pages import languages
from engine.web.pages.languages import LANGUAGES, visit, wording_of
from engine.web.pages.links import ServerLinks
from engine.web.server.app import create_app
from engine.web.server.languages import Languages, preferred
from tests.web.conftest import ART, ART_BEFORE_2019, CHIEF

PAGES = (
    *("", "?q=art", "?q=zzzz", "groups/29", f"occupations/{ART}", f"occupations/{ART}?run=1"),
    f"occupations/{ART}?filtered=1&zones=any&wage=any",
    *("explore", "explore/capability?group=29&sort=risk&q=a", "ranking", "ranking?group=29"),
    *("compare", f"compare?soc={ART}", f"compare?soc={ART}&soc={CHIEF}", f"compare?soc={ART}&q=a"),
    *("score", "workforce", "numbers", "quality", "methodology", "data", "api"),
    *(f"embed/{ART}", "nowhere", "occupations/29-1129.99", "explore?page=x"),
)
TASKS = ("Write the newsletter.", "Set up chairs.")
FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("score", {"text": "\n".join(TASKS), "title": "Xyz", "step": "preview"}),
    ("score", {"text": "\n".join(TASKS), "title": "Xyz", "step": "score"}),
    ("score", {"text": TASKS[0], "step": "compare", "with": ART}),
    ("score", {"text": "", "step": "lines"}),
    ("score", {"text": "", "step": "preview"}),
    ("workforce", {"text": f"Title,Dept,HC,SOC\nXyz,Xyz,9,{ART}\nXyz,Xyz,9,{CHIEF}\nXyz,Xyz,2,\n"}),
    ("workforce", {"text": ""}),
    (f"occupations/{ART}", {f"share-{row}": "5" for row in range(16)}),
)
TYPED = (*TASKS, "Xyz", "zzzz", "SOC", "JSON", "CSV")
"""What the tests type and names of standards, which no page translates."""


# Negotiation -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-CH", "de"),
        ("FR-ca", "fr"),
        ("es-419,es;q=0.9", "es"),
        ("fr;q=0.3, de;q=0.8, en;q=0.5", "de"),
        ("pl, fr;q=0.2", "fr"),
        ("pl, ru;q=0.9", "en"),
        ("*", "en"),
        ("pl, *;q=0.5", "en"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("de;q=0", "en"),
        ("de;q=x, fr;q=nan, es;q=0.1", "es"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        (",;=,de", "de"),
    ],
)
def test_a_reader_gets_the_language_they_prefer(header: str, code: str) -> None:
    assert preferred(header) == code


def test_the_address_decides_before_the_header(client: TestClient) -> None:
    german = {"accept-language": "de"}
    assert '<html lang="de">' in client.get("/data", headers=german).text
    assert '<html lang="fr">' in client.get("/fr/data", headers=german).text
    assert '<html lang="en">' in client.get("/en/data", headers=german).text
    assert '<html lang="en">' in client.get("/data").text


def test_languages_are_cached_apart(client: TestClient) -> None:
    answers = {code: client.get("/data", headers={"accept-language": code}) for code in LANGUAGES}
    assert len({answer.headers["etag"] for answer in answers.values()}) == len(LANGUAGES)
    for code, answer in answers.items():
        assert answer.headers["content-language"] == code
        assert {"accept-language", "accept-encoding"} <= set(
            answer.headers["vary"].lower().replace(" ", "").split(",")
        )
        again = client.get(
            "/data", headers={"accept-language": code, "if-none-match": answer.headers["etag"]}
        )
        assert again.status_code == 304
        assert "accept-language" in again.headers["vary"].lower()
        other = client.get(f"/{code}/data")
        assert "accept-language" not in other.headers["vary"].lower()
        assert f'lang="{code}"' in other.text
    stale = {"accept-language": "de", "if-none-match": answers["en"].headers["etag"]}
    assert client.get("/data", headers=stale).status_code == 200


def test_a_cached_page_shows_nothing_of_the_address_that_another_visitor_typed(
    client: TestClient,
) -> None:
    first = client.get(f"/de/compare?soc={ART}&typed=words&soc={CHIEF}")
    again = client.get(f"/de/compare?soc={ART}&soc={CHIEF}")
    assert "words" not in first.text
    assert f'<a href="/fr/compare?soc={ART}&amp;soc={CHIEF}" hreflang="fr"' in first.text
    assert again.headers["etag"] == first.headers["etag"]
    client.get("/data?typed=words")
    assert '<a href="/fr/data" hreflang="fr"' in client.get("/data").text


def test_what_is_scored_for_a_visitor_is_in_their_language(client: TestClient) -> None:
    for path, form in FORMS:
        answer = client.post(f"/de/{path}", data=form)
        assert '<html lang="de">' in answer.text, path
        assert answer.headers["content-language"] == "de"
    invalid = {f"share-{row}": "2000000" for row in range(16)}
    page = client.post(f"/de/occupations/{ART}", data=invalid)
    assert page.status_code == 422
    assert "Zahlen von 0 bis 1.000.000" in page.text


def test_pages_with_a_language_in_the_address_keep_it(client: TestClient) -> None:
    for path in PAGES:
        page = client.get(f"/de/{path}").text
        body = re.sub(r'<nav class="languages".*?</nav>', "", page, flags=re.S)
        body = body[body.index("<body") :]
        for address in re.findall(r'(?:href|action|data-points|data-pick)="(/[^"]*)"', body):
            neutral = re.match(r"/(static|og)/|/api/|.*\.csv$|/occupations/[^/]*\.json$", address)
            assert neutral or address.startswith("/de/"), (path, address)


def test_addresses_of_other_versions(client: TestClient) -> None:
    page = client.get("/fr/compare?soc=29-1129.01").text
    assert f'<a href="/de/compare?soc={ART}" hreflang="de" lang="de"' in page
    assert '<link rel="canonical" href="/fr/compare">' in client.get("/fr/data").text.replace(
        "/fr/data", "/fr/compare"
    )
    alternates = dict(
        re.findall(r'rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', client.get("/data").text)
    )
    assert alternates == {
        "en": "/data",
        "de": "/de/data",
        "fr": "/fr/data",
        "es": "/es/data",
        "x-default": "/data",
    }
    negotiated = client.get("/data", headers={"accept-language": "de"}).text
    assert '<link rel="canonical" href="/de/data">' in negotiated
    assert '<link rel="canonical" href="/data">' in client.get("/en/data").text


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/de", "/de/"),
        ("/de?q=art", "/de/?q=art"),
        (f"/de/occupations/{ART}.csv", f"/occupations/{ART}.csv"),
        ("/fr/static/site.css?v=1", "/static/site.css?v=1"),
        ("/es/api/runs", "/api/runs"),
        ("/de//evil.example/a.csv", "/evil.example/a.csv"),
    ],
)
def test_addresses_without_a_language_of_their_own(
    client: TestClient, path: str, target: str
) -> None:
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["location"] == target
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_redirects_keep_the_language(client: TestClient) -> None:
    for path, target in (
        (f"/de/occupations/{ART_BEFORE_2019}", f"/de/occupations/{ART}"),
        ("/de/occupations/nurse", "/de/?q=nurse"),
    ):
        assert client.get(path, follow_redirects=False).headers["location"] == target


@pytest.mark.parametrize("path", ["/de/data", "/risk/de/data"])
def test_a_proxy_may_keep_or_remove_the_path_of_the_site(path: str) -> None:
    """As ASGI servers do: ``root_path`` is in the scope, and the path may begin with it."""
    seen: list[tuple[str, str, str]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append((scope["path"], visit().prefix, ServerLinks("/risk")("ranking")))
        await Response("")(scope, receive, send)

    client = TestClient(Languages(app), root_path="/risk")
    client.get(path)
    inner = path.replace("/de", "")
    assert seen == [(inner, "de/", "/risk/de/ranking")]


def test_the_api_and_downloads_are_in_english(client: TestClient) -> None:
    german = {"accept-language": "de"}
    for path in (f"/api/occupations/{ART}/similar", f"/occupations/{ART}.json", "/api/nowhere"):
        plain, asked = client.get(path), client.get(path, headers=german)
        assert asked.content == plain.content
        assert "content-language" not in asked.headers
    job = {"text": "\n".join(TASKS), "step": "json"}
    plain, asked = client.post("/score", data=job), client.post("/de/score", data=job)
    assert asked.json()["similar"] == plain.json()["similar"]


# Complete ----------------------------------------------------------------------------------------


class _Bracketed(Wording):
    """A language that puts every message into brackets, and so shows text that is no message."""

    code = "de"

    def message(self, text: str) -> str:
        return f"⟦{text}⟧"

    def plural(self, one: str, many: str, number: float) -> str:
        return f"⟦{one if number == 1 else many}⟧"

    def date(self, year: int, month: int | None = None, day: int | None = None) -> str:
        return f"{year}"

    def dollars(self, amount: float) -> str:
        return f"{amount:.0f}"


class _Unmarked(HTMLParser):
    """Text with letters outside of messages and of elements in English."""

    shown = ("aria-label", "aria-valuetext", "data-label", "placeholder", "alt", "title")
    empty = ("meta", "link", "input", "br", "rect", "circle", "line", "path")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._depth = 0

    @property
    def _in_english(self) -> bool:
        return any(english for _, english in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in self.empty:
            skipped = tag in ("script", "title", "textarea", "code")
            own_name = "hreflang" in given
            self._open.append((tag, given.get("lang") == "en" or skipped or own_name))
        if not self._in_english:
            for name in self.shown:
                self._check(given.get(name) or "", f"{tag} {name}")
            if given.get("name") == "description":
                self._check(given.get("content") or "", "description")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.empty:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag not in self.empty:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._in_english:
            self._depth += data.count("⟦") - data.count("⟧")
        else:
            self._check(data, "text")

    def _check(self, text: str, where: str) -> None:
        outside = []
        depth = self._depth
        for character in text:
            depth += (character == "⟦") - (character == "⟧")
            outside.append(character if depth == 0 and character != "⟧" else " ")
        if where == "text":
            self._depth = depth
        rest = "".join(outside)
        for typed in TYPED:
            rest = rest.replace(typed, "")
        if re.search(r"[^\W\d_]{2}", rest):
            self.found.append(f"{where}: {rest.strip()[:80]}")


@pytest.fixture
def _bracketed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "wording_of", lambda code: _Bracketed())


def _unmarked(page: str) -> list[str]:
    parser = _Unmarked()
    parser.feed(page)
    return parser.found


@pytest.mark.slow
@pytest.mark.usefixtures("_bracketed")
def test_every_word_is_a_message_or_marked_as_english(site: Site, described: Site) -> None:
    faults = []
    for of in (site, described):
        with TestClient(create_app(lambda of=of: of), raise_server_exceptions=False) as client:
            answers = [(path, client.get(f"/de/{path}")) for path in PAGES]
            if of is site:
                answers += [(path, client.post(f"/de/{path}", data=form)) for path, form in FORMS]
            for path, answer in answers:
                assert answer.headers["content-type"].startswith("text/html"), path
                faults += [f"{path}: {fault}" for fault in _unmarked(answer.text)]
    assert not faults, "\n".join(dict.fromkeys(faults))


def test_unmarked_words_are_found() -> None:
    assert _unmarked("<p>⟦In <b>a</b> message⟧ 12% <i lang=en>data</i></p>") == []
    assert _unmarked("<p>⟦In a message⟧ outside</p>") == ["text: outside"]
    assert _unmarked('<p aria-label="label">⟦x⟧</p>') == ["p aria-label: label"]


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_every_language_shows_every_page(client: TestClient, code: str) -> None:
    english = client.get(f"/occupations/{ART}").text
    for path in PAGES:
        answer = client.get(f"/{code}/{path}")
        assert answer.status_code == client.get(f"/{path}").status_code, path
        assert f'<html lang="{code}">' in answer.text
        assert "%(" not in answer.text
        assert "%%" not in answer.text
    page = client.get(f"/{code}/occupations/{ART}").text
    assert wording_of(code).message("Explore other career paths") in page
    assert "Explore other career paths" in english
    assert "Explore other career paths" not in page
