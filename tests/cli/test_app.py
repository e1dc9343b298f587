from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import engine
from engine.cli.app import app
from engine.report.formatting import WHAT_RISK_IS
from tests.cli.conftest import Run

COMMANDS = [
    *("build", "fetch", "score", "batch", "workforce", "titles", "similar", "path", "compare"),
    *("pipeline", "changes", "serve", "export", "mcp"),
]


def _run(*arguments: object, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    """The command line in a separate process, with warnings as errors."""
    command = [sys.executable, "-W", "error", "-m", "engine", *map(str, arguments)]
    environment = os.environ | {"COLUMNS": "120", "PYTHONIOENCODING": encoding}
    return subprocess.run(command, capture_output=True, encoding=encoding, env=environment)


def test_the_version_is_that_of_the_package() -> None:
    done = _run("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{engine.__version__}\n", "")


def test_help_lists_every_command_with_its_description(cli: Run) -> None:
    done = cli("--help")
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    commands = typer.main.get_command(app).commands
    assert list(commands) == COMMANDS
    for name, command in commands.items():
        summary = command.help.partition("\n")[0]
        assert summary.endswith(".")
        assert f"│ {name} {summary} │" in text
    assert WHAT_RISK_IS in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_described(name: str) -> None:
    for parameter in typer.main.get_command(app).commands[name].params:
        assert parameter.help, f"{name} {parameter.name}"


def test_events_are_logged_on_request(saved: Path) -> None:
    done = _run("--verbose", "score", "--soc", "29-1129.01", "--engine", saved)
    assert done.returncode == 0, done.stderr
    (logged,) = map(json.loads, done.stderr.splitlines())
    assert logged["event"] == "engine loaded"
    assert logged["folder"] == str(saved)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["score"], "no occupation; give exactly one of --soc, --isco, --esco"),
        (["score", "--soc", "29-1141", "--title", "Nurse"], "--soc and --title cannot be combined"),
        (["score", "--soc", "nurse"], "SOC code 'nurse'"),
        (["score", "--soc", "55-1011"], "55-1011"),
        (["score", "--title", "xyzzy"], "'xyzzy'"),
        (["score", "--file", "missing.csv"], "missing.csv does not exist"),
        (["score", "--file", "."], "must end in .csv or .json; give plain text with --text"),
        (["score", "--soc", "29-1129.01", "-o", "out.xlsx"], "must end in .csv or .json"),
        (["score", "--soc", "29-1129.01", "-o", "/no/such/out.csv"], "/no/such does not exist"),
        (["score", "--soc", "29-1129.01", "--confidence", "2"], "confidence"),
        (["similar", "--soc", "29-1129.01", "-k", "0"], "k is 0"),
        (["similar", "--soc", "29-1129.01", "--max-job-zone-gap", "9"], "max_job_zone_gap is 9"),
        (["path", "--soc", "29-1129.01", "--to", "55-1011"], "55-1011"),
        (["path", "--soc", "29-1129.01", "--max-steps", "4"], "max_steps is 4"),
        (["compare", "--soc", "29-1129.01"], "from 2 to 5"),
    ],
)
def test_a_mistake_is_one_line_on_stderr_and_exit_2(
    cli: Run, saved: Path, arguments: list[str], message: str
) -> None:
    done = cli(*arguments, "--engine", saved)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.startswith("occupation-risk: ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_missing_engine_names_the_command_that_builds_one(cli: Run, tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    done = cli("score", "--soc", "29-1129.01", "--engine", folder)
    assert done.returncode == 2
    assert f"occupation-risk build --output {folder}" in done.stderr


def test_a_narrow_encoding_does_not_lose_the_result(cli: Run, saved: Path) -> None:
    arguments = ("score", "--soc", "29-1129.01", "--engine", saved)
    done = _run(*arguments, encoding="cp1252")
    assert (done.returncode, done.stderr) == (0, "")
    complete = cli(*arguments).stdout
    expected = complete.encode("cp1252", errors="replace").decode("cp1252")
    assert done.stdout == expected != complete


def test_every_command_that_loads_an_engine_can_allow_an_encoder() -> None:
    commands = typer.main.get_command(app).commands
    names = {name: {o for p in c.params for o in p.opts} for name, c in commands.items()}
    loads = {name for name, options in names.items() if "--engine" in options} | {"build"}
    assert loads == {name for name, options in names.items() if "--allow-encoder" in options}
    assert loads == set(COMMANDS) - {"fetch"}


def test_permission_to_load_an_encoder_is_passed_on(cli: Run, saved: Path, tmp_path: Path) -> None:
    """The engine names an encoder that does not ship; its catalog needs none."""
    text = tmp_path / "job.txt"
    text.write_text("Clerk\n\nDuties:\n- Write reports for clients.\n- File letters.\n")
    assert cli("score", "--engine", saved, "--soc", "29-1129.01").returncode == 0
    done = cli("score", "--engine", saved, "--text", text)
    assert done.returncode == 2
    assert "names the encoder 'words', which does not ship" in done.stderr
    assert "allow it with --allow-encoder NAME" in done.stderr
    done = cli("score", "--engine", saved, "--text", text, "--allow-encoder", "words")
    assert "encoder 'words' cannot be loaded" in done.stderr  # it was asked for, and there is none
    done = cli("build", "--allow-encoder", "words")
    assert "--allow-encoder needs --add" in done.stderr


def test_errors_are_inert(cli: Run, tmp_path: Path) -> None:
    table = tmp_path / "jobs.csv"
    table.write_text("\x1b[31mred\x07,\u202eshare\n1,2\n", encoding="utf-8")
    done = cli("score", "--file", table)
    assert done.returncode == 2
    assert "missing column task" in done.stderr
    done = cli("score", "--file", f"{tmp_path}/\x1b[31mred.csv")
    assert "does not exist" in done.stderr
    assert "\x1b" not in done.stderr
