from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine import EngineError
from engine.records.reader import parse_occupations, read_occupations


def _file(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_a_csv_of_two_occupations(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "jobs.csv",
        "title,soc_code,job_zone,task,time_share,importance,core\n"
        "Clerk,43-9061,2,File letters.,0.25,,\n"
        "Writer,,,Write stories.,,,\n"
        "Clerk,43-9061,2,Answer calls.,,4.5,false\n",
    )
    clerk, writer = read_occupations(path)
    assert (clerk.title, clerk.soc_code, clerk.job_zone) == ("Clerk", "43-9061.00", 2)
    assert [task.time_share for task in clerk.task_records] == [0.25, None]
    assert clerk.task_records[1].importance == 4.5
    assert not clerk.task_records[1].core
    assert (writer.title, writer.soc_code, writer.job_zone) == ("Writer", None, None)


def test_spellings_of_title_and_code_are_one_occupation_and_other_columns_are_ignored(
    tmp_path: Path,
) -> None:
    path = _file(
        tmp_path,
        "jobs.csv",
        "title,soc_code,task,remark\nClerk,43-9061,File.,x\nclerk,43-9061.00,Call.,y\n",
    )
    (clerk,) = read_occupations(path)
    assert len(clerk.tasks) == 2


def test_a_csv_without_titles_is_named_after_its_file(tmp_path: Path) -> None:
    (job,) = read_occupations(_file(tmp_path, "museum_guide.csv", "task\nLead tours.\n"))
    assert job.title == "Museum guide"


@pytest.mark.parametrize("many", [False, True])
def test_json_has_one_occupation_or_a_list(tmp_path: Path, many: bool) -> None:
    item = {"title": "Clerk", "tasks": ["File letters.", {"task": "Call.", "time_share": 0.4}]}
    path = _file(tmp_path, "jobs.json", json.dumps([item, item] if many else item))
    occupations = read_occupations(path)
    assert len(occupations) == 1 + many
    assert [task.time_share for task in occupations[0].task_records] == [None, 0.4]


def test_plain_text_with_bullets_numbers_and_a_title() -> None:
    text = (
        "# Museum guide\r\n\r\n- Lead tours.\n  • Answer questions\n3) Sell tickets.\n(4) Sweep.\n"
    )
    (job,) = parse_occupations(text, title="Pasted job")
    assert job.title == "Museum guide"
    assert [task.text for task in job.task_records] == [
        "Lead tours.",
        "Answer questions",
        "Sell tickets.",
        "Sweep.",
    ]


def test_text_that_only_looks_like_a_bullet_is_kept() -> None:
    text = "3-D print parts for engines.\n-5 degree rooms are kept clean."
    (job,) = parse_occupations(text, title="Job")
    assert [task.text for task in job.task_records] == [
        "3-D print parts for engines.",
        "-5 degree rooms are kept clean.",
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "sentence\nFile letters.\n", "missing column task"),
        ("a.csv", "task\n", "has a header but no rows; add one row per task"),
        ("a.csv", "task,time_share\nFile.,0.5\n,0.5\n", r"line 3: task is blank"),
        (
            "a.csv",
            "task,time_share\nFile.,half\n",
            r"line 2, column time_share: 'half' is not a number; write a number",
        ),
        ("a.csv", "task,time_share\nFile.,-1\n", r"line 2: time_share is -1"),
        ("a.csv", "task,time_share\nFile.,0.9\nCall.,0.9\n", r"sums to 1.8 over 2 tasks"),
        (
            "a.csv",
            "task,soc_code\nFile.,99\n",
            r"from line 2: occupation 'A': SOC code '99' is not valid",
        ),
        (
            "a.csv",
            "task,timeshare\nFile.,0.5\n",
            "line 1: unknown column 'timeshare'; rename it to 'time_share'",
        ),
        ("a.csv", "task\nNaN\n", "line 2: task is blank"),
        ("a.json", '{"tasks": ["A b."], "tasks": ["C d."]}', "duplicate field 'tasks'; remove one"),
        (
            "a.json",
            '{"tasks": [{"task": "File.", "time_share": 1' + "0" * 400 + "}]}",
            "time_share",
        ),
        (
            "a.json",
            '{"tasks": [{"task": "File.", "time_share": 1' + "0" * 5000 + "}]}",
            "invalid JSON",
        ),
        ("a.csv", "task,core\nFile.,maybe\n", r"line 2: core is 'maybe'; write true or false"),
        ("a.json", "{", "invalid JSON"),
        ("a.json", "[" * 100_000, "invalid JSON"),
        ("a.json", "[]", "the list is empty; add at least one occupation"),
        (
            "a.json",
            '{"title": "Clerk"}',
            "occupation 1: .* has no list of tasks; write an object such as",
        ),
        ("a.json", '{"tasks": []}', "there are no tasks"),
        ("a.json", '{"tasks": [null]}', "task 1: task is None"),
        (
            "a.json",
            '{"tasks": [{"text": "File."}]}',
            "task 1: unknown field text; use only category, core",
        ),
        ("a.json", '{"tasks": ["File."], "soc": "1"}', "occupation 1: unknown field soc; use only"),
        ("a.txt", "- \n*  \n", "no tasks"),
    ],
)
def test_errors_name_the_place_and_the_fix(
    tmp_path: Path, name: str, content: str, message: str
) -> None:
    path = _file(tmp_path, name, content)
    with pytest.raises(EngineError, match=rf"(?s){name}.*{message}"):
        read_occupations(path)


def test_any_file_can_be_read_as_text(tmp_path: Path) -> None:
    path = _file(tmp_path, "museum_guide.csv", "Lead tours.\nSell tickets.\n")
    (job,) = read_occupations(path, kind="text")
    assert (job.title, len(job.tasks)) == ("Museum guide", 2)
