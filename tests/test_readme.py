"""The README is a quick start that works; test_docs.py checks the names and links in it."""

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


def test_the_first_30_lines_have_the_commands_an_example_and_its_output() -> None:
    first = "\n".join(README.splitlines()[:30])
    assert "make demo" in first
    assert "make test" in first
    assert first.count("```python") == first.count("```text") == 1
    assert first.count("```") % 2 == 0
    assert "Python 3.11" in first


def test_it_says_that_risk_is_not_a_forecast() -> None:
    assert "not a forecast of job loss" in README


@pytest.mark.slow
def test_the_example_prints_the_output_shown(starter_folder: Path) -> None:
    environment = os.environ | {"OCCUPATION_RISK_ENGINE": str(starter_folder)}
    done = subprocess.run(
        [sys.executable, "-c", _blocks("python")[0]],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == _blocks("text")[0]
