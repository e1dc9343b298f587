"""The entry scripts of a checkout; tests/cli tests the commands that they call."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def _run(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("script", "arguments", "named"),
    [
        ("build_index.py", ["--reference", "missing.csv"], "missing.csv"),
        ("fetch_reference_data.py", ["--only", "nothing"], "nothing"),
    ],
)
def test_a_script_passes_its_arguments_to_the_command(
    script: str, arguments: list[str], named: str
) -> None:
    done = _run(script, *arguments)
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_the_demo_scores_an_occupation_and_shows_safer_careers(starter_folder: Path) -> None:
    done = _run("demo.py", "--engine", starter_folder)
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    for part in ("Museum Registrar", "Category", "AI Capability", "Risk Score", "Time %"):
        assert part in text
    # Five careers, each with a risk below that of the occupation.
    assert re.findall(r"\d% \(([+-−–])\d+\)", done.stdout) == ["−"] * 5
