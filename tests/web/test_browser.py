"""The site in a real browser: Chromium, driven by Playwright."""

from __future__ import annotations

import itertools
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine import Corpus, Occupation, RiskEngine
from engine.records.inputs import UNTITLED
from engine.report.formatting import hundredths, percent
from engine.web.content.career_filters import ZONE_CHOICES, CareerChoices, passing
from engine.web.content.site import Site
from tests.conftest import ROOT
from tests.web.browsing import IN_BROWSER, assert_shown, files_served, new_context, type_time
from tests.web.conftest import ART, CHIEF

SCREENSHOTS = ROOT / "reports" / "screenshots"

pytestmark = IN_BROWSER

PAGES = {
    "home": "/",
    "search": "/?q=art",
    "group": "/groups/29",
    "occupation": f"/occupations/{ART}",
    "pinned": f"/occupations/{ART}?run=1",
    "explore": "/explore",
    "explore-filtered": "/explore/pay?group=29&sort=risk",
    "ranking": "/ranking",
    "compare": f"/compare?soc={ART}&soc={CHIEF}",
    "compare-pick": f"/compare?soc={ART}&q=nurse",
    "score": "/score",
    "workforce": "/workforce",
    "numbers": "/numbers",
    "quality": "/quality",
    "methodology": "/methodology",
    "data": "/data",
    "api": "/api",
    "error": "/occupations/29-1129.99",
    "card": f"/embed/{ART}",
}
SENT = {
    "preview": ("/score", {"text": "Write the newsletter.", "step": "preview"}),
    "scored": ("/score", {"text": "Write the newsletter.\nSet up chairs.", "step": "score"}),
    "workforce-report": (
        "/workforce",
        {"text": f"Title,Dept,HC,SOC\nA,X,9,{ART}\nB,Y,9,{CHIEF}\n"},
    ),
    "reshared": (f"/occupations/{ART}", {f"share-{row}": "5" for row in range(16)}),
}
"""Pages that answer a form."""

EXPORTED = {
    "exported-home": "/index.html",
    "exported-explore": "/explore/index.html",
    "exported-ranking": "/ranking/index.html",
    "exported-occupation": f"/occupations/{ART}/index.html",
    "exported-compare": f"/compare/index.html#soc={ART}&soc={CHIEF}",
    "exported-score": "/score/index.html",
}
MAIN = (
    *("home", "occupation", "compare", "score", "scored", "numbers", "quality", "methodology"),
    *("workforce", "workforce-report", "explore", "explore-filtered", "by-hand-ranking"),
    *("exported-compare", "by-hand"),
)
"""Pages that get a screenshot."""

BY_HAND = {"by-hand": "/index.html", "by-hand-ranking": "/ranking/index.html"}
"""Pages of occupations that were made by hand."""

BROKEN = """(() => {
  const broken = new Set(), range = document.createRange();
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = nodes.nextNode());) {
    if (!node.parentElement.checkVisibility() || node.parentElement.closest("code")) continue;
    for (const word of node.data.matchAll(/[A-Za-z]{2,20}/g)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((part) => Math.round(part.top)));
      if (lines.size > 1) broken.add(word[0]);
    }
  }
  return [...broken];
})()"""
"""Words, but for names in code, that start on one line and end on another."""

MOST_BYTES, MOST_BYTES_OF_FILES = 60_000, 140_000
"""Of a first visit to a page: from the server, and from one that does not compress files."""

# Layout shift as Lighthouse defines it: the sum over the life of a page, measured by the browser.
COUNT_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
SEND = """
([action, fields]) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action });
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("textarea"), { name, value }));
  }
  document.body.append(form);
  form.submit();
}
"""
BYTES = """
performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource"))
  .reduce((sum, entry) => sum + entry.transferSize, 0)
"""


def _open(page: Any, address: str, name: str) -> None:
    """Open a page of any kind."""
    if name in SENT:
        page.goto(f"{address}/data")
        with page.expect_navigation():
            page.evaluate(SEND, list(SENT[name]))
    else:
        page.goto(address + (PAGES | EXPORTED | BY_HAND)[name])
    page.wait_for_load_state("networkidle")


def _risk(page: Any) -> int:
    return int(page.locator("#risk").inner_text().removesuffix("%"))


def test_a_visit_from_search_to_download(page: Any, address: str, site: Site) -> None:
    page.goto(f"{address}/")
    page.get_by_label("Find an occupation").press_sequentially("art terapist")
    page.locator("#found").get_by_role("link", name="Art Therapists").click()
    page.wait_for_url(f"**/occupations/{ART}")
    record = site.occupation(ART)
    assert _risk(page) == hundredths(record["risk"])

    page.get_by_role("button", name="Risk Score").click()
    riskiest = max(record["tasks"], key=lambda task: task["risk"])
    first = page.locator("table.tasks > tbody").first
    assert first.locator("summary").inner_text().strip().startswith(riskiest["task"])
    assert page.locator("th[aria-sort=descending]").inner_text() == "Risk Score"

    first.locator("summary").focus()
    page.keyboard.press("Enter")
    evidence = first.locator(".evidence")
    assert evidence.is_visible()
    assert riskiest["neighbours"][0]["text"] in evidence.inner_text()

    page.get_by_label("Filter").fill(riskiest["task"][:30])
    assert page.locator("table.tasks > tbody:visible").count() == 1
    page.get_by_label("Filter").fill("")

    for box in page.locator("table.tasks .share").all():
        box.fill("0")
    first.locator(".share").fill("100")
    assert _risk(page) == hundredths(riskiest["risk"])
    page.get_by_role("button", name="Undo changes to Time %").click()
    assert _risk(page) == hundredths(record["risk"])

    page.get_by_label("Clearly lower risk").uncheck()
    page.get_by_label("Job Zone").select_option("any")
    page.get_by_role("button", name="Apply").click()
    choices = CareerChoices(safer_only=False, zones="any")
    match = passing(site.matches(record), choices.filters)[0]
    page.get_by_role("link", name=f"Compare with {match['title']}").click()
    shown = page.locator("table.spans").inner_text()
    assert match["title"] in shown
    assert "Art Therapists" in shown
    page.get_by_label("Add an occupation").press_sequentially("chief executiv")
    page.locator("#found").get_by_role("link", name="Chief Executives").click()
    page.wait_for_url(f"**&soc={CHIEF}")
    assert page.locator("table.spans tbody tr").count() == 3

    page.get_by_role("link", name="Score a job").click()
    page.get_by_label("Job title").fill("Club secretary")
    page.get_by_label("Text").fill("About us:\nWe are old.\n\nDuties:\n- Write the newsletter.\n"
                                   "- Set up chairs and tables.")  # fmt: skip
    page.get_by_role("button", name="Find the tasks").click()
    checked = page.locator(".lines li:has(input:checked) label")
    assert checked.all_inner_texts() == ["Write the newsletter.", "Set up chairs and tables."]
    page.get_by_label("We are old.").first.check()
    page.get_by_role("button", name="Score the checked lines").click()
    page.get_by_role("heading", level=1, name="Club secretary").wait_for()
    assert page.locator("table.tasks > tbody").count() == 3

    page.goto(f"{address}/occupations/{ART}")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the tasks as CSV").click()
    content = Path(download.value.path()).read_text("utf-8")
    assert len(content.splitlines()) == len(record["tasks"]) + 1


def test_the_export_works_on_a_server_of_plain_files(page: Any, exported: str, site: Site) -> None:
    page.goto(f"{exported}/index.html")
    page.get_by_label("Find an occupation").press_sequentially("therap art")
    page.locator("#found").get_by_role("link", name="Art Therapists").click()
    page.wait_for_url(f"**/occupations/{ART}/index.html")
    record = site.occupation(ART)
    assert _risk(page) == hundredths(record["risk"])
    matches = site.matches(record)
    assert _titles(page) == [m["title"] for m in passing(matches, CareerChoices().filters)]
    page.get_by_label("Clearly lower risk").uncheck()
    for zones in ZONE_CHOICES:
        page.get_by_label("Job Zone").select_option(zones)
        choices = CareerChoices(safer_only=False, zones=zones)
        assert _titles(page) == [m["title"] for m in passing(matches, choices.filters)]

    page.get_by_label("Job Zone").select_option("any")
    page.get_by_role("link", name="Compare with").first.click()
    page.wait_for_url("**/compare/index.html#**")
    match = passing(matches, CareerChoices(safer_only=False, zones="any").filters)[0]
    page.locator("#compared h2").first.wait_for()
    text = page.locator("#compared").inner_text()
    assert f"{percent(match['carries_over'])} of the time there carries over" in text
    for pair in match["shared_tasks"]:
        assert pair["matches"] in text
    page.get_by_role("button", name=f"Remove {match['title']}").click()
    page.get_by_label("Pick two occupations").press_sequentially("chief executive")
    page.locator("#found").get_by_role("button", name="Chief Executives").click()
    chief = site.occupation(CHIEF)
    table = page.locator("table.comparison").first
    table.get_by_text("Chief Executives").wait_for()
    for one in (record, chief):
        assert f"{percent(one['risk'])} {one['tier']}" in table.inner_text()
    page.get_by_role("link", name="Score a job").click()
    assert "cannot score your own job" in page.locator(".note").inner_text()


def _titles(page: Any) -> list[str]:
    """Titles of the similar careers that are visible."""
    return [title.strip() for title in page.locator(".matches li:visible h3").all_inner_texts()]


def test_the_search_of_the_export_follows_its_documented_order(
    page: Any, exported: str, site: Site
) -> None:
    """Every word begins a word of one name; matches of titles precede those of other names."""
    index = site.titles.browser_index()
    page.goto(f"{exported}/index.html")
    for typed in ("ma", "chief executive", "Supervisors", "29-1", "manag of", "zanzibarine"):
        words = typed.lower().split()

        def matches(name: str, words: list[str] = words) -> bool:
            return all(f" {word}" in f" {name}" for word in words)

        expected = [title for _, title, names in index if matches(names[0])]
        expected += [
            title
            for _, title, names in index
            if not matches(names[0]) and any(matches(name) for name in names[1:])
        ]
        if typed[:2].isdigit():
            expected = [title for code, title, _ in index if code.startswith(typed)]
        page.get_by_label("Find an occupation").fill(typed)
        page.get_by_role("button", name="Search").click()
        if not expected:
            page.locator("#found").get_by_text("No results.").wait_for()
            continue
        page.locator("#found li").nth(min(len(expected), 10) - 1).wait_for()
        page.wait_for_function(
            "first => document.querySelector('#found li').textContent === first", arg=expected[0]
        )
        assert page.locator("#found li").all_inner_texts() == expected[:10]


def test_the_browser_recalculates_time_as_the_engine_does(
    page: Any, address: str, exported: str, site: Site
) -> None:
    for start in (f"{address}/occupations/{ART}", f"{address}/occupations/{ART}?run=1",
                  f"{exported}/occupations/{ART}/index.html"):  # fmt: skip
        page.goto(start)
        assert_shown(page, site.occupation(ART))
        page.get_by_role("button", name="Risk Score").click()  # any order of the rows
        page.get_by_role("button", name="Task").click()
        page.reload()
        shares = type_time(page)
        assert_shown(page, site.at_shares(ART, shares))
        page.get_by_role("button", name="Undo changes to Time %").click()
        assert_shown(page, site.occupation(ART))
    _open(page, address, "scored")
    shares = type_time(page)
    job = Occupation(UNTITLED, ["Write the newsletter.", "Set up chairs."])
    assert_shown(page, site.submitted.scored_with_careers(job, shares).record)


def test_a_shared_link_opens_the_job_without_sending_its_text_in_an_address(
    page: Any, address: str, site: Site
) -> None:
    _open(page, address, "scored")
    link = page.locator("#share").get_attribute("href")
    assert "newsletter" in link
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"{address}/data")
    page.goto(address + link)
    page.locator("#risk").wait_for()
    job = Occupation(UNTITLED, ["Write the newsletter.", "Set up chairs."])
    assert_shown(page, site.submitted.scored_with_careers(job).record)
    assert not any("newsletter" in url.partition("#")[0] for url in requested)
    assert page.url == f"{address}/score"
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the tasks as CSV").click()
    assert download.value.suggested_filename == "pasted-job.csv"


def test_every_kind_of_page_is_small_and_stable(browser: Any, address: str, exported: str) -> None:
    """Few bytes without a cache, no layout shift, nothing from other sites."""
    faults = []
    for name in (*PAGES, *SENT, *EXPORTED):
        host = exported if name in EXPORTED else address
        for width in (390, 1280):
            context = new_context(browser, viewport={"width": width, "height": 900})
            context.add_init_script(COUNT_SHIFTS)
            page = context.new_page()
            requested: list[str] = []
            page.on("request", lambda request, requested=requested: requested.append(request.url))
            _open(page, host, name)
            faults += [f"{name} requests {url}" for url in requested if not url.startswith(host)]
            shifts, size = page.evaluate("window.shifts"), page.evaluate(BYTES)
            if shifts > 0.01:
                faults.append(f"{name} shifts by {shifts} at {width} pixels")
            if not 0 < size < (MOST_BYTES_OF_FILES if name in EXPORTED else MOST_BYTES):
                faults.append(f"{name} weighs {size} bytes")
            context.close()
    assert not faults, "\n".join(faults)


def test_every_kind_of_page_prints(browser: Any, address: str) -> None:
    """Printed pages show the content without controls, and nothing is wider than the page."""
    paper = {"width": 794, "height": 1123}
    context = new_context(browser, viewport=paper, color_scheme="dark")
    page = context.new_page()
    for name in ("home", "occupation", "explore", "ranking", "compare", "methodology", "scored"):
        _open(page, address, name)
        page.emulate_media(media="print")
        assert not page.locator("header.top").is_visible()
        assert not page.locator("form:visible, .tools:visible, .filters:visible").count()
        assert (
            page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        )
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), name
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        assert re.search(r"127\.0\.0\.1:\d+/.*, [A-Z][a-z]+ \d+, 20\d\d$",
                         page.locator("[data-printed]").inner_text())  # fmt: skip
        assert page.pdf(path=SCREENSHOTS / f"{name}.pdf", format="A4").startswith(b"%PDF")
        page.emulate_media(media="screen")
    context.close()


def test_no_axe_violations(browser: Any, address: str, exported: str, by_hand: str) -> None:
    """Check every kind of page with all details open, light and dark, on phone and desktop.

    Also check that nothing is wider than the page and no word is broken, and keep screenshots.
    """
    from axe_playwright_python.sync_playwright import Axe

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    faults = []
    context = new_context(browser)
    page = context.new_page()
    hosts = dict.fromkeys(EXPORTED, exported) | dict.fromkeys(BY_HAND, by_hand)
    for name in (*PAGES, *SENT, *EXPORTED, *BY_HAND):
        _open(page, hosts.get(name, address), name)
        if page.locator("table.tasks summary").count():
            page.locator("table.tasks summary").first.click()
        for width, scheme in (
            itertools.product((390, 1280), ("light", "dark")) if name in MAIN else ()
        ):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for width in (320, 390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                faults.append(f"{name} is wider than {width} pixels")
            faults += [f"{name}, {width}: {word!r} is broken" for word in page.evaluate(BROKEN)]
            if width == 320:
                continue
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                found = Axe().run(page).response["violations"]
                faults += [
                    f"{name}, {scheme}, {width}: {fault['id']}: {node['html'][:100]}"
                    for fault in found
                    for node in fault["nodes"][:2]
                ]
    context.close()
    assert not faults, "\n".join(faults)


def test_a_phone_shows_tasks_in_short_and_a_keyboard_skips_them(
    browser: Any, address: str, site: Site
) -> None:
    context = new_context(browser, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/occupations/{ART}")
    first = page.locator("table.tasks > tbody").first
    task = site.occupation(ART)["tasks"][0]
    assert percent(task["risk"]) in first.inner_text()
    assert not first.get_by_text(task["category"]).is_visible()
    first.locator("summary").click()
    assert first.get_by_text(task["category"]).first.is_visible()
    page.locator(".skip.past").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    past = page.evaluate(
        "document.activeElement.compareDocumentPosition(document.querySelector('.tasks'))"
    )
    assert past == 2  # the table precedes it
    context.close()


def test_other_sites_embed_the_card(page: Any, address: str, site: Site, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '<!doctype html><link rel="icon" href="data:,"><title>Careers</title>'
        f'<script src="{address}/static/embed.js"></script>'
        f'<occupation-risk soc="{ART}"></occupation-risk>'
    )
    with files_served(tmp_path) as other:
        page.goto(f"{other}/index.html")
        for soc in (ART, CHIEF):
            page.evaluate(
                "soc => document.querySelector('occupation-risk').setAttribute('soc', soc)", soc
            )
            record = site.occupation(soc)
            card = page.frame_locator("occupation-risk iframe")
            card.get_by_role("heading", name=record["title"]).wait_for()
            assert percent(record["risk"]) in card.locator("main").inner_text()


def test_the_catalog_is_scored_in_the_background(
    page: Any, starter: Corpus, tmp_path: Path
) -> None:
    """``serve --score`` shows pages at once, then progress, then the scores."""
    codes = starter.occupations["soc_code"].tolist()
    RiskEngine.build(starter.select_occupations([*codes[::40], ART]), "static").save(
        tmp_path / "engine"
    )
    with _serving(tmp_path):  # ends the pipeline too, and leaves a run to resume
        pass
    commands = [_read(path) for path in Path("/proc").glob("[0-9]*/cmdline")]
    assert not any(str(tmp_path).encode() in command for command in commands)
    with _serving(tmp_path) as address:
        page.goto(f"{address}/occupations/{ART}")
        assert "Scores will appear after the scoring pipeline runs." in page.content()
        assert "Scoring is in progress" in page.locator("#progress").inner_text()
        page.get_by_role("link", name="Show them").click(timeout=900_000)
        page.locator("#risk").wait_for()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # the process has ended
        return b""


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """Run ``serve --score`` on the engine in ``folder``; end it like a service manager."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "engine", "serve", "--score", "--port", str(port)]
    command += ["--engine", str(folder / "engine"), "--database", f"sqlite:///{folder}/s.sqlite"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        assert any("serving http:" in line for line in server.stderr)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.communicate()
    assert server.returncode == 0


def test_pages_are_useful_without_javascript(browser: Any, address: str, site: Site) -> None:
    context = new_context(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/")
    page.get_by_label("Find an occupation").fill("art terapist")
    page.get_by_role("button", name="Search").click()
    page.locator("#found").get_by_role("link", name="Art Therapists").click()
    page.locator("table.tasks summary").first.click()
    assert page.locator(".evidence").first.is_visible()
    shares = type_time(page)
    page.get_by_role("button", name="Recalculate with this Time %").click()
    page.get_by_text("Recalculated with your Time %").wait_for()
    assert_shown(page, site.at_shares(ART, shares))
    page.get_by_role("link", name="Back to the published numbers").click()
    page.get_by_role("heading", name="Explore other career paths").wait_for()
    assert_shown(page, site.occupation(ART))
    page.get_by_role("link", name="Compare", exact=True).first.click()
    for typed, title in (("art terapist", "Art Therapists"), ("chief", "Chief Executives")):
        page.get_by_role("searchbox").fill(typed)
        page.get_by_role("button", name="Search").click()
        page.locator("#found").get_by_role("link", name=title).click()
    page.get_by_role("heading", name="Tasks that differ").wait_for()
    assert page.locator("table.spans tbody tr").count() == 2
    context.close()
