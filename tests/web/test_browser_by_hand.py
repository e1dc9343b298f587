"""Scripts of a scored occupation, on one that was made by hand, so that every number is known."""

from __future__ import annotations

from typing import Any

import pytest

from engine.records.results import OccupationRisk
from engine.web.content.ranking import RankChoices, ranking
from engine.web.content.site import Site
from engine.web.content.time_form import with_time
from engine.web.pages import scenarios
from engine.web.store.documents import document
from tests.web import hand_made
from tests.web.browsing import IN_BROWSER, assert_shown, new_context

pytestmark = IN_BROWSER


def _typed(page: Any) -> list[float]:
    boxes = page.locator("table.tasks .share").all()
    return [float(box.input_value()) for box in boxes]


def _record(typed: list[float], result: OccupationRisk) -> dict[str, Any]:
    return document(with_time(result, typed))


@pytest.mark.parametrize(
    "changes",
    [
        {1: "90"},  # the estimate moves to another range of its errors
        {0: "0", 2: "0"},  # a copy alone; enough of the time is rated
        {2: "80"},  # too little of the time is rated
        {0: "5", 1: "5", 2: "5", 3: "5"},
    ],
)
def test_the_browser_combines_errors_as_the_engine_does(
    page: Any, by_hand: str, changes: dict[int, str]
) -> None:
    """Copies have one error, unchanged time shares keep theirs, and ranges have their own reach."""
    result = hand_made.occupation()
    page.goto(f"{by_hand}/index.html")
    assert_shown(page, document(result))
    for row, typed in changes.items():
        page.locator("table.tasks .share").nth(row).fill(typed)
    assert_shown(page, _record(_typed(page), result))
    page.get_by_role("button", name="Undo changes to Time %").click()
    assert_shown(page, document(result))


def test_the_slider_shows_the_steps_that_the_engine_computed(page: Any, by_hand: str) -> None:
    record = document(hand_made.occupation())
    page.goto(f"{by_hand}/index.html")
    slider = page.get_by_label("Software handles")
    assert slider.get_attribute("aria-valuetext") == "Today"
    slider.focus()
    steps = [scenarios.task_steps(record, row) for row in range(4)]
    names = scenarios.names(record)
    for number, text in enumerate(scenarios.texts(record)[1:], start=1):
        page.keyboard.press("ArrowRight")
        assert page.locator("#step-text").inner_text() == text
        assert slider.get_attribute("aria-valuetext") == names[number]
        assert page.locator(".steps .current th").inner_text().startswith(names[number])
        shown = [place.text_content() for place in page.locator(".then").all()]
        assert shown == [of_task[number - 1].text for of_task in steps]
        assert page.locator(".reached").count() == sum(of[number - 1].reached for of in steps)
    page.keyboard.press("Home")
    assert page.locator("#step-text").inner_text() == scenarios.texts(record)[0]
    assert not page.locator(".then:visible").count()


def test_the_ranking_without_a_server_filters_as_the_server_does(
    page: Any, by_hand: str, described: Site
) -> None:
    """A filter hides rows and leaves the ranks among all; its text counts too."""
    page.goto(f"{by_hand}/ranking/index.html")
    ranks = {one.row["title"]: one.rank for one in ranking(described, "risk", RankChoices())}
    (group, _, members) = max(described.groups(described.overview()), key=lambda one: len(one[2]))
    for choices in (
        RankChoices(group=group),
        RankChoices(barrier="physical"),
        RankChoices(group=group, barrier="cognitive"),
        RankChoices(),
    ):
        page.get_by_label("Major group").select_option(choices.group)
        page.get_by_label("Highest barrier").select_option(choices.barrier)
        expected = [one.row["title"] for one in ranking(described, "risk", choices)]
        rows = page.locator(".ranking tbody tr:visible")
        assert rows.locator("a").all_inner_texts() == expected
        shown = [
            text.split()[0].lstrip("=") for text in rows.locator("td:first-child").all_inner_texts()
        ]
        assert list(map(int, shown)) == [ranks[title] for title in expected]
        chosen = choices.group or choices.barrier
        text = f"{len(expected)} matching" if chosen else ""
        assert page.locator("[data-tools] [role=status]").inner_text() == text
    page.get_by_label("Major group").select_option(group)
    page.get_by_label("Filter").fill(members[0]["title"])
    assert members[0]["title"] in page.locator(".ranking tbody tr:visible").first.inner_text()
    assert page.locator(".ranking tbody tr:visible").count() < len(members)


def test_the_ranking_without_javascript_has_no_dead_fields(browser: Any, by_hand: str) -> None:
    context = new_context(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{by_hand}/ranking/index.html")
    assert not page.locator("main :is(select, input):visible").count()
    assert page.locator(".ranking tbody tr:visible").count() > 1
    context.close()


def test_the_steps_are_a_table_without_javascript(browser: Any, by_hand: str) -> None:
    context = new_context(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{by_hand}/index.html")
    assert not page.locator(".slider").is_visible()
    assert page.locator("table.steps tbody tr:visible").count() == 5
    page.locator("table.tasks summary").nth(1).click()
    assert "hands too 100% then, within reach" in page.locator(".evidence").nth(1).inner_text()
    context.close()
