from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from engine import RiskEngine
from tests.cli.conftest import Run

STAFF = "Job Title,Department\nArt Therapist,Clinic\nAssociate,\n,Sales\n"


@pytest.fixture
def staff(tmp_path: Path) -> Path:
    path = tmp_path / "staff.csv"
    path.write_text(STAFF, encoding="utf-8")
    return path


def test_titles_are_matched_and_unsure_ones_get_suggestions(
    cli: Run, saved: Path, staff: Path
) -> None:
    done = cli("titles", staff, "--engine", saved)
    assert done.returncode == 0
    assert "1 of 2 job titles matched" in done.stdout
    assert "29-1129.01" in done.stdout
    assert "Unsure titles, and what they may be:" in done.stdout
    assert "left out 1 rows without a job title: 4" in done.stderr


def test_a_csv_has_a_row_for_each_title(cli: Run, saved: Path, staff: Path, tmp_path: Path) -> None:
    output = tmp_path / "titles.csv"
    assert cli("titles", staff, "--engine", saved, "--output", output).returncode == 0
    with output.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["title"] for row in rows] == ["Art Therapist", "Associate"]
    assert [row["soc_code"] for row in rows] == ["29-1129.01", ""]
    assert rows[0]["department"] == "Clinic"
    assert "(0." in rows[1]["alternatives"]


def test_json_has_the_records_of_python(cli: Run, saved: Path, staff: Path, tmp_path: Path) -> None:
    output = tmp_path / "titles.json"
    assert cli("titles", staff, "--engine", saved, "--output", output).returncode == 0
    found = json.loads(output.read_text(encoding="utf-8"))
    matches = RiskEngine.load(saved).match_titles(["Art Therapist", "Associate"], ["Clinic", None])
    assert [row["probability"] for row in found] == [match.probability for match in matches]
    assert found[1]["soc_code"] is None
    assert found[1]["alternatives"][0]["soc_code"] == matches[1].alternatives[0].soc_code


def test_one_title_per_line_is_read_from_stdin(cli: Run, saved: Path) -> None:
    done = cli("titles", "-", "--engine", saved, stdin=b"Art Therapist\nRegistered Nurse\n")
    assert done.returncode == 0
    assert "of 2 job titles matched" in done.stdout


def test_a_list_without_titles_is_an_error(cli: Run, saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text("Job Title,Department\n,Sales\n", encoding="utf-8")
    done = cli("titles", path, "--engine", saved)
    assert done.returncode == 2
    assert "no job titles" in done.stderr or "row" in done.stderr


def test_a_missing_file_is_named(cli: Run, saved: Path, tmp_path: Path) -> None:
    done = cli("titles", tmp_path / "none.csv", "--engine", saved)
    assert done.returncode == 2
    assert "none.csv" in done.stderr
