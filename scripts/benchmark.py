#!/usr/bin/env python
"""Measure the engine: accuracy on occupations left out, agreement of labels, careers, speed.

    python scripts/benchmark.py accuracy [--reference starter|published|FILE.csv] [--seeds N]
    python scripts/benchmark.py accuracy --reference published --adapters DIR   by tune_encoder.py
    python scripts/benchmark.py transfer     starter reference -> published tasks
    python scripts/benchmark.py evidence     shown neighbours by work activity [--cases N]
    python scripts/benchmark.py agreement    of the two annotations of the starter reference
    python scripts/benchmark.py careers      recall of O*NET's related occupations
    python scripts/benchmark.py careers --scale 100000   time of a query; at 923, of the graph too
    python scripts/benchmark.py speed --encoder static [--sizes N ...] [--rows N] [--workers N]
    python scripts/benchmark.py index --sizes 10000 100000 1000000   recall, latency, memory
    python scripts/benchmark.py extension    of a reference, against building anew [--seeds N]
    python scripts/benchmark.py load [--encoder static]   of the server, by wrk
    python scripts/benchmark.py soak [--minutes N]   near its capacity: errors, memory growth, p99
    python scripts/benchmark.py sensitivity  of risk to paraphrase, case, punctuation, typos

Each prints its figures and, with --output, saves them as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from benchmark_accuracy import Figures, accuracy, transfer
from benchmark_careers import careers
from benchmark_evidence import evidence
from benchmark_extension import extension
from benchmark_index import index
from benchmark_load import load
from benchmark_sensitivity import sensitivity
from benchmark_soak import soak
from benchmark_speed import speed

from engine import EngineError
from engine.encoders.base import DEFAULT_ENCODER
from engine.records import rubric, soc
from engine.utils import resources
from engine.utils.delimited import read_table


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
    rows = [row for _, row in read_table(resources.shipped("reference_tasks") / "tasks.csv", ())]
    groups = {"all": rows} | {
        f"{code} {name}": [row for row in rows if row["soc_code"].startswith(code)]
        for code, name in soc.MAJOR_GROUPS.items()
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
        levels = rubric.levels_of(column)
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


COMMANDS = (
    accuracy,
    transfer,
    evidence,
    agreement,
    careers,
    speed,
    index,
    extension,
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
        command = commands.add_parser(run.__name__, help=(run.__doc__ or "").replace("%", "%%"))
        command.set_defaults(run=run)
        command.add_argument("--reference", default="starter")
        command.add_argument("--data-dir", type=Path)
        command.add_argument("--encoder", default=DEFAULT_ENCODER)
        command.add_argument(
            "--adapters", type=Path, help="accuracy: the encoder as it was tuned into this folder"
        )
        command.add_argument("--seeds", type=int, default=1)
        command.add_argument(
            "--contest", action="store_true", help="accuracy: other regressors too"
        )
        command.add_argument(
            "--elsewhere",
            type=Path,
            metavar="FILE",
            help="accuracy: what to expect on occupations of which FILE has other methods' figures",
        )
        command.add_argument(
            "--sizes",
            type=int,
            nargs="+",
            default=[100, 10_000, 100_000],
            help="speed: tasks scored; index: vectors",
        )
        command.add_argument("--rows", type=int, default=1_000_000, help="speed: of the batch")
        command.add_argument("--workers", type=int, default=os.cpu_count(), help="speed: of it")
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
