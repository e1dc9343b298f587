"""The reader of postings, with the weights that ship."""

from __future__ import annotations

import threading

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import EngineError
from engine.intake.postings import read_posting
from engine.records.posting import REASONS, LeftOutLine, Posting, PostingTask
from scripts.training.examples import read_postings
from scripts.training.posting_examples import LabeledText, labeled_texts
from tests.conftest import ROOT


def _tasks(text: str) -> list[str]:
    return [task.text for task in read_posting(text).tasks]


def _check_complete(posting: Posting) -> None:
    """Check that every visible character is in exactly one item."""
    end = 0
    for item in posting:
        assert item.span[0] >= end
        assert not posting.text[end : item.span[0]].strip()
        end = item.span[1]
        assert posting.text[slice(*item.span)].strip() == posting.text[slice(*item.span)] != ""
        if isinstance(item, LeftOutLine):
            assert item.reason in REASONS
        else:
            assert 0 < len(item.text) <= 800
    assert not posting.text[end:].strip()


@pytest.fixture(scope="module")
def documents() -> list[LabeledText]:
    blind = pd.read_csv(ROOT / "tests" / "data" / "postings_blind.csv", keep_default_na=False)
    return labeled_texts(read_postings()) + labeled_texts(blind)


ADVERT = """Dispatcher (nights)
Department: Freight

What you’ll do
• Answer driver calls and reroute trucks
• Enter loads into the system
• Administer employee benefits

What you’ll need
• High school diploma
• 2 years of dispatch experience

Benefits
• 401(k), dental, paid holidays
Apply at jobs@example.com"""


def test_an_advert() -> None:
    posting = read_posting(ADVERT)
    assert [task.text for task in posting.tasks] == [
        "Answer driver calls and reroute trucks",
        "Enter loads into the system",
        "Administer employee benefits",
    ]
    assert posting.title == "Dispatcher (nights)"
    assert posting.department == "Freight"
    assert posting.language == "en"
    reasons = {line.text: line.reason for line in posting.left_out}
    assert reasons["What you’ll do"] == "heading"
    assert reasons["401(k), dental, paid holidays"] == "benefit"
    first = posting.tasks[0]
    assert posting.text[slice(*first.span)] == "• Answer driver calls and reroute trucks"
    _check_complete(posting)


def test_the_heading_of_a_resume_drops_nothing() -> None:
    text = "EXPERIENCE\nCook, Joe's Diner 2015-2020\n- grilled burgers\n- cleaned hood vents"
    posting = read_posting(text)
    assert [task.text for task in posting.tasks] == ["Grilled burgers", "Cleaned hood vents"]
    assert posting.left_out[0].reason == "heading"


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("sorting mail\nfiling", ["Sorting mail", "Filing"]),
        ("Administer employee benefits", ["Administer employee benefits"]),
        ("Great team!\nAnswer the phone\nDental plan", ["Answer the phone"]),
        ("Paid vacation", []),
        ("Nurse", []),
        (
            "I read drawings, order parts, fill in certificates.",
            ["Read drawings", "Order parts", "Fill in certificates."],
        ),
        ("inspect, clean and repair pumps", ["Inspect, clean and repair pumps"]),
    ],
)
def test_short_texts(text: str, tasks: list[str]) -> None:
    assert _tasks(text) == tasks


def test_what_is_not_done_is_left_out_as_negated() -> None:
    posting = read_posting(
        "Duties\n- You will answer phones\n- You will not write reports\n- no cold calling"
    )
    assert [task.text for task in posting.tasks] == ["Answer phones"]
    assert [line.reason for line in posting.left_out] == ["heading", "negated", "negated"]


def test_shares_of_time_are_read_off_and_removed() -> None:
    posting = read_posting(
        "My tasks\n- 40% - taking blood samples\n- about a third of my time entering results into "
        "the lab system\n- cleaning analyzers"
    )
    assert [task.time_share for task in posting.tasks] == [0.4, pytest.approx(1 / 3), None]
    assert posting.tasks[0].text == "Taking blood samples"
    occupation = posting.occupation("Lab assistant")
    assert [task.time_share for task in occupation.task_records] == [
        0.4,
        pytest.approx(1 / 3),
        None,
    ]


def _posting(shares: list[float | None]) -> Posting:
    tasks = tuple(
        PostingTask(text=f"Task {n}", span=(n, n + 1), language="en", time_share=share)
        for n, share in enumerate(shares)
    )
    return Posting(text="x" * len(shares), tasks=tasks, left_out=())


def test_an_occupation_rescales_shares_that_do_not_add_up() -> None:
    def shares(given: list[float | None]) -> list[float | None]:
        return [task.time_share for task in _posting(given).occupation().task_records]

    assert shares([0.5, 0.25, None]) == [0.5, 0.25, None]
    assert shares([0.9, 0.6, None]) == [pytest.approx(0.6), pytest.approx(0.4), None]
    assert shares([0.2, 0.2]) == [pytest.approx(0.5), pytest.approx(0.5)]
    assert shares([None, None]) == [None, None]
    assert _posting([None]).occupation().title == "Pasted job"


def test_an_occupation_needs_tasks() -> None:
    with pytest.raises(EngineError, match="no tasks; all 0 lines were left out"):
        Posting(text="x", tasks=(), left_out=()).occupation()


def test_a_repeated_task_counts_once() -> None:
    posting = read_posting("Duties\n- Sort the mail\n- File invoices\n- sort the mail.")
    assert [task.text for task in posting.tasks] == ["Sort the mail", "File invoices"]
    assert posting.left_out[-1].reason == "repeated"


def test_a_page_of_html_is_read_as_a_browser_shows_it() -> None:
    text = (
        "<html><head><style>p {color: red}</style></head><body><h2>What you’ll do</h2><ul><li>Load "
        "&amp; unload freight</li><li>Inspect <b>trailers</b> for damage</li></ul></body></html>"
    )
    posting = read_posting(text)
    assert [task.text for task in posting.tasks] == [
        "Load & unload freight",
        "Inspect trailers for damage",
    ]
    _check_complete(posting)


def test_other_languages() -> None:
    posting = read_posting(
        "Ihre Aufgaben\n- Beratung der Kunden am Telefon\n"
        "- Erstellung von Angeboten und Rechnungen\n"
        "- Pflege der Kundendatenbank\nWir bieten\n- 30 Tage Urlaub"
    )
    assert len(posting.tasks) == 3
    assert {task.language for task in posting.tasks} == {posting.language} == {"de"}


@pytest.mark.reliability
def test_every_document_is_complete(documents: list[LabeledText]) -> None:
    for document in documents:
        _check_complete(read_posting(document.text))


LINES = st.sampled_from(
    [
        "Responsibilities:",
        "• Drive a truck",
        "- file papers; answer phones",
        "We offer 401(k)",
        "***",
        "<p>Sort mail</p>",
        "<li>Mop",
        "You will not cook.",
        "(20%) paint walls",
        "\n",
        "  ",
        "a" * 900,
        "I read plans, order parts, fill in forms.",
        "<script>x = 1</script>",
        "Sort mail",
        "1.",
        "é",
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, min_size=1, max_size=12), st.sampled_from(["\n", " ", "\r\n", "\n\n"]))
def test_no_visible_character_is_lost(lines: list[str], joint: str) -> None:
    text = joint.join(lines)
    if not text.strip():
        return
    _check_complete(read_posting(text))


def test_threads_share_the_reader() -> None:
    results: list[list[str]] = []
    threads = [threading.Thread(target=lambda: results.append(_tasks(ADVERT))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [_tasks(ADVERT)] * 4


@pytest.mark.parametrize("text", ["", "%PDF-1.4 stream", 5, "x\x00\x01\x02\x03"])
def test_bad_input_is_refused(text: object) -> None:
    with pytest.raises(EngineError):
        read_posting(text)  # type: ignore[arg-type]


def test_blind_documents_are_not_learned_from() -> None:
    blind = pd.read_csv(ROOT / "tests" / "data" / "postings_blind.csv")["text"]
    long = {text for text in blind if len(text.split()) > 5}
    assert not long & set(read_postings()["text"])
