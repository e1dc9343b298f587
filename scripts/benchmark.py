#!/usr/bin/env python
"""Measure the engine: accuracy on occupations left out, agreement of labels, careers, speed.

    python scripts/benchmark.py accuracy [--reference starter|published|FILE.csv] [--seeds N]
    python scripts/benchmark.py transfer     starter reference -> published tasks
    python scripts/benchmark.py evidence     shown neighbours by work activity [--cases N]
    python scripts/benchmark.py agreement    of the two annotations of the starter reference
    python scripts/benchmark.py careers      recall of O*NET's related occupations
    python scripts/benchmark.py careers --scale 100000   time of a query; at 923, of the graph too
    python scripts/benchmark.py speed [--reference starter|published]
    python scripts/benchmark.py throughput [--encoder static] [--sizes N ...] [--workers N]
    python scripts/benchmark.py load [--encoder static]   of the server, by wrk
    python scripts/benchmark.py soak [--minutes N]   at 80 % of its capacity: errors, memory, p99
    python scripts/benchmark.py sensitivity  of risk to paraphrase, case, punctuation, typos

Each prints its figures and, with --output, saves them as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmark_accuracy import Figures, accuracy, transfer
from benchmark_careers import careers
from benchmark_evidence import evidence
from benchmark_load import load
from benchmark_sensitivity import sensitivity
from benchmark_soak import soak
from benchmark_speed import throughput

from engine import EngineError, RiskEngine, places, taxonomy
from engine.encoder import DEFAULT_ENCODER
from engine.tables import read_table


def main() -> int:
    options = _options()
    try:
        figures = options.run(options)
    except EngineError as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 2
    if options.output is not None:
        options.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


# Agreement ------------------------------------------------------------------------------------


def agreement(options: argparse.Namespace) -> Figures:
    """Agreement of the two annotations of the starter reference: Cohen's kappa."""
    rows = [row for _, row in read_table(places.shipped("reference_tasks") / "tasks.csv", ())]
    groups = {"all": rows} | {
        f"{code} {name}": [row for row in rows if row["soc_code"].startswith(code)]
        for code, name in taxonomy.MAJOR_GROUPS.items()
    }
    print(f"{'':52s}{'tasks':>8s}{'exposure':>10s}{'automation':>12s}{'category':>10s}")
    figures: Figures = {}
    for name, part in groups.items():
        if part:
            figures[name] = {"tasks": len(part)} | _kappas(part)
            cells = "{tasks:8d}{exposure:10.2f}{automation:12.2f}{category:10.2f}"
            print(f"{name:52s}" + cells.format(**figures[name]))
    print("exposure and automation: linearly weighted kappa over their levels in order of value")
    return figures


def _kappas(rows: list[dict[str, str]]) -> dict[str, float]:
    from sklearn.metrics import cohen_kappa_score

    def kappa(column: str, weights: str | None) -> float:
        levels = taxonomy.levels_of(column)
        first, second = (
            [row[f"annotation_{number}_{column}"] for row in rows] for number in (1, 2)
        )
        if levels:
            order = sorted(levels, key=levels.__getitem__)
            first, second = ([order.index(level) for level in labels] for labels in (first, second))
        return float(cohen_kappa_score(first, second, weights=weights))

    return {
        "exposure": kappa("exposure", "linear"),
        "automation": kappa("automation", "linear"),
        "category": kappa("category", None),
    }


# Speed ----------------------------------------------------------------------------------------


def speed(options: argparse.Namespace) -> Figures:
    """Time builds, first and second, and warm and cold scoring, each in a process of its own."""
    script = Path(__file__).with_name("build_index.py")
    python = sys.executable
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "engine")
        build = [python, str(script), "--reference", options.reference, "--output", str(output)]
        build += ["--encoder", options.encoder]
        if options.data_dir is not None:
            build += ["--data-dir", str(options.data_dir)]
        environment = os.environ | {"XDG_CACHE_HOME": str(Path(folder, "cache"))}
        for name in ("build, nothing cached", "build, embeddings cached"):
            figures[name] = _process(build, environment)
        figures["import engine"] = _process([python, "-c", "import engine"], environment)
        command = [python, "-m", "engine"]
        figures["occupation-risk --help"] = _process([*command, "--help"], environment)
        engine = RiskEngine.load(output)
        code = engine.corpus.tasks["soc_code"].iat[0]
        score = [*command, "score", "--soc", code, "--engine", str(output)]
        figures["occupation-risk score --soc, cold"] = _process(score, environment)
        figures["score 25 new tasks, warm"] = _warm(engine)
    print(f"{'':40s}{'seconds':>10s}{'peak MB':>10s}")
    for name, figure in figures.items():
        memory = f"{figure['peak_mb']:10.0f}" if "peak_mb" in figure else ""
        print(f"{name:40s}{figure['seconds']:10.2f}{memory}")
    return figures


def _process(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    begun = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - begun
    # The largest child so far: builds come first, so only theirs is told.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"seconds": seconds} | ({"peak_mb": peak} if "build_index.py" in command[1] else {})


def _warm(engine: RiskEngine) -> dict[str, float]:
    times = []
    for run in range(6):
        tasks = [f"Prepare report {run} on topic {number} for clients." for number in range(25)]
        begun = time.perf_counter()
        engine.score_tasks(tasks)
        times.append(time.perf_counter() - begun)
    return {"seconds": statistics.median(times[1:])}


COMMANDS = (
    accuracy,
    transfer,
    evidence,
    agreement,
    careers,
    speed,
    throughput,
    load,
    soak,
    sensitivity,
)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(
        required=True, metavar=" | ".join(run.__name__ for run in COMMANDS)
    )
    for run in COMMANDS:
        command = commands.add_parser(run.__name__, help=run.__doc__)
        command.set_defaults(run=run)
        command.add_argument("--reference", default="starter")
        command.add_argument("--data-dir", type=Path)
        command.add_argument("--encoder", default=DEFAULT_ENCODER)
        command.add_argument("--seeds", type=int, default=1)
        command.add_argument(
            "--contest", action="store_true", help="accuracy: other regressors too"
        )
        command.add_argument(
            "--sizes", type=int, nargs="+", default=[100, 10_000, 100_000], help="throughput: tasks"
        )
        command.add_argument("--workers", type=int, default=os.cpu_count(), help="throughput")
        command.add_argument("--figure", type=Path, help="accuracy: draw reliability here, as SVG")
        command.add_argument("--cases", type=int, default=0, help="evidence: print so many cases")
        command.add_argument(
            "--folds", type=int, choices=range(1, 5), default=2, help="careers: of 4, to measure"
        )
        command.add_argument(
            "--scale", type=int, help="careers: time queries among so many made-up occupations"
        )
        command.add_argument("--minutes", type=float, default=10, help="soak: at a steady pace")
        command.add_argument("--output", type=Path, help="save the figures here as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
