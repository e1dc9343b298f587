"""A reader's way through the site in a real browser: Debian's Chromium, by Playwright."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from engine.web.app import create_app
from engine.web.export import export
from engine.web.site import Site
from tests.conftest import ROOT

from .conftest import ART

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SCREENSHOTS = ROOT / "reports" / "screenshots"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
    # Playwright closes its event loop and sockets when the interpreter ends.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

PAGES = {
    "home": "/",
    "group": "/groups/29",
    "occupation": f"/occupations/{ART}",
    "compare": "/compare?soc=29-1129.01&soc={other}",
    "score": "/score",
    "methodology": "/methodology",
    "data": "/data",
    "api": "/api",
    "error": "/nothing",
}


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    import uvicorn

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(lambda: site), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture(scope="module")
def exported(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The export, served from a sub-path by a server that knows nothing but files."""
    folder = tmp_path_factory.mktemp("www")
    export(site, folder / "below" / "here")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/below/here"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    arguments = ["--disable-background-networking", "--disable-component-update"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page whose every complaint in the console fails the test."""
    context = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def _risk(page: Any) -> int:
    return int(page.locator("#risk").inner_text().removesuffix(" %"))


def test_a_readers_way(page: Any, address: str, site: Site) -> None:
    page.goto(f"{address}/")
    page.get_by_label("Find an occupation").press_sequentially("art terapist")
    page.locator("#found").get_by_role("link", name="Art Therapists").click()
    page.wait_for_url(f"**/occupations/{ART}")
    record = site.occupation(ART)
    assert _risk(page) == round(100 * record["risk"])

    page.get_by_role("button", name="Risk Score").click()
    riskiest = max(record["tasks"], key=lambda task: task["risk"])
    first = page.locator("table.tasks tbody tr").first
    assert first.locator("summary").inner_text().strip().startswith(riskiest["task"])
    assert page.locator("th[aria-sort=descending]").inner_text() == "Risk Score"

    first.locator("summary").focus()
    page.keyboard.press("Enter")
    evidence = first.locator(".evidence")
    assert evidence.is_visible()
    assert riskiest["neighbours"][0]["text"] in evidence.inner_text()

    page.get_by_label("Filter").fill(riskiest["task"][:30])
    assert page.locator("table.tasks tbody tr:visible").count() == 1
    page.get_by_label("Filter").fill("")

    page.get_by_role("button", name="Change Time %").click()
    for box in page.locator("table.tasks .time input").all():
        box.fill("0")
    first.locator(".time input").fill("100")
    assert _risk(page) == round(100 * riskiest["risk"])
    page.get_by_text("; interval ").wait_for()
    page.get_by_role("button", name="Undo changes of Time %").click()
    assert _risk(page) == round(100 * record["risk"])

    page.get_by_label("Lower risk only").uncheck()
    page.get_by_label("Job Zone").select_option("any")
    page.get_by_role("button", name="Apply").click()
    match = site.similar(record)[0]
    page.get_by_role("link", name=f"Compare with {match['title']}").click()
    shown = page.locator("table.comparison").inner_text()
    assert match["title"] in shown
    assert "Art Therapists" in shown

    page.get_by_role("link", name="Score a job").click()
    page.get_by_label("Title of the job").fill("Club secretary")
    page.get_by_label("Text").fill("About us:\nWe are old.\n\nDuties:\n- Write the newsletter.\n"
                                   "- Set up chairs and tables.")  # fmt: skip
    page.get_by_role("button", name="Find the tasks").click()
    tasks = page.get_by_label("Tasks, one a line")
    assert tasks.input_value().splitlines() == [
        "Write the newsletter.",
        "Set up chairs and tables.",
    ]
    tasks.fill(tasks.input_value() + "\nAnswer letters from members.")
    page.get_by_role("button", name="Score these tasks").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Club secretary"
    assert page.locator("table.tasks tbody tr").count() == 3

    page.goto(f"{address}/occupations/{ART}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the tasks as CSV").click()
    content = Path(download.value.path()).read_text("utf-8")
    assert len(content.splitlines()) == len(record["tasks"]) + 1


def test_the_export_works_without_a_server_of_ours(page: Any, exported: str, site: Site) -> None:
    page.goto(f"{exported}/index.html")
    page.get_by_label("Find an occupation").press_sequentially("art terapist")
    page.locator("#found").get_by_role("link", name="Art Therapists").click()
    record = site.occupation(ART)
    assert _risk(page) == round(100 * record["risk"])
    safer = site.similar(record, safer_only=True, max_job_zone_gap=1)
    assert page.locator(".matches li:visible").count() == len(safer)
    page.get_by_label("Lower risk only").uncheck()
    page.get_by_label("Job Zone").select_option("any")
    assert page.locator(".matches li:visible").count() == len(site.similar(record))


def test_no_axe_violations_and_nothing_beside_the_page(
    browser: Any, address: str, site: Site
) -> None:
    """Every kind of page, light and dark, at phone and desktop width; with screenshots."""
    from axe_playwright_python.sync_playwright import Axe

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    other = site.similar(site.occupation(ART))[0]["soc_code"]
    faults = []
    for scheme in ("light", "dark"):
        for name, path in PAGES.items():
            context = browser.new_context(color_scheme=scheme)
            page = context.new_page()
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            for width in (390, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(address + path.format(other=other))
                page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    faults.append(f"{name} is wider than {width} pixels")
                page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
                found = Axe().run(page).response["violations"]
                faults += [
                    f"{name}, {scheme}, {width}: {fault['id']}: {node['html'][:100]}"
                    for fault in found
                    for node in fault["nodes"][:2]
                ]
            faults += [f"{name} asks {url}" for url in asked if not url.startswith(address)]
            context.close()
    assert faults == []


def test_pages_are_useful_without_javascript(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/")
    page.get_by_label("Find an occupation").fill("art terapist")
    page.get_by_role("button", name="Search").click()
    page.locator("#found").get_by_role("link", name="Art Therapists").click()
    page.locator("table.tasks summary").first.click()
    assert page.locator(".evidence").first.is_visible()
    context.close()
