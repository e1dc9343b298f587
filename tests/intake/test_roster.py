"""Staff lists as they come: many headers, encodings and faults; nothing is dropped silently."""

from __future__ import annotations

import datetime
import io
import re
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.intake import roster_table
from engine.intake.roster import Roster, parse_roster, read_roster
from engine.intake.roster_columns import role_of


def _read(text: str) -> Roster:
    return parse_roster(text.encode(), "staff.csv")


def _said(roster: Roster, part: str) -> str:
    """Return the one decision that contains a text."""
    found = [decision for decision in roster.decisions if part in decision]
    assert len(found) == 1, roster.decisions
    return found[0]


def _workbook(
    rows: Sequence[Sequence[Any]], merged: Sequence[str] = (), others: Sequence[str] = ()
) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    for name in others:
        book.create_sheet(name).append(["x"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


# Columns ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("Job Title", "title"),
        ("JOB_TITLE", "title"),
        ("Position", "title"),
        ("Stellenbezeichnung", "title"),
        ("Puesto", "title"),
        ("Intitulé du poste", "title"),
        ("Employee Job Title (2026)", "title"),
        ("Dept.", "department"),
        ("Abteilung", "department"),
        ("Département", "department"),
        ("FTE", "headcount"),
        ("No. of Employees", "headcount"),
        ("Headcount (FTE)", "headcount"),
        ("VZÄ", "headcount"),
        ("Salary (USD)", "pay"),
        ("Gehalt", "pay"),
        ("Standort", "location"),
        ("O*NET-SOC Code", "soc_code"),
        ("Tasks", "tasks"),
        ("Aufgaben", "tasks"),
        ("Employee ID", "personal"),
        ("Last name", "personal"),
        ("Personalnummer", "personal"),
        ("Job Code", None),
        ("Position ID", None),
        ("Manager's Job Title", None),
        ("Favorite color", None),
        ("x" * 5_000, None),
    ],
)
def test_headers_are_known_in_many_forms(header: str, role: str | None) -> None:
    found = role_of(header)
    assert (found and found[0]) == role


def test_columns_about_persons_are_ignored_and_said_so() -> None:
    roster = _read("Emp ID,Name,Job Title,Shoe size\n1,Ann,Nurse,38\n2,Bob,Welder,44\n")
    assert [row.title for row in roster.rows] == ["Nurse", "Welder"]
    assert "'Emp ID', 'Name'" in _said(roster, "Ignored because they are about persons")
    assert "'Shoe size'" in _said(roster, "Not used")
    assert "Ann" not in repr(roster)


def test_the_surest_of_several_titles_is_used() -> None:
    roster = _read("Title,Position,Job Title\nMs,P-7,Nurse\n")
    assert roster.rows[0].title == "Nurse"
    assert "'Position'" in _said(roster, "Not used")


def test_a_title_that_is_a_form_of_address_is_about_persons() -> None:
    with pytest.raises(InputError, match="no column of job titles"):
        _read("Title,Dept\nMr,Sales\nMs,Sales\nDr,Sales\n")


def test_the_same_header_over_names_or_numbers() -> None:
    assert _read("Stelle,Mitarbeiter\nKoch,12\nMaler,3\n").rows[0].headcount == 12
    roster = _read("Stelle,Mitarbeiter\nKoch,Anna\nMaler,Otto\n")
    assert [row.headcount for row in roster.rows] == [1, 1]
    assert "'Mitarbeiter'" in _said(roster, "about persons")


def test_a_header_below_a_title_and_blank_rows() -> None:
    roster = _read("Staff list 2026,,\n,,\n\nJob title,Dept,HC\nNurse,ICU,3\n")
    assert roster.columns == {"title": "Job title", "department": "Dept", "headcount": "HC"}
    assert [(row.line, row.title) for row in roster.rows] == [(5, "Nurse")]
    assert "row 4" in _said(roster, "The header is in row")


def test_a_header_of_two_rows() -> None:
    roster = _read("Employee,,Job,,Pay\nID,Name,Title,Department,(annual)\n1,Ann,Nurse,ICU,80k\n")
    row = roster.rows[0]
    assert (row.title, row.department, row.pay) == ("Nurse", "ICU", 80_000)
    assert len(roster.rows) == 1


def test_the_first_job_is_never_taken_for_a_header() -> None:
    roster = _read("Job title,Grp\nClerk,Service\nNurse,Team\n")
    assert [row.title for row in roster.rows] == ["Clerk", "Nurse"]


def test_a_row_of_units_below_the_header_is_named() -> None:
    roster = _read("Job title,HC,Pay\n,FTE,USD\nNurse,3,80k\n")
    assert len(roster.rows) == 1
    assert "row 2" in _said(roster, "line of units")


def test_a_list_without_a_job_title_names_what_it_has() -> None:
    with pytest.raises(InputError, match="name one 'Job title'.*'a', 'b'"):
        _read("a,b\n1,2\n")


def test_one_column_needs_no_header() -> None:
    roster = _read("Nurse\nWelder\nCook\n")
    assert [row.title for row in roster.rows] == ["Nurse", "Welder", "Cook"]
    _said(roster, "no header")


def test_commas_in_a_single_column_belong_to_the_title() -> None:
    assert _read("Job title\nManager, Sales\nNurse\n").rows[0].title == "Manager, Sales"


# Rows -------------------------------------------------------------------------------------------


def test_every_row_is_one_person_without_a_headcount() -> None:
    roster = _read("Job title\nNurse\nNurse\nCook\n")
    assert [row.headcount for row in roster.rows] == [1, 1, 1]
    assert "another person" in _said(roster, "the same as an earlier one")


def test_the_same_person_twice_counts_once() -> None:
    roster = _read("ID,Job title\n1,Nurse\n1,Nurse\n2,Nurse\n")
    assert [row.line for row in roster.rows] == [2, 4]
    assert "row 3" in _said(roster, "second copy of the same person")


def test_totals_and_repeated_headers_are_left_out_and_named() -> None:
    roster = _read("Job title,HC\nNurse,3\nJob title,HC\nCook,2\nGrand Total,5\n")
    assert [row.title for row in roster.rows] == ["Nurse", "Cook"]
    assert "row 5" in _said(roster, "total")
    assert "row 3" in _said(roster, "repeated header")


def test_blank_rows_of_a_list_are_left_out_and_named() -> None:
    roster = read_roster(["Nurse", "", {"job title": None}, " \t"])
    assert [row.title for row in roster.rows] == ["Nurse"]
    assert "rows 2, 3, 4" in _said(roster, "blank")
    with pytest.raises(InputError, match="has no rows with jobs"):
        read_roster([""])


def test_faults_are_named_in_their_rows() -> None:
    roster = _read(
        "Job title,HC,Salary,SOC\n"
        "Nurse,-3,80k,29-1141\n"
        "=1+1,2,80k,\n"
        ",4,80k,\n"
        "Cook,many,52,99-9999\n"
        f"{'x' * 300},1,,\n"
        "1234,1,,\n"
    )
    nurse, formula, blank, cook, long, digits = roster.rows
    assert nurse.headcount == 0
    assert "negative" in nurse.faults[0]
    assert nurse.soc_code == "29-1141.00"
    assert (formula.title, formula.headcount) == ("", 2)
    assert "formula" in formula.faults[0]
    assert blank.faults == ("has no job title; add one",)
    assert [fault.split()[0] for fault in cook.faults] == ["headcount", "pay", "SOC"]
    assert "300 characters" in long.faults[0]
    assert "no letters" in digits.faults[0]


def test_vacancies_and_blank_headcounts_count_nobody() -> None:
    roster = _read("Job title,HC\nNurse,0\nCook,\nWelder,2\n")
    assert [row.headcount for row in roster.rows] == [0, 0, 2]
    assert "no headcount" in roster.rows[1].faults[0]
    assert "1 row with headcount 0" in _said(roster, "vacancies")


def test_a_row_with_too_many_cells_is_named() -> None:
    faulty, fine = _read("Job title,HC\nManager, Sales,3\nNurse,2\n").rows
    assert "3 cells, but the header has 2" in faulty.faults[0]
    assert fine.faults == ()


def test_departments_that_differ_in_spelling_are_said() -> None:
    roster = _read("Job title,Dept\nNurse,ICU\nNurse,Icu\nNurse,I.C.U\n")
    assert "'ICU' and 'Icu'" in _said(roster, "capitals or punctuation")


def test_tasks_of_a_cell_are_divided() -> None:
    row = _read('Job title,Tasks\nClerk,"type letters; file papers\n- answer the phone"\n').rows[0]
    assert row.tasks == ("type letters", "file papers", "answer the phone")


def test_german_numbers_and_semicolons() -> None:
    roster = _read("Stelle;VZÄ;Gehalt\nKoch;12,5;3.200 €/Monat\nMaler;1.200;45.000\n")
    assert [(row.headcount, row.pay) for row in roster.rows] == [(12.5, 38_400), (1200, 45_000)]
    assert roster.currencies == ("€",)


def test_markup_and_invisible_characters_are_cleaned() -> None:
    title = _read("Job title,Dept\n<b>Nurse</b>\u200b &amp; aide,x\n").rows[0].title
    assert title == "Nurse & aide"


# Files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(encoding: str, delimiter: str) -> None:
    text = "\r\n".join(delimiter.join(row) for row in (["Poste", "Service"], ["Infirmière", "Été"]))
    roster = parse_roster(text.encode(encoding), "liste")
    assert (roster.rows[0].title, roster.rows[0].department) == ("Infirmière", "Été")
    assert any("Windows-1252" in said for said in roster.decisions) == (encoding == "cp1252")


def test_the_line_by_which_excel_names_the_delimiter() -> None:
    roster = _read("sep=|\nJob title|HC\nNurse|3\n")
    assert [(row.line, row.headcount) for row in roster.rows] == [(3, 3)]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"Job title,HC\n", "has a header but no rows"),
        (b"Job title,HC\nTotal,5\n", "no rows with jobs"),
        (b"%PDF-1.7 \x00\x01", "PDF document"),
        (b"\n <!DOCTYPE html><table>", "web page"),
        (b"<?xml version='1.0'?>", "web page or XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old or encrypted Office file"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"{\\rtf1 x}", "RTF"),
        (b'[{"job title": "x"}]', "is JSON"),
        (b"PK\x03\x04 not a zip", "not a readable Excel workbook"),
        (bytes(range(256)) * 20, "not text and not an Excel workbook"),
        (b"Job title,HC\n\x00\x00,3\n", "not text"),
        (b'Job title,HC\n"Nurse,3\nCook,2\n', "line 3: .*quotes"),
    ],
)
def test_other_files_are_rejected_with_what_they_are(content: bytes, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        parse_roster(content, "staff.csv")


def test_a_path_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_roster(tmp_path / "no.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_roster(tmp_path)


def test_a_workbook_with_merged_headers_and_departments(tmp_path: Path) -> None:
    rows = [
        ["Staff 2026"],
        ["Department", "Job"],
        [None, "Title", "Headcount", "Salary"],
        ["ICU", "Nurse", 3, 52_000],
        [None, "Clerk", 2, "$19/hr"],
        ["OR", "Surgeon", datetime.datetime(2026, 3, 1), 1e5],
    ]
    merged = ["A1:D1", "A2:A3", "B2:D2", "A4:A5"]
    path = tmp_path / "staff.xlsx"
    path.write_bytes(_workbook(rows, merged, ["Notes"]))
    roster = read_roster(path)
    nurse, clerk, surgeon = roster.rows
    assert (nurse.department, nurse.headcount, nurse.pay) == ("ICU", 3, 52_000)
    assert (clerk.department, clerk.headcount, clerk.pay) == ("ICU", 2, 39_520)
    assert "'2026-03-01' is not a number" in surgeon.faults[0]
    assert "not 'Notes'" in _said(roster, "Only the sheet 'Sheet'")


def test_a_merged_number_counts_once() -> None:
    rows = [["Job title", "HC"], ["Nurse", 5], ["Aide", None]]
    roster = parse_roster(_workbook(rows, ["B2:B3"]), "staff.xlsx")
    assert [row.headcount for row in roster.rows] == [5, 0]
    assert "no headcount" in roster.rows[1].faults[0]


def test_formulas_have_their_saved_value_or_are_named() -> None:
    content = _workbook([["Job title", "HC"], ["Nurse", "=1+1"], ["Cook", 3]])
    row = parse_roster(content, "staff.xlsx").rows[0]
    assert row.headcount == 0
    assert "formula without a saved value" in row.faults[0]
    saved = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(saved, "w") as new:
        for name in old.namelist():
            xml = old.read(name)
            xml = re.sub(rb"<f>1\+1</f><v */>|<f>1\+1</f><v></v>", b"<f>1+1</f><v>2</v>", xml)
            new.writestr(name, xml)
    roster = parse_roster(saved.getvalue(), "staff.xlsx")
    assert roster.rows[0].headcount == 2
    assert "1 cells are formulas" in _said(roster, "formulas")


def test_the_first_sheet_with_content_is_read() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Cover"
    book.create_sheet("Secret").append(["Job title"])
    book["Secret"].sheet_state = "hidden"
    book.create_sheet("Staff").append(["Job title"])
    book["Staff"].append(["Nurse"])
    content = io.BytesIO()
    book.save(content)
    roster = parse_roster(content.getvalue(), "staff.xlsx")
    assert [row.title for row in roster.rows] == ["Nurse"]


def test_a_cell_far_outside_the_list_is_no_endless_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Job title"])
    book.active["XFD1048576"] = "x"
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(InputError, match="far outside the list"):
        parse_roster(content.getvalue(), "staff.xlsx")


def test_merging_a_whole_sheet_is_no_endless_read() -> None:
    content = io.BytesIO()
    small = _workbook([["Job title"], ["Nurse"]], ["A1:A2"])
    with zipfile.ZipFile(io.BytesIO(small)) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'"A1:A2"', b'"A1:XFD1048576"'))
    with pytest.raises(InputError, match="merges too many cells"):
        parse_roster(content.getvalue(), "staff.xlsx")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"Job title;HC\n", b"Job title\tPay\n"]))
def test_any_bytes_are_a_list_or_a_clear_fault(noise: bytes, start: bytes) -> None:
    try:
        roster = parse_roster(start + noise, "staff.csv")
    except InputError:
        return
    assert roster.rows


@pytest.mark.parametrize("seed", range(30))
def test_a_damaged_workbook_is_read_or_a_clear_fault(seed: int) -> None:
    random = Random(seed)
    whole = _workbook([["Job title", "HC"], ["Nurse", "=1+1"]], ["A1:A2"], ["Notes"])
    damaged = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(damaged, "w") as new:
        for name in old.namelist():
            xml = bytearray(old.read(name))
            place = random.randrange(len(xml))
            xml[place : place + random.randint(0, 5)] = random.choice(
                [b"", b"9", b'"', b">", b"A1"]
            )
            new.writestr(name, bytes(xml))
    with suppress(InputError):
        parse_roster(damaged.getvalue(), "staff.xlsx")


def test_an_archive_that_is_no_workbook() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("staff.csv", "Job title\nNurse\n")
    with pytest.raises(InputError, match="ZIP archive"):
        parse_roster(content.getvalue(), "staff.zip")


def test_an_archive_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.intake.roster_table.MAX_FILE_BYTES", 10_000)
    rows = [["Job title"], *[[f"Nurse {'x' * 200}"]] * 200]
    with pytest.raises(InputError, match="unpacks to more than"):
        parse_roster(_workbook(rows), "staff.xlsx")


# Python -----------------------------------------------------------------------------------------


def test_frames_mappings_and_titles_are_staff_lists() -> None:
    frame = pd.DataFrame({"Position": ["Nurse", "Cook"], "HC": [3, None], "Pay": [52_000, 1e5]})
    nurse, cook = read_roster(frame).rows
    assert (nurse.title, nurse.headcount, nurse.pay) == ("Nurse", 3, 52_000)
    assert cook.headcount == 0
    rows = read_roster(
        [{"job title": "Nurse", "headcount": 4, "tasks": ["chart", "walk"]}, "Cook"]
    ).rows
    assert (rows[0].headcount, rows[0].tasks) == (4, ("chart", "walk"))
    assert rows[1].title == "Cook"
    assert [row.title for row in read_roster(["Nurse", "Cook"]).rows] == ["Nurse", "Cook"]


@pytest.mark.parametrize("staff", [[], [3], 7, None, {"job title": "x"}])
def test_values_that_are_no_staff_list(staff: Any) -> None:
    with pytest.raises(InputError):
        read_roster(staff)


def test_a_list_with_one_row() -> None:
    assert len(_read("Job title,HC\nNurse,3\n").rows) == 1


def test_a_list_with_many_rows_keeps_them_all() -> None:
    lines = [f"Nurse {number % 50},Ward {number % 7},{number % 3 + 1}" for number in range(12_000)]
    roster = _read("Job title,Dept,HC\n" + "\n".join(lines))
    assert len(roster.rows) == 12_000
    assert sum(row.headcount for row in roster.rows) == 24_000


# Limits -----------------------------------------------------------------------------------------


def test_columns_are_limited_in_every_kind_of_list() -> None:
    names = ["Job title", *(f"c{number}" for number in range(500))]
    wide: list[Any] = [
        "\n".join([",".join(names), ",".join(["Nurse"] * len(names))]).encode(),
        _workbook([names, ["Nurse"] * len(names)]),
        pd.DataFrame([["Nurse"] * len(names)], columns=names),
        [dict.fromkeys(names, "Nurse")],
        [{name: "Nurse"} for name in names],
    ]
    for staff in wide:
        with pytest.raises(InputError, match="has more than 500 columns; remove unused ones"):
            read_roster(staff)


def test_cells_are_limited_in_every_kind_of_list(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = "x" * 32_767
    rows = [("Job title", "Note"), ("Nurse", longest)]
    assert read_roster([dict(zip(*rows, strict=True))]).rows[0].title == "Nurse"
    rows[1] = ("Nurse", longest + "x")
    long: list[Any] = [
        "\n".join(map(",".join, rows)).encode(),
        pd.DataFrame(rows[1:], columns=rows[0]),
        [dict(zip(*rows, strict=True))],
    ]
    for staff in long:
        with pytest.raises(InputError, match="a cell of row . has 32,768 characters, more than"):
            read_roster(staff)
    monkeypatch.setattr(roster_table, "MAX_CELLS", 5)
    with pytest.raises(InputError, match="more than 5 cells; remove unused columns"):
        read_roster([{"Job title": "Nurse", "a": "", "b": ""}] * 2)


def test_long_cells_of_parentheses_take_linear_time() -> None:
    start = time.process_time()
    _read(f"job title;note\nNurse;{'(' * 32_000}\n" + "Nurse;x\n" * 3)
    assert time.process_time() - start < 2  # a search for the end of each took minutes
