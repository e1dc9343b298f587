"""The first five minutes: CPU seconds of whole processes, from an empty cache.

New text is scored twice, in onnxruntime and in sentence-transformers, so that both are measured in
one run. CPU time hardly depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from scripts.benchmarks.common import Figures

POSTING = """\
Warehouse associate

Responsibilities:
- Pick and pack customer orders with a handheld scanner
- Load trucks and check delivery notes against orders
- Keep the aisles clean and report damaged stock to the shift lead
- Train new colleagues on safe lifting
"""

_RUN = "import sys; from engine.cli.app import main; main(sys.argv[1:])"
_WITHOUT_ONNXRUNTIME = f"import sys; sys.modules['onnxruntime'] = None; {_RUN}"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument(
        "--runs", type=int, default=3, metavar="N", help="take the median of N runs (default: 3)"
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure the first build, and first scores of an occupation and of new text."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine, posting = folder / "engine", folder / "posting.txt"
        posting.write_text(POSTING, encoding="utf-8")
        environment = os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "OMP_NUM_THREADS": "1"}
        text = ["score", "--text", str(posting), "--engine", str(engine)]
        commands = {
            "build --reference starter": (_RUN, ["build", "--output", str(engine)]),
            "score --soc": (_RUN, ["score", "--soc", "29-1141.00", "--engine", str(engine)]),
            "score --text": (_RUN, text),
            "score --text, sentence-transformers": (_WITHOUT_ONNXRUNTIME, text),
        }
        print(f"{'':40s}{'CPU s':>8s}{'seconds':>10s}{'peak MB':>10s}")
        for name, (program, arguments) in commands.items():
            found = [measure(program, arguments, environment) for _ in range(options.runs)]
            figures[name] = {key: statistics.median(one[key] for one in found) for key in found[0]}
            cpu, seconds, peak = figures[name].values()
            print(f"{name:40s}{cpu:8.2f}{seconds:10.2f}{peak:10.0f}", flush=True)
    return figures


def measure(program: str, arguments: Sequence[str], environment: dict[str, str]) -> Figures:
    """Return CPU seconds, seconds and peak memory of one process that must succeed.

    Args:
        program: Python code.
        arguments: of the program.
        environment: its environment variables.
    """
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "cpu_seconds": used,
        "seconds": time.perf_counter() - start,
        "peak_mb": after.ru_maxrss / 1024,  # of the largest process so far
    }
