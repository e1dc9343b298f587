"""The command line ends in one line and a status, whatever its streams and its home folder are.

Each command runs in a process of its own, because Python writes tracebacks and flushes streams when
a process ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

import pytest

from tests.conftest import ROOT

pytestmark = [
    pytest.mark.reliability,
    pytest.mark.skipif(sys.platform == "win32", reason="needs devices, pipes and signals"),
]

_MEMORY = 6 << 30
"""Address space of a command in bytes; reading an endless stream would fill it."""

_SOC = "29-1129.01"


def _commands(engine: Path, folder: Path) -> dict[str, list[str]]:
    """One call of each command that ends by itself and writes to standard output."""
    staff, tasks = folder / "staff.csv", folder / "tasks.csv"
    staff.write_text("Job title,Department\nNurse,A\nAccountant,B\n")
    tasks.write_text("task\nWrite reports for clients.\n")
    chosen = ["--engine", str(engine)]
    return {
        "score": ["--soc", _SOC, *chosen],
        "similar": ["--soc", _SOC, *chosen],
        "path": ["--soc", _SOC, *chosen],
        "compare": ["--soc", _SOC, "--soc", "11-1011.00", *chosen],
        "titles": [str(staff), *chosen],
        "workforce": [str(staff), *chosen],
        "batch": [str(tasks), str(folder / "scores"), "--workers", "1", *chosen],
        **{
            name: ["--help"]
            for name in ("build", "fetch", "pipeline", "changes", "serve", "export", "mcp")
        },
    }


_NAMES = [
    *("score", "similar", "path", "compare", "titles", "workforce", "batch"),
    *("build", "fetch", "pipeline", "changes", "serve", "export", "mcp"),
]


@pytest.fixture
def commands(starter_folder: Path, tmp_path: Path) -> dict[str, list[str]]:
    return _commands(starter_folder, tmp_path)


def _start(
    *arguments: str,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.PIPE,
    variables: Mapping[str, str | None] | None = None,
) -> subprocess.Popen[str]:
    """Start a command with environment variables; None removes one."""
    given = os.environ | {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"} | dict(variables or {})
    return subprocess.Popen(
        [sys.executable, "-m", "engine", *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env={name: value for name, value in given.items() if value is not None},
        text=True,
        cwd=ROOT,
        preexec_fn=_prepare,
    )


def _prepare() -> None:
    import resource

    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a program in the background ignores it
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _ends(process: subprocess.Popen[str], status: int, message: str = "") -> None:
    """Check the status, and that stderr has no traceback and one line with the message, if any."""
    _, said = process.communicate(timeout=300)
    assert process.returncode == status, said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    lines = [line for line in said.splitlines() if line.startswith("occupation-risk: ")]
    assert len(lines) == bool(message), said
    assert message in "".join(lines)


def test_every_command_is_tested(commands: dict[str, list[str]]) -> None:
    from tests.cli.test_app import COMMANDS

    assert sorted(commands) == sorted(_NAMES) == sorted(COMMANDS)


@pytest.mark.parametrize("name", _NAMES)
def test_a_full_disk_behind_standard_output_is_one_line(
    name: str, commands: dict[str, list[str]]
) -> None:
    with Path("/dev/full").open("wb") as full:
        process = _start(name, *commands[name], stdout=full)
        _ends(process, 2, "output cannot be written (No space left on device)")


@pytest.mark.parametrize("name", _NAMES)
def test_a_closed_pipe_ends_a_command_quietly(name: str, commands: dict[str, list[str]]) -> None:
    """As in ``| head``: the status is that of a program which the signal SIGPIPE ends."""
    end, start = os.pipe()
    os.close(end)
    with os.fdopen(start, "wb") as closed:
        _ends(_start(name, *commands[name], stdout=closed), 141)


@pytest.mark.parametrize("arguments", [("score", "--text", "-"), ("titles", "-")])
def test_endless_input_is_one_line(arguments: tuple[str, ...], starter_folder: Path) -> None:
    with Path("/dev/zero").open("rb") as endless:
        process = _start(*arguments, "--engine", str(starter_folder), stdin=endless)
        _ends(process, 2, "standard input is larger than")


def test_an_interrupt_ends_a_command_quietly(starter_folder: Path) -> None:
    end, start = os.pipe()  # nothing is written, so the command waits
    with os.fdopen(end, "rb") as waiting:
        process = _start(
            *("--verbose", "score", "--text", "-", "--engine", str(starter_folder)), stdin=waiting
        )
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(10)
        process.send_signal(signal.SIGINT)
        _ends(process, 130)
    os.close(start)


@pytest.mark.parametrize("home", ["missing", "file", "read-only", "unset", "relative"])
def test_a_command_works_without_a_home_folder(
    home: str, tmp_path: Path, starter_folder: Path, commands: dict[str, list[str]]
) -> None:
    (tmp_path / "file").touch()
    homes = {
        "missing": str(tmp_path / "missing"),
        "file": str(tmp_path / "file"),
        "read-only": "/proc",
        "unset": None,
        "relative": "~",
    }
    variables = {"HOME": homes[home], "XDG_CACHE_HOME": None}
    for name in ("score", "workforce"):
        _ends(_start(name, *commands[name], variables=variables), 0)
    text = tmp_path / "posting.txt"
    text.write_text("Duties\n- Write reports for clients.\n- Plan sessions for groups.\n")
    arguments = ("score", "--text", str(text), "--engine", str(starter_folder))
    _ends(_start(*arguments, variables=variables), 0)
    assert not (ROOT / "~").exists()
