"""The form for a pasted job, the preview of its lines, its scores, files and link."""

from __future__ import annotations

import html
import re
from itertools import product
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine import Occupation, RiskEngine, Task
from engine.intake.postings import read_posting
from engine.report.formatting import percent
from engine.report.posting import REASON_WORDS
from engine.report.tables import csv_text, task_table
from engine.web.content.site import Site
from tests.web.conftest import ART

LINES = ["Write reports for the board of the club.", "Paint the walls and ceilings of rooms."]
ADVERT = (
    "Club Steward\n\nAbout us\nWe are a friendly club with 200 members.\n\nWhat you'll do\n"
    f"- {LINES[0]}\n- {LINES[1]} (30% of your time)\n\nRequirements\n"
    "- At least two years of experience in a similar role\n\nBenefits\n- Paid vacation and lunch\n"
)


def _text_of(page: str, element_id: str) -> str:
    found = re.search(rf'id="{element_id}"[^>]*>([^<]*)<', page)
    assert found
    return found[1]


def _checkboxes(page: str) -> list[tuple[str, str, bool]]:
    """Name, text and state of every line of a preview."""
    found = re.findall(r'type="checkbox"[^>]* name="([^"]*)" value="([^"]*)"( checked)?>', page)
    return [(name, html.unescape(text), bool(checked)) for name, text, checked in found]


def _fields(page: str) -> dict[str, str]:
    """Hidden fields of the form for files."""
    form = page[page.index('id="keep"') :]
    found = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


def test_the_preview_shows_every_line_with_its_fate(client: TestClient) -> None:
    answer = client.post("/score", data={"text": ADVERT, "step": "preview"})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    posting = read_posting(ADVERT)
    boxes = _checkboxes(answer.text)
    assert [text for _, text, checked in boxes if checked] == [task.text for task in posting.tasks]
    assert [text for _, text, checked in boxes if not checked] == [
        line.text for line in posting.left_out if line.reason != "decoration"
    ]
    for line in posting.left_out:
        assert f"<small>{REASON_WORDS[line.reason]}</small>" in answer.text
    assert {text for _, text, checked in boxes if checked} >= {LINES[0]}
    assert 'value="30"' in answer.text
    assert f"Found {len(posting.tasks)} tasks in {len(boxes)} lines." in answer.text


def test_the_checked_lines_are_scored_as_by_the_engine(
    client: TestClient, engine: RiskEngine
) -> None:
    form = {"title": "Club", "text": ADVERT, "step": "lines", "task-7": LINES[1], "share-7": "25",
            "task-5": LINES[0], "share-5": "", "share-6": "90"}  # fmt: skip
    answer = client.post("/score", data=form)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    tasks = [Task(LINES[0]), Task(LINES[1], time_share=0.25)]
    expected = engine.score_occupation(Occupation("Club", tasks))
    assert _text_of(answer.text, "risk") == percent(expected.risk)
    assert 'value="25.0"' in answer.text


def test_a_fault_returns_the_preview_as_the_reader_left_it(client: TestClient) -> None:
    before = client.post("/score", data={"text": ADVERT, "step": "preview"}).text
    name, text, _ = _checkboxes(before)[0]
    number = name.removeprefix("task-")
    form = {"title": "Mine", "text": ADVERT, name: text, f"share-{number}": "lots"}
    answer = client.post("/score", data=form | {"step": "lines"})
    assert answer.status_code == 422
    assert "Time % of task 1 is &#39;lots&#39;" in answer.text
    assert [(box, checked) for box, _, checked in _checkboxes(answer.text) if checked] == [
        (name, True)
    ]
    assert 'value="lots"' in answer.text
    assert 'value="Mine"' in answer.text
    none = client.post("/score", data={"text": ADVERT, "step": "lines"})
    assert none.status_code == 422
    assert "No line is checked." in none.text


def test_each_line_is_scored_as_a_task_on_request(client: TestClient, engine: RiskEngine) -> None:
    form = {"title": "Club", "text": "\n\n".join(LINES), "step": "score"}
    page = client.post("/score", data=form).text
    expected = engine.score_occupation(Occupation("Club", LINES))
    assert _text_of(page, "risk") == percent(expected.risk)


def test_a_pasted_job_is_recalculated_with_its_text(client: TestClient, engine: RiskEngine) -> None:
    job = {"title": "Odd jobs", "text": "\n".join(LINES)}
    first = client.post("/score", data=job | {"step": "score"}).text
    assert '<input type="hidden" name="step" value="time">' in first
    shares = {"share-0": "30", "share-1": "10"}
    page = client.post("/score", data=job | {"step": "time"} | shares).text
    tasks = [Task(LINES[0], time_share=0.75), Task(LINES[1], time_share=0.25)]
    expected = engine.score_occupation(Occupation("Odd jobs", tasks))
    assert _text_of(page, "risk") == percent(expected.risk)
    assert 'value="75.0"' in page


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"share-1": "much"}, "Time % of task 2 is &#39;much&#39;"),
        ({"share-1": "-1"}, "type numbers from 0 to 1,000,000"),
        ({"share-1": "\x07<script>"}, r"\x07&lt;script&gt;"),
    ],
)
def test_an_invalid_time_is_reported_and_nothing_typed_is_lost(
    client: TestClient, change: dict[str, str], message: str
) -> None:
    shares = {"share-0": "50", "share-1": "50"}
    form = {"text": "\n".join(LINES), "step": "time"} | shares | change
    answer = client.post("/score", data=form)
    assert answer.status_code == 422
    assert message in answer.text
    assert LINES[0] in answer.text


def test_the_job_says_what_it_looks_like_and_never_offers_it(
    client: TestClient, engine: RiskEngine
) -> None:
    text = "\n".join(task.text for task in engine.find(ART).task_records)
    for title, reason in (
        ("Art Therapist", "The job title says so."),
        ("", "The tasks of that occupation are the most similar to these."),
    ):
        page = client.post("/score", data={"title": title, "text": text, "step": "score"}).text
        assert f'You look like: <a href="/occupations/{ART}">Art Therapists</a>' in page
        assert reason in page
        explore = page.partition('id="explore"')[2]
        offered = re.findall(r'<a href="/occupations/([^"]*)"', explore)
        assert offered
        assert ART not in offered


@pytest.mark.parametrize("name", [ART, "Art Therapists", "art therapist"])
def test_a_pasted_job_is_compared_with_an_occupation(
    client: TestClient, engine: RiskEngine, name: str
) -> None:
    form = {"title": "Club", "text": "\n".join(LINES), "step": "compare", "with": name}
    page = client.post("/score", data=form).text
    expected = engine.compare([Occupation("Club", LINES), engine.find(ART)])
    heads = re.findall(r'<th scope="row">(Club|Art Therapists)</th>', page)
    assert list(dict.fromkeys(heads)) == ["Club", "Art Therapists"]
    for one in expected.occupations:
        assert f'aria-label="Risk {percent(one.risk)}, interval' in page
    assert f'name="text" value="{LINES[0]}' in page


def test_a_job_is_not_compared_with_an_occupation_that_nobody_knows(client: TestClient) -> None:
    form = {"title": "Club", "text": "\n".join(LINES), "step": "compare"}
    for name in ("Xyzzy plugh", "99-9999", "", "<b>"):
        answer = client.post("/score", data=form | {"with": name})
        assert answer.status_code in (404, 422), name
        assert 'role="alert"' in answer.text
        assert "Compare with an occupation" in answer.text


def test_the_files_hold_the_scores(client: TestClient, engine: RiskEngine) -> None:
    form = {"title": "Club", "task-0": LINES[0], "share-0": "25", "task-1": LINES[1],
            "step": "lines"}  # fmt: skip
    fields = _fields(client.post("/score", data=form).text)
    tasks = [Task(LINES[0], time_share=0.25), Task(LINES[1])]
    expected = engine.score_occupation(Occupation("Club", tasks))
    csv = client.post("/score", data=fields | {"step": "csv"})
    assert csv.headers["content-disposition"] == 'attachment; filename="pasted-job.csv"'
    assert csv.content.decode() == csv_text(task_table([expected]))
    answer = client.post("/score", data=fields | {"step": "json"})
    assert answer.headers["content-disposition"] == 'attachment; filename="pasted-job.json"'
    assert answer.json()["risk"] == expected.risk
    assert answer.headers["cache-control"] == csv.headers["cache-control"] == "no-store"


def test_the_link_keeps_the_job_after_its_number_sign(client: TestClient) -> None:
    form = {"title": "Club", "text": "\n".join(LINES), "step": "score"}
    page = client.post("/score", data=form).text
    (link,) = re.findall(r'id="share" href="([^"]*)"', page)
    address, _, fragment = html.unescape(link).partition("#")
    assert address == "/score"
    assert "text=Write+reports" in fragment
    assert "static/score.js?" in client.get("/score").text


def test_pasted_text_returns_unchanged_in_the_form(client: TestClient) -> None:
    """Quotes and line ends survive the hidden field of the form."""
    text = 'Write "minutes" & letters of < 5 pages for members.\nSet up chairs and tables.'
    page = client.post("/score", data={"text": text, "step": "score"}).text
    assert _fields(page)["text"] == text


def test_pasted_text_is_shown_as_text(client: TestClient) -> None:
    hostile = "Write <script>alert(1)</script> reports\x07 for \x1b[31m the \"board\" & 'us'."
    form = {"title": hostile, "department": hostile, "text": hostile, "task-0": hostile}
    for step in ("preview", "score", "lines"):
        page = client.post("/score", data=form | {"step": step})
        assert page.status_code in (200, 422)
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", page.text)


@pytest.mark.parametrize(
    ("step", "text"),
    [
        *product(["preview", "score", "lines", "time", "csv", "json", ""], ["?!", "", "\n \n"]),
        ("preview", "%PDF-1.7 binary"),
    ],
)
def test_text_without_tasks_is_reported(client: TestClient, step: str, text: str) -> None:
    answer = client.post("/score", data={"text": text, "step": step})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_nothing_pasted_is_stored_or_logged(
    client: TestClient, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "Guard the zanzibarine vault of the treasury."
    assert client.post("/api/score", json={"tasks": [secret]}).status_code == 200
    assert client.post("/api/posting", json={"text": secret}).status_code == 200
    for step in ("score", "preview", "lines", "csv", "json"):
        form = {"text": secret, "task-0": secret, "step": step}
        assert client.post("/score", data=form).status_code in (200, 422)
    folder = Path(site.store.url.removeprefix("sqlite:///")).parent
    for path in folder.iterdir():
        assert b"zanzibarine" not in path.read_bytes()
    assert "zanzibarine" not in caplog.text


# The API ----------------------------------------------------------------------------------------


def test_the_api_reads_a_posting_as_the_reader_does(client: TestClient) -> None:
    answer = client.post("/api/posting", json={"text": ADVERT})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    found, posting = answer.json(), read_posting(ADVERT)
    assert set(found) == {"title", "department", "language", "tasks", "left_out"}
    assert (found["title"], found["department"]) == (posting.title, posting.department)
    for key, items in (("tasks", posting.tasks), ("left_out", posting.left_out)):
        assert [item["text"] for item in found[key]] == [item.text for item in items]
        assert [tuple(item["span"]) for item in found[key]] == [item.span for item in items]
    assert [task["time_share"] for task in found["tasks"]] == [
        task.time_share for task in posting.tasks
    ]
    assert {task["language"] for task in found["tasks"]} == {"en"}
    assert all(line["reason"] in REASON_WORDS for line in found["left_out"])


@pytest.mark.parametrize(
    ("body", "message"),
    [({"text": " "}, ""), ({}, "text"), ({"text": "%PDF-1.7"}, "PDF"), ({"txt": "a"}, "txt")],
)
def test_the_api_rejects_what_is_no_text(
    client: TestClient, body: dict[str, str], message: str
) -> None:
    answer = client.post("/api/posting", json=body)
    assert answer.status_code == 422
    assert message in answer.text
