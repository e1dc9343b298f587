"""The page of a scored occupation, rendered from a record that was made by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html import unescape
from typing import Any

import pytest

from engine.records.frontier import STEPS
from engine.records.time_share import RELATIVE_ERRORS
from engine.report.formatting import barrier_words
from engine.web.pages import views
from engine.web.pages.links import ServerLinks
from engine.web.store.documents import document
from tests.web import hand_made


def _page(record: dict[str, Any], order: Sequence[int] | None = None) -> str:
    return views.at_shares(ServerLinks(), record, order or range(len(record["tasks"])))


def _text(html: str) -> str:
    """What a reader sees, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.fixture(scope="module")
def page() -> str:
    return _page(document(hand_made.occupation()))


def test_the_headline_has_three_parts_and_the_rating(page: str) -> None:
    text = _text(page)
    assert "Can take over software could do it without a person: the risk 25%" in text
    assert "Can help AI could speed it up, but a person stays in charge 10%" in text
    assert "Human the rest of the work 65%" in text
    assert "rated 44%" in text
    assert 'aria-label="Can take over 25%, can help 10%, human 65%"' in page


def test_list_and_table_have_the_given_order() -> None:
    """Fields keep the number of their task, which is what the server reads them by."""
    order = [3, 2, 0, 1]
    page = unescape(_page(document(hand_made.occupation()), order))
    texts = [task.task for task in hand_made.occupation().tasks]
    listed = re.search(r'<ul class="task-list">(.*?)</ul>', page, re.DOTALL)
    assert listed
    expected = [texts[row] for row in order]
    assert [line.strip() for line in listed[1].split("<li>")[1:]] == expected
    rows = re.findall(r'<summary><span id="task-(\d)">([^<]*)<', page)
    assert [(int(row), text) for row, text in rows] == list(zip(order, expected, strict=True))
    assert re.findall(r'name="share-(\d)"', page) == ["3", "2", "0", "1"]
    assert re.findall(r'aria-labelledby="task-(\d)', page) == ["3", "2", "0", "1"]
    assert re.findall(r'data-copy="(\d)"', page) == ["0"]  # the third listed copies the first
    copy = page.index('data-copy="0"')
    assert page.index('id="task-2"') < copy < page.index('id="task-0"')


def test_the_page_names_its_reference_rater_and_what_risk_leaves_out(page: str) -> None:
    text = _text(page)
    assert "Numbers of the published reference. Risk follows the ratings by GPT-4" in text
    assert "It counts software, not robots." in text
    assert page.count('href="/numbers"') >= 2
    assert page.count('href="/quality"') >= 2


def test_the_page_says_what_keeps_people_in_it_and_what_is_unknown(page: str) -> None:
    text = _text(page)
    values = {name: known.value for name, known in hand_made.occupation().barriers.items()}
    assert f"What keeps people in it: {barrier_words(values)}" in text
    assert "Not estimated: delegated use, Claude 2025. No similar task is in use." in text
    assert "Not estimated: delegated use, Claude 2025. Too few tasks are like tasks in use." in text
    assert text.count(" raters disagree") == 2  # about the minutes and the chairs
    assert "Raters of different dates differ by 2 points" in text


def test_every_task_keeps_the_columns_and_has_a_bar(page: str) -> None:
    heads = re.findall(r"<table class=.tasks.*?</thead>", page, flags=re.DOTALL)[0]
    assert re.findall(r"<th[^>]*>([^<]*)</th>", heads) == [
        *("Task", "Category", "AI Capability", "Risk Score", "Time %")
    ]
    rows = re.findall(r"<tbody data-risk.*?</tbody>", page, flags=re.DOTALL)
    assert len(rows) == 4
    for row in rows:
        assert row.count('class="bar parts"') == 1
    assert 'aria-label="Can take over 63%, can help 12%, human 25%"' in rows[1]
    assert "rated 75%, estimated 63%" in _text(rows[1])
    assert "Why: Neighbors say 50%, the text adds 13 points." in _text(rows[1])
    assert "GPT-4’s level: E2, as rated and as estimated" in _text(rows[1])
    assert "Take tickets at the gate. Ushers · ILO 2025 40% 0.81 25% 50%" in _text(rows[1])
    assert "E2" not in _text(rows[1]).split("Can take over")[0]  # levels are in the details


def test_scripts_get_copies_and_errors_of_time_shares(page: str) -> None:
    rows = re.findall(r"<tbody (data-risk[^>]*)>", page)
    assert [re.findall(r'data-copy="(\d+)"', row) for row in rows] == [[], [], [], ["0"]]
    errors = [float(re.findall(r'data-share-error="([^"]*)"', row)[0]) for row in rows]
    sources = ("importance", "frequency", "equal", "importance")
    assert errors == [RELATIVE_ERRORS[source] for source in sources]
    assert [re.findall(r'data-rated="([^"]*)"', row) for row in rows] == [
        *([".25"], [".75"], [], [".25"])
    ]
    (model,) = re.findall(r"data-model='([^']*)'", page)
    assert json.loads(model)["risk"] == {
        "correlation": 0.3,
        "edges": [0.2, 0.45],
        "reaches": [2.0, 1.5, 1.0],
        "deviate": 1.6,
    }


def test_the_steps_are_a_table_and_a_slider(page: str) -> None:
    (table,) = re.findall(r'<table class="cards steps">.*?</table>', page, flags=re.DOTALL)
    assert table.count("<tr") == 1 + 1 + len(STEPS)
    assert "Hands too the same, and most work with the hands or in person" in _text(table)
    assert "3 of 4 80% of the time" in _text(table)
    (texts,) = re.findall(r"data-texts='([^']*)'", page)
    assert len(json.loads(texts)) == 1 + len(STEPS)
    assert f'max="{len(STEPS)}"' in page


def test_an_engine_without_barriers_shows_no_slider_and_no_barriers() -> None:
    page = _page(document(hand_made.occupation(with_barriers=False)))
    assert "If software reached further" not in page
    assert "What keeps people in it" not in page
    assert "data-steps" not in page
    assert 'id="known"' not in page  # none of its tasks is rated


def test_quotes_in_a_task_do_not_end_an_attribute() -> None:
    record = document(hand_made.occupation())
    record["tasks"][0]["task"] = """Say "hello" & 'good-bye' <b>loudly</b>."""
    page = _page(record)
    assert "<b>loudly" not in page
    assert "Say &#34;hello&#34; &amp; &#39;good-bye&#39;" in page
