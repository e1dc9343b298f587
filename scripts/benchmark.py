#!/usr/bin/env python
"""Measure the engine: accuracy, evidence, careers, speed, and load.

Each benchmark prints its figures. With --output it also saves them as JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from engine import EngineError
from scripts.benchmarks import (
    accuracy,
    agreement,
    careers,
    careers_rewritten,
    careers_speed,
    cold_start,
    evidence,
    extension,
    idioms,
    index,
    isco,
    languages,
    load,
    moves,
    postings,
    rewordings,
    scoreboard,
    sensitivity,
    shipped,
    soak,
    speed,
    starter,
    time_shares,
    titles,
    transfer,
    workforce,
)

BENCHMARKS = {
    "accuracy": accuracy,
    "scoreboard": scoreboard,
    "transfer": transfer,
    "evidence": evidence,
    "rewordings": rewordings,
    "idioms": idioms,
    "languages": languages,
    "time-shares": time_shares,
    "titles": titles,
    "agreement": agreement,
    "starter": starter,
    "careers": careers,
    "careers-rewritten": careers_rewritten,
    "careers-speed": careers_speed,
    "moves": moves,
    "cold-start": cold_start,
    "shipped": shipped,
    "speed": speed,
    "index": index,
    "extension": extension,
    "load": load,
    "postings": postings,
    "soak": soak,
    "sensitivity": sensitivity,
    "isco": isco,
    "workforce": workforce,
}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        figures = options.run(options)
    except EngineError as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 2
    if options.output is not None:
        options.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="BENCHMARK")
    for name, benchmark in BENCHMARKS.items():
        text = benchmark.run.__doc__ or ""
        summary = text.partition("\n")[0].replace("%", "%%")
        command = commands.add_parser(name, help=summary, description=text)
        benchmark.add_options(command)
        command.add_argument("--output", type=Path, metavar="FILE", help="save the figures as JSON")
        command.set_defaults(run=benchmark.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
