"""Pages in other languages in a real browser: accessible, and no wider than a phone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.report.formatting import hundredths
from engine.web.content.site import Site
from engine.web.pages import views
from engine.web.pages.exploring import ranking
from engine.web.pages.languages import LANGUAGES, Visit, visiting, wording_of
from engine.web.pages.links import FileLinks
from engine.web.pages.rendering import STATIC
from engine.web.store.documents import document
from tests.web import hand_made
from tests.web.browsing import IN_BROWSER, files_served, new_context
from tests.web.conftest import ART
from tests.web.test_browser import PAGES, SCREENSHOTS, SEND, SENT

pytestmark = IN_BROWSER

TRANSLATED = [code for code in LANGUAGES if code != "en"]
MAIN = ("home", "occupation", "explore", "ranking", "compare", "score", "scored")
"""Pages that are checked in all languages; German, with the longest words, has all of them."""

SHOWN = (*MAIN, "preview", "numbers", "workforce-report")
"""Pages that get a screenshot."""


def _open(page: Any, address: str, code: str, name: str) -> None:
    if name in SENT:
        page.goto(f"{address}/{code}/data")
        action, fields = SENT[name]
        with page.expect_navigation():
            page.evaluate(SEND, [f"/{code}{action}", fields])
    else:
        page.goto(f"{address}/{code}{PAGES[name]}")
    page.wait_for_load_state("networkidle")


def _faults(page: Any, name: str) -> list[str]:
    """What axe finds in both schemes, and whether the page is wider than the screen."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    faults = []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{name} is wider than {width} pixels")
    page.set_viewport_size({"width": 390, "height": 900})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        faults += [
            f"{name}, {scheme}: {fault['id']}: {node['html'][:100]}"
            for fault in Axe().run(page).response["violations"]
            for node in fault["nodes"][:2]
        ]
    return faults


def _keep(page: Any, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("code", TRANSLATED)
def test_translated_pages_are_accessible(browser: Any, address: str, code: str) -> None:
    context = new_context(browser)
    page = context.new_page()
    faults = []
    for name in (*PAGES, *SENT) if code == "de" else MAIN:
        _open(page, address, code, name)
        assert page.locator("html").get_attribute("lang") == code
        if name in SHOWN:
            _keep(page, f"{name}-{code}")
        faults += _faults(page, f"{name} in {code}")
    context.close()
    assert not faults, "\n".join(faults)


def test_every_kind_of_fact_fits_in_german(browser: Any, described: Site, tmp_path: Path) -> None:
    """A page made by hand has barriers, scenarios and notes that the small engine has not."""
    shutil.copytree(STATIC, tmp_path / "static")
    record = document(hand_made.occupation())
    with visiting(Visit("de")):
        html = views.at_shares(FileLinks(""), record, range(len(record["tasks"])))
        ranked = ranking(described, FileLinks("ranking"))
    (tmp_path / "ranking").mkdir()
    (tmp_path / "index.html").write_text(html, encoding="utf-8")
    (tmp_path / "ranking" / "index.html").write_text(ranked, encoding="utf-8")
    context = new_context(browser)
    page = context.new_page()
    faults = []
    with files_served(tmp_path) as address:
        for path in ("index.html", "ranking/index.html"):
            page.goto(f"{address}/{path}")
            _keep(page, f"by-hand-{path.split('/')[0].removesuffix('.html')}-de")
            faults += _faults(page, path)
    context.close()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("code", TRANSLATED)
def test_scripts_speak_the_language_of_the_page(
    page: Any, address: str, site: Site, code: str
) -> None:
    say = wording_of(code)
    record = site.occupation(ART)
    page.goto(f"{address}/{code}/occupations/{ART}")
    boxes = page.locator("table.tasks .share").all()
    for box in boxes:
        box.fill("0")
    boxes[0].fill("50")
    task = record["tasks"][site.task_order(ART)[0]]
    shown = page.locator("#risk").inner_text()
    assert shown == say.percent(hundredths(task["risk"]))
    undo = say.message("Undo changes to Time %%").replace("%%", "%")
    page.get_by_role("button", name=undo).click()
    assert page.locator("#risk").inner_text() == say.percent(hundredths(record["risk"]))

    page.goto(f"{address}/{code}/")
    page.locator("#q").press_sequentially("art therapist")
    page.locator("#found").get_by_role("link", name="Art Therapists").click()
    page.wait_for_url(f"**/{code}/occupations/{ART}")
    page.locator(".languages").get_by_role("link", name="English").click()
    page.wait_for_url(f"**/en/occupations/{ART}")


def test_a_browser_gets_the_language_it_prefers(browser: Any, address: str) -> None:
    context = new_context(browser, locale="fr-CH")
    page = context.new_page()
    page.goto(f"{address}/explore")
    assert page.locator("html").get_attribute("lang") == "fr"
    dot = page.locator("#map circle").first
    dot.scroll_into_view_if_needed()
    page.locator("#map svg").focus()
    page.keyboard.press("End")
    page.locator(".dot a").wait_for()
    assert re.search(r"risque \d+\s%, intervalle", page.locator(".dot").inner_text())
    context.close()
