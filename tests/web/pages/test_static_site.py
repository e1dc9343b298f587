from __future__ import annotations

from pathlib import Path
from urllib.parse import urldefrag

import pytest

from engine.errors import InputError
from engine.report.formatting import WHAT_RISK_IS
from engine.web.content.career_filters import choices_passed
from engine.web.content.site import Site
from engine.web.pages.static_site import export
from tests.web.conftest import ART
from tests.web.links import links_of


def test_every_link_of_an_export_resolves(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    count = export(site, folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert count == len(files)
    cards = list((folder / "embed").iterdir())
    assert len(cards) == len(site.overview())
    pages = [path for path in files if path.suffix == ".html" and path not in cards]
    assert len(pages) == len(site.overview()) + len(site.groups(site.overview())) + 12
    for page in (*pages, *cards):
        html = page.read_text("utf-8")
        assert html.count(WHAT_RISK_IS) == (page in pages)
        assert "Numbers of the starter reference" in html
        for link in links_of(html):
            plain = urldefrag(link).url
            if plain and "://" not in plain:
                assert not plain.startswith("/")
                assert (page.parent / plain).resolve().is_file(), (page, link)


def test_an_export_with_a_public_address_has_images_to_share(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    count = export(site, folder)
    assert not (folder / "og").exists()
    assert "canonical" not in (folder / "index.html").read_text("utf-8")
    home = "https://risk.example.org"
    assert export(site, folder, public_url=home) == count + len(site.overview())
    page = (folder / "occupations" / ART / "index.html").read_text("utf-8")
    assert f'property="og:image" content="{home}/og/{ART}.png"' in page
    assert f'rel="canonical" href="{home}/occupations/{ART}/"' in page
    assert (folder / "og" / f"{ART}.png").read_bytes().startswith(b"\x89PNG")


def test_an_export_replaces_an_export_and_nothing_else(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    count = export(site, folder)
    (folder / "left over.html").touch()
    assert export(site, folder) == count
    assert not (folder / "left over.html").exists()
    letter = tmp_path / "mine" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text("dear")
    with pytest.raises(InputError, match="mine is not an export"):
        export(site, letter.parent)
    assert letter.read_text() == "dear"


def test_an_export_stays_in_its_folder(site: Site, tmp_path: Path) -> None:
    export(site, tmp_path / "site")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]
    assert not [path for path in (tmp_path / "site").rglob("*") if path.is_symlink()]


def test_each_match_lists_the_choices_that_it_passes(site: Site, tmp_path: Path) -> None:
    """Scripts compare these lists with the form, so they need no filter of their own."""
    export(site, tmp_path / "site")
    html = (tmp_path / "site" / "occupations" / ART / "index.html").read_text("utf-8")
    for match in site.matches(site.occupation(ART)):
        passed = choices_passed(match)
        item = (
            f'<li data-safer="{"yes" if passed.safer else "no"}" '
            f'data-zones="{" ".join(passed.zones)}" data-wages="{" ".join(passed.wages)}" '
            f'data-outlook="{"yes" if passed.outlook else "no"}">\n'
            f'<h3><a href="../../occupations/{match["soc_code"]}/index.html">'
        )
        assert item in html


def test_a_static_copy_says_that_it_cannot_score(site: Site, tmp_path: Path) -> None:
    export(site, tmp_path / "site")
    html = (tmp_path / "site" / "score" / "index.html").read_text("utf-8")
    assert "This is a static copy, so it cannot score your own job." in html
    assert "<form" not in html
