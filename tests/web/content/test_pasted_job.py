from __future__ import annotations

from urllib.parse import parse_qsl

import pytest

from engine.errors import InputError
from engine.records.inputs import UNTITLED
from engine.records.posting import LeftOutLine, Posting, PostingTask
from engine.web.content.pasted_job import Line, PastedJob, as_sent, lines_of

TEXT = "Painter\n- Mix paint (20%)\n---\n- Clean brushes\nFree lunch"


def _posting() -> Posting:
    def span(part: str) -> tuple[int, int]:
        start = TEXT.index(part)
        return start, start + len(part)

    return Posting(
        text=TEXT,
        tasks=(
            PostingTask(text="Mix paint", span=span("Mix paint (20%)"), language="en",
                        time_share=0.2),
            PostingTask(text="Clean brushes", span=span("Clean brushes"), language="en"),
        ),
        left_out=(
            LeftOutLine(text="Painter", reason="title", span=span("Painter")),
            LeftOutLine(text="---", reason="decoration", span=span("---")),
            LeftOutLine(text="Free lunch", reason="benefit", span=span("Free lunch")),
        ),
    )  # fmt: skip


LINES = [
    Line(text="Painter", is_task=False, kind="job title"),
    Line(text="Mix paint", is_task=True, share="20"),
    Line(text="Clean brushes", is_task=True),
    Line(text="Free lunch", is_task=False, kind="pay or benefit"),
]


def test_every_line_with_words_is_shown_in_the_order_of_the_text() -> None:
    assert lines_of(_posting()) == LINES


def test_checks_and_time_return_as_the_reader_left_them() -> None:
    form = {"task-1": "Mix paint", "share-1": "x", "task-3": "Free lunch", "share-3": "5"}
    sent = as_sent(LINES, form)
    assert [line.is_task for line in sent] == [False, True, False, True]
    assert [line.share for line in sent] == ["", "x", "", "5"]
    assert [line.text for line in sent] == [line.text for line in LINES]


def test_the_checked_lines_are_the_job() -> None:
    form = {"title": " Painter ", "task-3": "Free\r\n lunch", "task-1": "Mix paint",
            "share-1": "20", "share-2": "99", "task-x": "no", "text": "whole text"}  # fmt: skip
    job = PastedJob.of_preview(form)
    assert job == PastedJob(
        title="Painter", department="", tasks=("Mix paint", "Free lunch"), shares=(0.2, None)
    )
    tasks = job.occupation().task_records
    assert [(task.text, task.time_share) for task in tasks] == [
        ("Mix paint", 0.2),
        ("Free lunch", None),
    ]


def test_shares_beyond_all_of_the_time_are_scaled() -> None:
    """Shares of 80% and 120% in sum 200%, so they are halved."""
    form = {"text": "Mix paint\nClean brushes", "given-0": "80", "given-1": "120"}
    with pytest.raises(InputError, match=r"Time % of task 2 is '120'; type a number from 0 to 100"):
        PastedJob.of_lines(form)
    job = PastedJob.of_lines(form | {"given-0": "60", "given-1": "90"})
    assert [task.time_share for task in job.occupation().task_records] == pytest.approx([0.4, 0.6])


@pytest.mark.parametrize("typed", ["-1", "101", "nan", "inf", "much"])
def test_an_invalid_share_is_named(typed: str) -> None:
    with pytest.raises(InputError, match=f"Time % of task 1 is '{typed}'"):
        PastedJob.of_preview({"task-7": "Mix paint", "share-7": typed})


def test_a_job_without_checked_lines_or_with_too_many_is_rejected() -> None:
    with pytest.raises(InputError, match="Check the lines that are tasks"):
        PastedJob.of_preview({"text": "Mix paint", "share-0": "5"})
    many = {f"task-{number}": f"Mix paint {number}" for number in range(1_001)}
    with pytest.raises(InputError, match="1,001 tasks. At most 1,000"):
        PastedJob.of_preview(many)


def test_the_fields_and_the_link_make_the_same_job() -> None:
    job = PastedJob(
        title="Painter & more",
        department="Hall #3",
        tasks=('Mix "paint" + water = 50%', "Grüße schreiben"),
        shares=(None, 1 / 3),
    )
    again = PastedJob.of_lines(dict(job.fields()))
    assert again.shares[1] == pytest.approx(1 / 3)
    assert (again.title, again.department, again.tasks) == (job.title, job.department, job.tasks)
    assert "#" not in job.fragment()
    assert parse_qsl(job.fragment()) == job.fields()


def test_a_long_job_has_no_link() -> None:
    job = PastedJob(title="", department="", tasks=("Mix paint. " * 60,) * 50, shares=(None,) * 50)
    assert job.fragment() == ""
    assert job.occupation().title == UNTITLED
