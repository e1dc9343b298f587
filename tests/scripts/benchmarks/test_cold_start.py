from __future__ import annotations

import os
import subprocess

import pytest

from scripts.benchmarks.cold_start import measure


def test_the_time_of_one_process_is_measured() -> None:
    busy = "import sys, time\nwhile time.process_time() < float(sys.argv[1]): pass"
    quick, slow = (measure(busy, [seconds], dict(os.environ)) for seconds in ("0.1", "0.6"))
    assert 0.55 <= slow["cpu_seconds"] < 2
    assert quick["cpu_seconds"] < slow["cpu_seconds"] <= slow["seconds"] + 0.1


def test_a_process_that_fails_is_not_measured() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        measure("raise SystemExit(2)", [], dict(os.environ))
