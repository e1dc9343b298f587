"""The map of all occupations in a real browser: keyboard, pointer, filters."""

from __future__ import annotations

from typing import Any

import pytest

from engine.web.content.explore import MapChoices, scored, shown
from engine.web.content.site import Site
from engine.web.pages import labels
from engine.web.pages.scatter import Point, scatter
from tests.web.browsing import IN_BROWSER, new_context
from tests.web.conftest import ART, CHIEF

pytestmark = IN_BROWSER

FOCUSED = "document.activeElement.getAttribute('aria-label')"
STOPS = "document.querySelectorAll('#map [tabindex=\"0\"]').length"


def _points(site: Site) -> list[Point]:
    return list(scatter(scored(site.overview()), "employment_change").points)


def _label(point: Point) -> str:
    return f"{point.row['title']}: {labels.facts(point.row)}"


def _press(page: Any, key: str, expected: Point) -> None:
    page.keyboard.press(key)
    page.wait_for_function(f"expected => {FOCUSED} === expected", arg=_label(expected))


def test_arrow_keys_move_through_the_dots(page: Any, address: str, site: Site) -> None:
    points = _points(site)
    by_risk = sorted(points, key=lambda point: (point.x, points.index(point)))
    by_growth = sorted(points, key=lambda point: (point.y, points.index(point)))
    page.goto(f"{address}/explore")
    chart = page.locator("#map svg")
    chart.focus()
    assert page.evaluate(STOPS) == 1
    for expected in by_risk:  # the first arrow leads to the first dot
        _press(page, "ArrowRight", expected)
    _press(page, "ArrowRight", by_risk[-1])  # there is no further one
    _press(page, "ArrowLeft", by_risk[-2])
    _press(page, "Home", by_risk[0])
    place = by_growth.index(by_risk[0])
    _press(page, "ArrowUp", by_growth[max(0, place - 1)])
    _press(page, "ArrowDown", by_growth[max(0, place - 1) + 1])
    _press(page, "End", by_risk[-1])
    assert page.evaluate(STOPS) == 0  # the dot itself has the focus, so Tab and Shift+Tab leave
    assert page.locator(".dot").inner_text() == _label(by_risk[-1])
    page.keyboard.press("Tab")
    assert page.evaluate("!document.querySelector('#map svg').contains(document.activeElement)")
    assert page.evaluate(STOPS) == 1
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('#map') !== null")
    chart.focus()
    _press(page, "End", by_risk[-1])
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/occupations/{by_risk[-1].row['soc_code']}")


def test_home_has_the_same_map(page: Any, address: str, exported: str, site: Site) -> None:
    last = max(enumerate(_points(site)), key=lambda one: (one[1].x, one[0]))[1]
    for start in (f"{address}/", f"{exported}/index.html"):
        page.goto(start)
        page.locator(".scatter svg").focus()
        _press(page, "End", last)
        page.keyboard.press("Enter")
        page.locator("#risk").wait_for()
        assert f"/occupations/{last.row['soc_code']}" in page.url


def test_the_pointer_names_the_nearest_dot_and_opens_it(
    page: Any, address: str, site: Site
) -> None:
    lone = min(_points(site), key=lambda point: point.x)
    page.goto(f"{address}/explore")
    box = page.locator("#map svg").bounding_box()
    scale = box["width"] / 660
    page.mouse.move(box["x"] + scale * (lone.x - 3), box["y"] + scale * lone.y)
    page.wait_for_function(
        "expected => document.querySelector('.dot').textContent === expected", arg=_label(lone)
    )
    page.mouse.click(box["x"] + scale * (lone.x - 3), box["y"] + scale * lone.y)
    page.wait_for_url(f"**/occupations/{lone.row['soc_code']}")


CHOICES = (
    MapChoices(group="29"),
    MapChoices(growing=True),
    MapChoices(growing=True, own=True),
    MapChoices(pay="75000"),
    MapChoices(zone="4", pay="50000"),
)


def _choose(page: Any, choices: MapChoices) -> None:
    for name in ("group", "zone", "pay"):
        page.locator(f"[name={name}]").select_option(getattr(choices, name))
    for name in ("own", "growing"):
        page.locator(f"[name={name}]").set_checked(getattr(choices, name))


@pytest.mark.parametrize("exists_server", [True, False])
def test_filters_apply_as_they_change(
    page: Any, address: str, exported: str, site: Site, exists_server: bool
) -> None:
    """With a server and without one, map and table show what the filters of the site pass."""
    page.goto(f"{address}/explore" if exists_server else f"{exported}/explore/index.html")
    points, rows = _points(site), scored(site.overview())
    for choices in CHOICES:
        _choose(page, choices)
        expected = shown(site, rows, choices)
        text = f"{len(expected)} of {len(rows)} occupations"
        page.wait_for_function(
            "text => document.getElementById('count').textContent === text", arg=text
        )
        titles = page.locator("#rows tbody tr:visible td:first-child a").all_inner_texts()
        assert titles == [row["title"] for row in expected][:25]
        passing = {row["soc_code"] for row in expected}
        states = page.locator("#map circle").evaluate_all(
            "dots => dots.map((dot) => dot.classList.contains('out'))"
        )
        assert states == [point.row["soc_code"] not in passing for point in points]
    by_risk = sorted((point.x, point.row["soc_code"]) for point in points)
    first = next(code for _, code in by_risk if code in passing)
    page.locator("#map svg").focus()
    _press(page, "Home", next(point for point in points if point.row["soc_code"] == first))
    if exists_server:
        assert page.url.endswith("/explore?zone=4&pay=50000")
        page.reload()
        assert page.locator("#count").inner_text() == text


def test_the_text_of_the_export_searches_names(page: Any, exported: str, site: Site) -> None:
    index = site.titles.browser_index()
    expected = {title for _, title, names in index if any(f" {n}".find(" ma") >= 0 for n in names)}
    page.goto(f"{exported}/explore/index.html")
    page.get_by_label("Title").fill("ma")
    page.wait_for_function(
        "count => document.getElementById('count').textContent.startsWith(count + ' of')",
        arg=len(expected),
    )
    titles = page.locator("#rows tbody tr:visible td:first-child a").all_inner_texts()
    assert set(titles) == expected


def test_the_map_works_without_javascript(browser: Any, address: str, site: Site) -> None:
    context = new_context(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/explore")
    _choose(page, CHOICES[3])
    page.get_by_role("button", name="Show").click()
    expected = shown(site, scored(site.overview()), CHOICES[3])
    assert page.locator("#count").inner_text().startswith(f"{len(expected)} of ")
    assert page.locator("#rows tbody tr").count() == min(25, len(expected))
    page.get_by_role("link", name="Risk", exact=True).click()
    risks = [row["title"] for row in sorted(expected, key=lambda row: -row["risk"])]
    titles = page.locator("#rows tbody td:first-child a").all_inner_texts()
    assert titles == risks[:25]
    context.close()


SHAPES = """rows => rows.map((row) => ["value", "line"].flatMap((kind) =>
  [...row.querySelectorAll(kind === "line" ? "line" : ".value")].flatMap((shape) =>
    ["x", "width", "x1", "x2"].map((name) => parseFloat(shape.getAttribute(name) ?? 0)))))"""


def test_the_export_draws_the_bars_of_the_server(page: Any, address: str, exported: str) -> None:
    texts, shapes = [], []
    for start in (f"{address}/compare?", f"{exported}/compare/index.html#"):
        page.goto(f"{start}soc={ART}&soc={CHIEF}")
        page.locator(".bars tbody").first.wait_for()
        texts.append(page.locator(".bars tbody").all_inner_texts())
        shapes.append(page.locator(".bars tbody tr:has(td)").evaluate_all(SHAPES))
    assert [" ".join(text.split()) for text in texts[0]] == [
        " ".join(text.split()) for text in texts[1]
    ]
    names = ["AI capability", "Time in high-risk tasks", "Median wage", "Employment in ten years"]
    assert [text.strip().splitlines()[0].strip() for text in texts[0]] == names
    for live, static in zip(*shapes, strict=True):
        assert len(live) in (8, 12)
        assert static == pytest.approx(live, abs=0.16)  # the server rounds
