"""Addresses and files that would lead out of the site, and pages that many clients request."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import Corpus
from engine.errors import CorpusError
from engine.web.content.site import Site
from engine.web.pages import views
from engine.web.pages.rendering import STATIC
from engine.web.server.app import create_app
from tests.web.serving import request, served

TRAVERSALS = [
    "/static/../site.py",
    "/static/%2e%2e/site.py",
    "/static/..%2fsite.py",
    "/static/..%5csite.py",
    "/static//etc/passwd",
    "/static/%00",
    "/static/",
    "/occupations/..%2f..%2fetc%2fpasswd.csv",
    "/occupations/%2e%2e/%2e%2e/etc/passwd.json",
    "/occupations/..\\..\\x.csv",
    "/data/../../etc/passwd",
    "/groups/..%2f..",
    "/methodology/../../../etc/passwd",
    "//etc/passwd",
    "/occupations/29-1129.01%0d%0aset-cookie:%20a=b.csv",
    f"/occupations/{'9' * 5000}.csv",
]


def test_no_address_leads_out_of_the_site(site: Site) -> None:
    style_sheet = (STATIC / "site.css").read_bytes()
    with served(create_app(lambda: site)) as port:
        for path in TRAVERSALS:
            head = f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            answer = request(port, head.encode())
            assert answer.split(b" ")[1] in (b"400", b"404", b"422"), path
            assert b"root:" not in answer
            assert b"import annotations" not in answer
            assert b"set-cookie" not in answer.split(b"\r\n\r\n")[0].lower()
        head = "GET /static/site.css HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        assert request(port, head.encode()).endswith(style_sheet)


@pytest.mark.parametrize("code", ["../../../evil", "/tmp/evil", "29-1141.00/../../evil", "..", ""])
def test_no_corpus_leads_an_export_out_of_its_folder(small: Corpus, code: str) -> None:
    """SOC codes name files, so a corpus with any other text as a code is rejected."""
    files = {f"x {name}": content.decode() for name, content in small.files().items()}
    known = str(small.occupations["soc_code"].iat[0])
    forged = {name: text.replace(known, code) for name, text in files.items()}
    with pytest.raises(CorpusError):
        Corpus.parse("forged", forged)


def test_a_page_that_many_request_at_once_is_rendered_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[int] = []

    def slow(*_: object) -> str:
        rendered.append(1)
        time.sleep(0.3)
        return "the page"

    monkeypatch.setattr(views, "data", slow)
    head = b"GET /data HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with served(create_app(lambda: site)) as port, ThreadPoolExecutor(10) as readers:
        answers = list(readers.map(lambda _: request(port, head), range(10)))
    assert all(answer.endswith(b"the page") for answer in answers)
    assert len(rendered) == 1
