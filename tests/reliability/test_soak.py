"""Traffic for half a minute; ``python scripts/benchmark.py soak`` runs ten minutes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT

MAX_GROWTH = 5.0
"""Largest growth, in percent of the memory after traffic at full capacity."""


@pytest.mark.reliability
def test_no_error_and_no_growth_at_80_percent_of_capacity(
    starter_folder: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    output = tmp_path / "soak.json"
    command = [sys.executable, ROOT / "scripts" / "benchmark.py", "soak", "--minutes", "0.5"]
    command += ["--engine", starter_folder, "--output", output]
    subprocess.run(command, check=True)
    found = json.loads(output.read_text("utf-8"))
    pace = f"{found['asked, requests/s']} requests/s for 30 s"
    growth = found["memory growth, %"]
    record_property("soak", f"{found['errors']} errors at {pace}, memory {growth:+}%")
    assert found["errors"] == 0
    assert found["requests"] > 0
    assert growth < MAX_GROWTH
