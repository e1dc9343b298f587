"""The report of a staff list: what it says, that it is safe, and that it loads nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from engine.records.title_match import TitleCandidate
from engine.records.workforce import TaskTime, UnresolvedTitle, WorkforceGroup, WorkforceReport
from engine.report.formatting import WHAT_RISK_IS
from engine.report.workforce import (
    NOT_ABOUT_PERSONS,
    group_table,
    people_words,
    thousandths,
    workforce_to_text,
)
from engine.report.workforce_html import report_body, report_page

HOSTILE = "<script>alert(1)</script>\x1b'\"&"


def _group(name: str, risk: float, people: float, **fields: object) -> WorkforceGroup:
    values: dict[str, object] = {
        "share": people / 40,
        "risk_interval": (risk - 0.1, risk + 0.1),
        "can_help": 0.2,
        "unsure_share": 0.25,
    }
    return WorkforceGroup(name=name, risk=risk, headcount=people, **(values | fields))  # type: ignore[arg-type]


REPORT = WorkforceReport(
    total=_group("Everyone", 0.35, 40),
    by_department=(_group("Billing", 0.62, 25), _group("Ward", 0.15, 10)),
    by_job=tuple(_group(f"Job {number}", 0.3, 20 - number) for number in range(18)),
    top_tasks=(
        TaskTime(
            task="Send invoices.",
            share=0.2,
            can_take_over=0.15,
            can_help=0.01,
            headcount=25,
            occupations=("Clerks", "Cashiers", "Tellers"),
        ),
    ),
    unresolved=(
        UnresolvedTitle(
            title="Floater",
            department="Ward",
            headcount=6,
            lines=(7,),
            reason="unsure",
            suggestions=(TitleCandidate("43-9061.00", "Office Clerks", 0.3),),
        ),
    ),
    headcount=48,
    unresolved_headcount=8,
    hidden_titles=2,
    weight="headcount",
    confidence=0.9,
    reference="starter",
    faulty_rows=1,
    decisions=("The list has no header.",),
    show_small=False,
)


class _Page(HTMLParser):
    """Collect text, and check that elements are closed in order."""

    VOID = ("meta", "br", "input")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def _parsed(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


def test_the_page_says_what_a_manager_asks() -> None:
    text = " ".join(_parsed(report_page(REPORT)).text.split())
    for part in (
        "48 people · 83% of them scored · weighted by headcount",
        "35% Moderateinterval 25–45% at 90% confidence",
        "highest risk is Billing 62%, that of lowest risk Ward 15%",
        "Send invoices. Clerks, Cashiers and 1 more",
        "25% of the scored people have a title whose occupation is less than 90% sure",
        "8 people have no score",
        "Floater, Ward: 6 people not scored. Maybe: Office Clerks (30%)",
        "2 titles of fewer than 5 people are not named here.",
        "3 more jobs (12 people)",
        "The list has no header.",
        "1 row has a fault.",
    ):
        assert part in text, part


def test_every_report_says_once_what_it_is_not() -> None:
    for text in (report_page(REPORT), workforce_to_text(REPORT, width=160)):
        plain = " ".join(text.split())
        assert plain.count(NOT_ABOUT_PERSONS) == 1
        assert plain.count(WHAT_RISK_IS) == 1


def test_the_page_loads_nothing_and_the_part_needs_no_inline_style() -> None:
    page = report_page(REPORT)
    assert not re.search(r"(?:src|href|url|@import)\s*[=(]", page)
    assert "<script" not in page
    body = _parsed(report_body(REPORT))
    assert not {name for name, _ in body.attributes} & {"style", "src", "href", "onclick"}


def test_text_of_the_list_is_escaped() -> None:
    hostile = replace(
        REPORT,
        by_department=(_group(HOSTILE, 0.5, 9), _group("x", 0.2, 9)),
        by_job=(_group(HOSTILE, 0.5, 9),),
        top_tasks=(replace(REPORT.top_tasks[0], task=HOSTILE, occupations=(HOSTILE,)),),
        unresolved=(
            replace(
                REPORT.unresolved[0],
                title=HOSTILE,
                department=HOSTILE,
                suggestions=(TitleCandidate("1", HOSTILE, 0.2),),
            ),
        ),
        decisions=(HOSTILE,),
        reference=HOSTILE,
    )
    page = report_page(hostile)
    assert "<script" not in page
    assert "\x1b" not in page
    assert _parsed(page).text.count("<script>alert(1)</script>␛'\"&") >= 8


def test_bars_of_three_parts_fill_their_width() -> None:
    for part in re.findall(r'<svg class="bar parts".*?</svg>', report_body(REPORT))[:10]:
        widths = [int(width) for width in re.findall(r'width="(\d+)%" height="(?:18|28)"/', part)]
        assert sum(widths) == 100


def test_a_list_without_departments_or_scores_has_a_report() -> None:
    plain = replace(REPORT, by_department=(), unresolved=(), hidden_titles=0, top_tasks=())
    assert "By department" not in report_page(plain)
    assert "The job of highest risk" in report_page(plain)
    empty = replace(plain, total=None, by_job=())
    assert "nothing is scored" in report_page(empty)
    assert "nothing can be scored" in workforce_to_text(empty)
    _parsed(report_page(empty))


def test_the_table_has_all_groups() -> None:
    table = group_table(REPORT)
    assert table["level"].value_counts().to_dict() == {
        "job": 18,
        "department": 2,
        "unresolved": 2,
        "total": 1,
    }
    total = table.iloc[0]
    assert (total["name"], total["risk"], total["risk_low"], total["tier"]) == (
        "Everyone",
        0.35,
        pytest.approx(0.25),
        "Moderate",
    )
    assert table.iloc[-1][["name", "headcount"]].tolist() == ["Other unresolved titles", 2]


def test_the_text_fits_the_terminal() -> None:
    text = workforce_to_text(REPORT, width=80)
    assert max(map(len, text.splitlines())) <= 80
    for part in ("Workforce of 48 people", "Billing", "and 3 more", "Send invoices.", "Floater"):
        assert part in text


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 person"), (1204, "1,204 people"), (12.5, "12.5 people")]
)
def test_numbers_of_people_in_words(count: float, words: str) -> None:
    assert people_words(count) == words


def test_small_shares_have_a_decimal() -> None:
    assert [thousandths(value) for value in (0.0042, 0.25, 0.0996)] == ["0.4%", "25%", "10%"]
