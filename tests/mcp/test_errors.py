"""Bad arguments of every tool, over both transports: an error that says what to do."""

from __future__ import annotations

from typing import Any

import pytest

from engine.mcp import limits
from tests.mcp.conftest import Connection
from tests.mcp.test_tools import ART, RECEPTIONIST

pytestmark = pytest.mark.slow

BAD: list[tuple[str, dict[str, Any], str]] = [
    ("search_occupations", {}, "query is missing; give it"),
    ("search_occupations", {"query": "a" * 201}, "query has 201 characters, more than 200"),
    ("search_occupations", {"query": "a", "limit": 51}, "limit is 51; give at most 50"),
    ("match_titles", {"titles": []}, "titles has 0 items; give at least 1"),
    ("match_titles", {"titles": ["x"] * 201}, "titles has 201 items, more than 200; split it"),
    ("match_titles", {"titles": [" "]}, "title 1 is blank; give a job title"),
    (
        "match_titles",
        {"titles": ["Clerk"], "departments": ["A", "B"]},
        "1 titles but 2 departments; give one department for each",
    ),
    ("score_occupation", {}, "no occupation; give code, or title, or title and tasks"),
    ("score_occupation", {"code": "29-1129.77"}, "Did you mean 29-1129.01 Art Therapists"),
    ("score_occupation", {"code": "Art Therapist"}, "Did you mean 29-1129.01 Art Therapists"),
    ("score_occupation", {"title": "wizard of oz"}, "names no occupation of the starter"),
    ("score_occupation", {"code": ART, "evidence": 6}, "evidence is 6; give at most 5"),
    ("score_occupation", {"soc": ART}, "unknown argument 'soc'; use only code, title, tasks"),
    (
        "score_occupation",
        {"tasks": [{"task": "File letters.", "time_share": 0.4}]},
        "time_share sums to 0.4 over 1 tasks; make it sum to 1",
    ),
    ("score_tasks", {"tasks": ["Sort mail."] * 101}, "tasks has 101 items, more than 100"),
    ("score_tasks", {"tasks": ["a" * 801]}, "tasks item 1 has 801 characters, more than 800"),
    ("score_tasks", {"tasks": ["..."]}, "task '...' has no letters; write a sentence"),
    (
        "score_tasks",
        {"tasks": [{"task": "File letters.", "time_share": 3}]},
        "tasks item 1, time_share is 3; give at most 1",
    ),
    ("score_posting", {"text": " "}, "the posting is blank; paste an advert"),
    ("score_posting", {"text": "a" * 50_001}, "text has 50,001 characters, more than 50,000"),
    ("score_posting", {"text": "Benefits:\n- Paid holidays\n"}, "the posting has no tasks"),
    ("score_workforce", {}, "give the staff list either as rows or as csv"),
    ("score_workforce", {"rows": ["Clerk"], "weight": "age"}, "give 'headcount' or 'pay'"),
    ("score_workforce", {"rows": ["Clerk"], "weight": "pay"}, "has no pay to weight by"),
    ("score_workforce", {"rows": ["Clerk"] * 2_001}, "rows has 2,001 items, more than 2,000"),
    (
        "score_workforce",
        {"rows": [{"job title": "Clerk", "notes": "a" * limits.MAX_STAFF_CHARACTERS}]},
        "characters, more than 500,000; leave out columns",
    ),
    ("similar_careers", {"code": "99-9999.99"}, "is not valid; write it like"),
    ("similar_careers", {"code": ART, "k": 0}, "k is 0; give at least 1"),
    (
        "similar_careers",
        {"code": ART, "filters": {"max_job_zone_gap": 9}},
        "max_job_zone_gap is 9; give a whole number from 0 to 4",
    ),
    (
        "similar_careers",
        {"code": ART, "filters": {"max_jobzone": 1}},
        "unknown field filters, max_jobzone; remove it",
    ),
    ("career_paths", {"code": ART, "target": ART}, "is the occupation itself; name another one"),
    ("career_paths", {"code": ART, "max_steps": 4}, "max_steps is 4; give at most 3"),
    ("career_paths", {"code": ART, "target": "29-1129.77"}, "Did you mean 29-1129.01"),
    ("compare_occupations", {"occupations": [ART]}, "occupations has 1 items; give at least 2"),
    ("compare_occupations", {"occupations": [ART, "43-4171.77"]}, f"Did you mean {RECEPTIONIST}"),
    ("score_everything", {}, "unknown tool 'score_everything'; use one of search_occupations"),
]


@pytest.mark.parametrize(("tool", "arguments", "message"), BAD)
def test_bad_arguments(
    server: Connection, tool: str, arguments: dict[str, Any], message: str
) -> None:
    said = server.error(tool, **arguments)
    assert message in said
    assert "Traceback" not in said
    assert "pydantic" not in said


def test_a_posting_with_too_many_tasks_is_rejected(server: Connection) -> None:
    duties = "\n".join(f"- Write report number {number} for clients." for number in range(101))
    said = server.error("score_posting", text=f"Clerk\n\nDuties:\n{duties}\n")
    assert said == "the text has 101 tasks, more than 100; give one job at a time"


def test_clients_that_send_lists_as_text_are_understood(server: Connection) -> None:
    """Some clients send the JSON of a list inside a string."""
    found = server.result("score_tasks", tasks='["File letters.", "Sort mail."]')
    assert [task["task"] for task in found["tasks"]] == ["File letters.", "Sort mail."]
