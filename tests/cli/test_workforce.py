"""The command that scores a staff list: its files, its faults, and a second run."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from engine import RiskEngine
from engine.report.formatting import WHAT_RISK_IS
from tests.cli.conftest import Run

STAFF = (
    "Job title,Department,Headcount,SOC code\n"
    "Chief Executive,Board,2,11-1011.00\n"
    "Therapist,Clinic,20,29-1129.01\n"
    "Therapist,Ward,9,29-1129.01\n"
    "Zzzyx,Ward,7,\n"
    "Qqqw,Ward,-1,\n"
)


@pytest.fixture
def staff(tmp_path: Path) -> Path:
    path = tmp_path / "staff.csv"
    path.write_text(STAFF, encoding="utf-8")
    return path


def test_the_report_on_the_terminal(cli: Run, saved: Path, staff: Path) -> None:
    done = cli("workforce", staff, "--engine", saved)
    assert done.returncode == 0
    for part in ("Workforce of 38 people", "Clinic", "Other departments", "Zzzyx, Ward (7 people)"):
        assert part in done.stdout
    assert " ".join(done.stdout.split()).count(WHAT_RISK_IS) == 1
    assert "Board" not in done.stdout
    assert "row 6: headcount -1 is negative" in done.stderr
    assert "--unresolved FILE" in done.stderr


@pytest.mark.parametrize("suffix", ["html", "csv", "json"])
def test_the_report_in_a_file(
    cli: Run, saved: Path, staff: Path, tmp_path: Path, suffix: str
) -> None:
    output = tmp_path / f"report.{suffix}"
    done = cli("workforce", staff, "--engine", saved, "--output", output)
    assert (done.returncode, done.stdout) == (0, "")
    content = output.read_text("utf-8")
    assert "Clinic" in content
    assert "Board" not in content
    cli("workforce", staff, "--engine", saved, "--output", output, "--show-small")
    assert "Board" in output.read_text("utf-8")


def test_the_json_has_the_engine_s_own_figures(
    cli: Run, saved: Path, staff: Path, tmp_path: Path
) -> None:
    output = tmp_path / "report.json"
    cli("workforce", staff, "--engine", saved, "--output", output)
    engine = RiskEngine.load(saved)
    boss, art = (engine.score_occupation(code).risk for code in ("11-1011.00", "29-1129.01"))
    plain = json.loads(output.read_text("utf-8"))
    assert plain["risk"] == pytest.approx((2 * boss + 29 * art) / 31)
    assert plain["coverage"] == pytest.approx(31 / 38)


def test_unresolved_titles_are_confirmed_in_a_second_run(
    cli: Run, saved: Path, staff: Path, tmp_path: Path
) -> None:
    titles, output = tmp_path / "titles.csv", tmp_path / "report.json"
    first = cli("workforce", staff, "--engine", saved, "--unresolved", titles)
    assert "--unresolved" not in first.stderr
    table = pd.read_csv(titles, dtype=str).fillna("")
    assert "Zzzyx" in table["title"].tolist()
    table.loc[table["title"] == "Zzzyx", "soc_code"] = "11-1011.00"
    table.to_csv(titles, index=False)
    done = cli(
        *("workforce", staff, "--engine", saved, "--confirm", titles),
        *("--output", output, "--show-small"),
    )
    assert done.returncode == 0
    rows = json.loads(output.read_text("utf-8"))["rows"]
    assert [row["source"] for row in rows if row["title"] == "Zzzyx"] == ["confirmed"]


def test_weighting_by_pay_needs_pay(cli: Run, saved: Path, staff: Path) -> None:
    done = cli("workforce", staff, "--engine", saved, "--weight", "pay")
    assert done.returncode == 2
    assert "no pay to weight by" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--output", "report.pdf"), "must end in .html or .csv or .json"),
        (("--output", "no/such/folder.html"), "does not exist; create it"),
        (("--unresolved", "titles.xlsx"), "must end in .csv"),
        (("--confirm", "no.csv"), "does not exist"),
    ],
)
def test_paths_are_checked(
    cli: Run, saved: Path, staff: Path, arguments: tuple[str, str], fault: str
) -> None:
    done = cli("workforce", staff, "--engine", saved, *arguments)
    assert done.returncode == 2
    assert fault in done.stderr


def test_a_file_that_is_no_staff_list_is_one_line_on_stderr(
    cli: Run, saved: Path, tmp_path: Path
) -> None:
    path = tmp_path / "staff.csv"
    path.write_bytes(b"%PDF-1.7")
    done = cli("workforce", path, "--engine", saved)
    assert done.returncode == 2
    assert "PDF document" in done.stderr
    assert "Traceback" not in done.stderr
