"""The file of titles to confirm, from one run to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import InputError
from engine.records.title_match import TitleCandidate
from engine.records.workforce import ScoredStaff
from engine.report.tables import csv_text
from engine.workforce.confirmations import confirmation_table, read_confirmed


def _row(title: str, source: str | None, probability: float, people: float = 1) -> ScoredStaff:
    return ScoredStaff(
        line=2,
        title=title,
        department="Floor",
        location="",
        headcount=people,
        pay=None,
        soc_code="11-1011.00" if source else None,
        occupation="Chief Executives" if source else None,
        source=source,  # type: ignore[arg-type]
        probability=probability,
        alternatives=(TitleCandidate("43-9061.00", "Office Clerks", 0.25),),
        risk=0.5 if source else None,
        can_help=0.1 if source else None,
        counted=source is not None,
        faults=(),
    )


def test_the_file_has_what_a_user_should_look_at_the_largest_first() -> None:
    rows = [
        _row("Boss", "title", 0.99),
        _row("Floater", None, 0.3, 2),
        _row("floater", None, 0.3, 5),
        _row("Lead", "title", 0.7, 3),
        _row("Clerk", "given", 1.0),
        _row("", None, 0.0),
    ]
    table = confirmation_table(rows, 0.9)
    assert table["title"].tolist() == ["Floater", "Lead"]
    assert table["headcount"].tolist() == [7, 3]
    assert table["status"].tolist() == ["unresolved", "unsure"]
    assert table["suggestions"][0] == "43-9061.00 Office Clerks (25%)"
    assert table["soc_code"].tolist() == ["", ""]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_filled_in_file_is_read_back(tmp_path: Path, delimiter: str) -> None:
    """Spreadsheets may save it with semicolons, and without UTF-8."""
    table = confirmation_table([_row("=Métier", None, 0.3), _row("Lead", None, 0.3)], 0.9)
    table.loc[table["title"] == "=Métier", "soc_code"] = "43-9061"
    path = tmp_path / "titles.csv"
    text = csv_text(table)
    assert "'=M" in text
    path.write_bytes((text if delimiter == "," else _with_semicolons(text)).encode("cp1252"))
    found = read_confirmed(path)
    assert {key: code for key, (code, _) in found.items()} == {("métier", "floor"): "43-9061"}


def _with_semicolons(text: str) -> str:
    import csv
    import io

    written = io.StringIO()
    csv.writer(written, delimiter=";").writerows(csv.reader(io.StringIO(text)))
    return written.getvalue()


def test_mappings_confirm_titles_and_titles_of_departments() -> None:
    found = read_confirmed({"Lead": "11-1011.00", ("Lead", "Sales"): "41-1012.00"})
    assert {key: code for key, (code, _) in found.items()} == {
        ("lead", ""): "11-1011.00",
        ("lead", "sales"): "41-1012.00",
    }
    assert read_confirmed(None) == {}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"title,code\nx,1\n", "missing column soc_code"),
        (b"", "empty"),
        (b"title,soc_code\nLead,11-1011\nlead,11-1021\n", "row 3: .*another code"),
    ],
)
def test_files_that_are_no_confirmations(content: bytes, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        read_confirmed(content)


def test_a_value_that_is_no_confirmation() -> None:
    with pytest.raises(InputError, match="mapping of title"):
        read_confirmed(3)
