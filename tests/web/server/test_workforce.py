"""Staff lists on the site: the form, the report, the API; nothing of them is kept."""

from __future__ import annotations

import base64
import json
import logging
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from engine.web.content.site import Site
from tests.web.conftest import ART, CHIEF

STAFF = (
    "Job title,Department,Headcount,SOC code\n"
    f"Chief Executive,Board,2,{CHIEF}\nTherapist,Clinic,20,{ART}\nTherapist,Ward,9,{ART}\n"
    "Zzzyx,Ward,7,\nQqqw,Ward,-1,\n"
)


def _post(client: TestClient, text: str = STAFF, **fields: str) -> tuple[int, str]:
    files = {"staff": ("staff.csv", text.encode(), "text/csv")}
    answer = client.post("/workforce", files=files, data=fields)
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.text


def _downloads(html: str) -> dict[str, str]:
    found = re.findall(r'download="([^"]+)" href="data:[^"]*base64,([^"]*)"', html)
    return {name: base64.b64decode(content).decode() for name, content in found}


def test_the_form_says_that_nothing_is_stored(client: TestClient) -> None:
    html = client.get("/workforce").text
    assert "Nothing you upload is stored or logged." in html
    assert 'enctype="multipart/form-data"' in html
    assert client.head("/workforce").status_code == 200


def test_an_uploaded_list_gives_the_report_and_its_files(client: TestClient) -> None:
    status, html = _post(client)
    assert status == 200
    for part in ("Clinic", "Other departments", "Nothing you uploaded is stored", "Zzzyx"):
        assert part in html
    assert "Row 6: headcount -1 is negative" in html
    files = _downloads(html)
    assert list(files) == ["workforce.html", "workforce.csv", "workforce.json", "titles.csv"]
    plain = json.loads(files["workforce.json"])
    assert plain["by_department"][0]["name"] == "Clinic"
    assert "Zzzyx" in files["titles.csv"]
    assert files["workforce.html"].startswith("<!doctype html>")
    assert all("Board" not in content for content in files.values())


def test_small_groups_are_shown_if_asked(client: TestClient) -> None:
    _, html = _post(client, show_small="yes")
    assert "Board" in html
    assert "Do not share it" in html


def test_rows_can_be_pasted_and_titles_confirmed(client: TestClient) -> None:
    files = {"confirmed": ("t.csv", f"title,soc_code\nZzzyx,{CHIEF}\n".encode(), "text/csv")}
    pasted = "Job title\tHeadcount\nZzzyx\t8\n"
    answer = client.post("/workforce", data={"text": pasted}, files=files)
    assert answer.status_code == 200
    plain = json.loads(_downloads(answer.text)["workforce.json"])
    assert plain["by_job"][0]["soc_code"] == CHIEF


@pytest.mark.parametrize(
    ("text", "fields", "fault"),
    [
        ("", {}, "There is no list"),
        ("%PDF-1.7", {}, "PDF document"),
        ("a,b\n1,2\n", {}, "no column of job titles"),
        (STAFF, {"weight": "pay"}, "no pay to weight by"),
        (STAFF, {"weight": "age"}, "choose from"),
    ],
)
def test_faults_are_shown_above_the_form(
    client: TestClient, text: str, fields: dict[str, str], fault: str
) -> None:
    status, html = _post(client, text, **fields)
    assert status == 422
    assert fault in html
    assert 'role="alert"' in html


def test_hostile_text_is_escaped(client: TestClient) -> None:
    hostile = "<script>alert(1)</script>"
    text = f"Job title,Dept,HC\nx{hostile},y{hostile},9\n"
    assert hostile not in _post(client, text)[1]
    assert hostile not in client.post("/workforce", data={"text": hostile}).text


def test_a_list_that_is_too_large_is_rejected(client: TestClient) -> None:
    files = {"staff": ("staff.csv", b"Job title\n" + b"Nurse\n" * 200_000, "text/csv")}
    assert client.post("/workforce", files=files).status_code == 413


def test_the_api_scores_rows_and_titles(client: TestClient, site: Site) -> None:
    rows = [{"job title": "x", "soc": ART, "headcount": 12}, {"job title": "y", "soc": CHIEF}]
    answer = client.post("/api/workforce", json={"rows": rows, "show_small": True})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    plain = answer.json()
    assert plain["by_job"][0]["soc_code"] == ART
    assert plain["risk"] == pytest.approx(site.engine.score_occupation(ART).risk)
    assert "headcount" in plain["rows"][1]["faults"][0]
    titles = client.post("/api/workforce", json={"rows": ["Zzzyx"], "confirmed": {"Zzzyx": ART}})
    assert titles.json()["total"]["headcount"] == 1


@pytest.mark.parametrize(
    "body",
    [
        {"rows": []},
        {"rows": [3]},
        {"rows": [{"title": {"x": "y"}}]},
        {"rows": ["x"], "weight": "age"},
        {"rows": ["x"], "other": 1},
        {"rows": ["x"], "confirmed": {"x": "nonsense"}},
    ],
)
def test_the_api_rejects_what_is_no_list(client: TestClient, body: dict[str, object]) -> None:
    answer = client.post("/api/workforce", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_nothing_of_a_list_is_stored_or_logged(
    client: TestClient, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "Zanzibarine"
    before = _tables(site)
    text = f"Job title,{secret} dept,HC\n{secret},{secret},9\nBoss,{secret},9\n"
    with caplog.at_level(logging.DEBUG):
        assert _post(client, text)[0] == 200
        assert _post(client, f"{secret},{secret}\n1,2\n")[0] == 422
        client.post("/api/workforce", json={"rows": [secret]})
    assert _tables(site) == before
    folder = Path(site.store.url.removeprefix("sqlite:///")).parent
    assert all(secret.encode() not in path.read_bytes() for path in folder.iterdir())
    assert secret not in caplog.text


def _tables(site: Site) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of the store."""
    path = site.store.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as database:
        names = database.execute("select name from sqlite_master where type = 'table'").fetchall()
        return {name: database.execute(f"select * from {name}").fetchall() for (name,) in names}
