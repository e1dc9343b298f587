from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from engine import RiskEngine
from tests.conftest import ROOT

EXAMPLE = ROOT / "scripts" / "example_occupation.csv"


def _run(*arguments: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "engine", *map(str, arguments)]
    environment = os.environ | {"COLUMNS": "120", "PYTHONWARNINGS": ""}
    return subprocess.run(command, capture_output=True, text=True, input=stdin, env=environment)


@pytest.fixture(scope="module")
def quick(engine: RiskEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved engine whose own occupations can be scored without its encoder."""
    folder = tmp_path_factory.mktemp("engines") / "quick"
    engine.save(folder)
    return folder


def test_score_by_code_shows_the_table(quick: Path) -> None:
    done = _run("score", "--soc", "29-1129.01", "--engine", quick)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for part in ("Art Therapists", "AI Capability", "Risk Score", "Time %", "Evidence for:"):
        assert part in done.stdout


def test_what_is_done_is_logged_when_asked(quick: Path) -> None:
    done = _run("--verbose", "score", "--soc", "29-1129.01", "--engine", quick)
    (told,) = map(json.loads, done.stderr.splitlines())
    assert told["event"] == "engine loaded"
    assert told["folder"] == str(quick)


def test_score_writes_csv_and_json_by_ending(quick: Path, tmp_path: Path) -> None:
    for name in ("out.csv", "out.json"):
        done = _run("score", "--title", "art therapist", "--engine", quick, "-o", tmp_path / name)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    table = pd.read_csv(tmp_path / "out.csv")
    scored = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert table["risk"].tolist() == [task["risk"] for task in scored["tasks"]]
    assert table["time_share"].sum() == pytest.approx(1)
    assert scored["title"] == "Art Therapists"


def test_similar_lists_safer_careers(quick: Path, tmp_path: Path) -> None:
    shown = _run("similar", "--soc", "41-2011", "--safer-only", "--engine", quick)
    if "is not among" in shown.stderr:  # not every starter occupation is in the quick engine
        shown = _run("similar", "--soc", "29-1129.01", "--safer-only", "--engine", quick)
    assert shown.returncode == 0, shown.stderr
    assert "Careers similar to" in shown.stdout
    output = tmp_path / "matches.json"
    done = _run("similar", "--soc", "29-1129.01", "--any-risk", "-k", "3", "-o", output,
                "--engine", quick)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(json.loads(output.read_text("utf-8"))) <= 3


def test_paths_and_comparisons(quick: Path, tmp_path: Path) -> None:
    ask = ("path", "--soc", "29-1129.01", "--max-risk", "1", "--any-risk", "-k", "2")
    shown = _run(*ask, "--engine", quick)
    assert shown.returncode == 0, shown.stderr
    assert "Paths from Art Therapists" in shown.stdout
    done = _run(*ask, "--engine", quick, "-o", tmp_path / "paths.csv")
    assert done.returncode == 0, done.stderr
    assert set(pd.read_csv(tmp_path / "paths.csv")["path"]) == {1, 2}
    output = tmp_path / "compared.json"
    done = _run("compare", "--soc", "29-1129.01", "--soc", "29-1129.01", "-o", output,
                "--engine", quick)  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, second = json.loads(output.read_text("utf-8"))["occupations"]
    assert first == second


@pytest.mark.slow
def test_files_and_pasted_text_are_scored(starter_folder: Path, tmp_path: Path) -> None:
    output = tmp_path / "jobs.json"
    done = _run("score", "--file", EXAMPLE, "--engine", starter_folder, "-o", output)
    assert done.returncode == 0, done.stderr
    assert json.loads(output.read_text("utf-8"))["title"] == "Museum Registrar"
    pasted = "- Write reports for the board.\n- Paint walls and ceilings.\n"
    done = _run("score", "--text", "-", "--engine", starter_folder, stdin=pasted)
    assert done.returncode == 0, done.stderr
    assert "Write reports for the board." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["score"], "got none of them: expected one of --soc, --title, --file, --text"),
        (["score", "--soc", "29-1141", "--title", "Nurse"], "got --soc and --title"),
        (["score", "--soc", "nurse"], "SOC code 'nurse' is not valid"),
        (["score", "--soc", "55-1011"], "is not among"),
        (["score", "--title", "xyzzy"], "is not an occupation"),
        (["score", "--file", "missing.csv"], "does not exist"),
        (["score", "--file", "."], "expected a file ending in .csv or .json"),
        (["score", "--soc", "29-1129.01", "-o", "out.xlsx"], "ending in .csv or .json"),
        (["score", "--soc", "29-1129.01", "-o", "/no/such/folder/out.csv"], "does not exist"),
        (["score", "--soc", "29-1129.01", "--confidence", "2"], "between 0 and 1"),
        (["similar", "--soc", "29-1129.01", "-k", "0"], "k is 0"),
        (["similar", "--soc", "29-1129.01", "--max-job-zone-gap", "9"], "expected 0 to 4"),
        (["path", "--soc", "29-1129.01", "--to", "55-1011"], "is not among"),
        (["path", "--soc", "29-1129.01", "--max-steps", "4"], "expected a number from 1 to 3"),
        (["compare", "--soc", "29-1129.01"], "expected a number from 2 to 5"),
    ],
)
def test_a_mistake_is_one_line_on_stderr_and_exit_2(
    quick: Path, arguments: list[str], said: str
) -> None:
    done = _run(*arguments, "--engine", quick)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [b"", b"Caf\xe9 service and cleaning.", b"\n \n"])
def test_pasted_text_that_is_none_is_refused(quick: Path, content: bytes) -> None:
    command = [sys.executable, "-m", "engine", "score", "--text", "-", "--engine", str(quick)]
    done = subprocess.run(command, capture_output=True, input=content)
    assert done.returncode == 2
    assert b"standard input" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_narrow_encoding_does_not_cost_the_result(quick: Path) -> None:
    command = [sys.executable, "-m", "engine", "score", "--soc", "29-1129.01", "--engine"]
    environment = os.environ | {"PYTHONIOENCODING": "cp1252"}
    done = subprocess.run([*command, str(quick)], capture_output=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert b"Art Therapists" in done.stdout


def test_a_missing_engine_says_how_to_build_one(tmp_path: Path) -> None:
    done = _run("score", "--soc", "29-1129.01", "--engine", tmp_path / "nothing")
    assert done.returncode == 2
    assert "build one with 'python scripts/build_index.py" in done.stderr


def test_a_failure_leaves_the_old_output(quick: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.write_text("precious")
    assert _run("score", "--soc", "55-1011", "--engine", quick, "-o", output).returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert output.read_text() == "precious"


def test_help_and_version_of_commands() -> None:
    done = _run("--help")
    assert done.returncode == 0
    assert "score" in done.stdout
    assert "similar" in done.stdout
    assert "not a forecast of job loss" in " ".join(done.stdout.split())
