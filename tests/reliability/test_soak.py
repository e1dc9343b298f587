"""Load for half a minute; ``python scripts/benchmark.py soak`` does the same for ten."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAX_GROWTH = 5.0
"""Percent of the memory that the server has after it was used at full capacity."""


@pytest.mark.reliability
def test_no_error_and_no_growth_at_four_fifths_of_capacity(
    starter_folder: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    output = tmp_path / "soak.json"
    command = [sys.executable, ROOT / "scripts" / "benchmark.py", "soak", "--minutes", "0.5"]
    environment = os.environ | {"OCCUPATION_RISK_ENGINE": str(starter_folder)}
    subprocess.run([*command, "--output", output], check=True, env=environment)
    found = json.loads(output.read_text("utf-8"))
    pace = f"{found['asked, requests/s']} requests/s for 30 s"
    growth = found["memory growth, %"]
    record_property("soak", f"{found['errors']} errors at {pace}, memory {growth:+} %")
    assert found["errors"] == 0
    assert found["requests"] > 0
    assert growth < MAX_GROWTH
