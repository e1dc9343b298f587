from __future__ import annotations

import pytest

from engine.web.pages.links import FileLinks, ServerLinks
from engine.web.pages.rendering import render


@pytest.mark.parametrize(
    ("root_path", "path", "address"),
    [("", "", "/"), ("", "score", "/score"), ("/risk/", "score", "/risk/score")],
)
def test_links_of_a_server_start_at_its_root_path(root_path: str, path: str, address: str) -> None:
    assert ServerLinks(root_path)(path) == address


@pytest.mark.parametrize(
    ("page", "path", "address"),
    [
        ("", "", "index.html"),
        ("", "score", "score/index.html"),
        ("score", "", "../index.html"),
        ("occupations/29-1141.00", "score#q", "../../score/index.html#q"),
        ("occupations/29-1141.00", "static/site.css", "../../static/site.css"),
        ("explore", "#chart", "../index.html#chart"),
        ("embed/29-1141.00.html", "static/embed.css", "../static/embed.css"),
    ],
)  # fmt: skip
def test_links_between_files_are_relative(page: str, path: str, address: str) -> None:
    assert FileLinks(page)(path) == address


def test_public_addresses_are_absolute_where_the_site_knows_its_own() -> None:
    home = "https://risk.example.org/a"
    for links, page in (
        (ServerLinks("/a", f"{home}/"), "data"),
        (FileLinks("occupations/29-1141.00", home), "data/"),
    ):
        assert links.public("") == f"{home}/"
        assert links.public("data") == f"{home}/{page}"
        assert links.public("og/29-1141.00.png") == f"{home}/og/29-1141.00.png"
    assert ServerLinks("/a").public("data") is FileLinks("").public("data") is None


def test_control_characters_become_pictures() -> None:
    values = {"status": 422, "title": "a\x1b[31m", "detail": "b\x00\tc\nd"}
    html = render("error.html", ServerLinks(), reference=None, **values)
    assert "a␛[31m" in html
    assert "b␀\tc\nd" in html


def test_every_page_names_its_reference_where_one_is_known() -> None:
    values = {"status": 404, "title": "Not Found", "detail": "no"}
    named = render("error.html", ServerLinks(), reference="starter", **values)
    assert "Numbers of the starter reference; another reference gives other numbers." in named
    assert "reference" not in render("error.html", ServerLinks(), reference=None, **values)
