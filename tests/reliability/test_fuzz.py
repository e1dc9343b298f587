"""Every parser of untrusted text withstands the inputs of Atheris; see ``fuzz``."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytest.importorskip("atheris", reason="Atheris does not support this system")

from tests.reliability.fuzz import SEEDS

pytestmark = pytest.mark.reliability

# Parsers that read several files or build tables take milliseconds, the others far less.
RUNS = dict.fromkeys(SEEDS, 20_000) | {"corpus": 15_000, "onet": 15_000, "published": 10_000}


def test_a_run_has_at_least_200_000_inputs() -> None:
    assert sum(RUNS.values()) >= 200_000


@pytest.mark.parametrize("target", SEEDS)
def test_a_parser_raises_nothing_but_engine_errors(
    target: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    command = [sys.executable, "-m", "tests.reliability.fuzz", target]
    command += ["--runs", str(RUNS[target]), "--folder", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace")
    faults = list(tmp_path.glob("crash-*")) + list(tmp_path.glob("*-[0-9a-f]*"))
    assert done.returncode == 0, (done.stderr[-4_000:], [path.read_bytes() for path in faults])
    figures = dict(re.findall(r"stat::(\w+):\s+(\d+)", done.stderr))
    assert int(figures["number_of_executed_units"]) >= RUNS[target]
    record_property(f"inputs to {target}", RUNS[target])
