from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_first_thirty_lines_take_a_newcomer_from_nothing_to_a_score() -> None:
    first = "\n".join(README.splitlines()[:30])
    assert "make demo" in first
    assert "make test" in first
    assert first.count("```python") == 1
    assert first.count("```text") == 1
    assert "not a forecast of job loss" in README


@pytest.mark.slow
def test_the_example_runs_and_prints_what_it_says(starter_folder: Path) -> None:
    environment = os.environ | {"OCCUPATION_RISK_ENGINE": str(starter_folder)}
    done = subprocess.run(
        [sys.executable, "-c", _blocks("python")[0]],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == _blocks("text")[0]


def test_every_file_and_command_it_names_exists() -> None:
    for path in re.findall(r"`((?:engine|scripts|models|reference_tasks|tests)/[\w./]*)`", README):
        assert (ROOT / path).exists(), path
    for target in re.findall(r"\bmake (\w+)", README):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
