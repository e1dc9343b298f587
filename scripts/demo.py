#!/usr/bin/env python
"""Score an example occupation that the reference lacks, and show less exposed careers."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine import EngineError, RiskEngine
from engine.records.reader import read_occupations
from engine.report.careers import matches_to_text
from engine.report.text import to_text

EXAMPLE = Path(__file__).with_name("example_occupation.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", type=Path, help="engine folder; the default engine if omitted")
    options = parser.parse_args()
    try:
        engine = RiskEngine.load(options.engine)
        (occupation,) = read_occupations(EXAMPLE)
        result = engine.score_occupation(occupation)
        matches = engine.similar_careers(result, k=5, max_job_zone_gap=None)
    except EngineError as error:
        sys.exit(f"demo: {error}")
    print(to_text(result, explain=False), end="")
    print(matches_to_text(result.title, matches), end="")


if __name__ == "__main__":
    main()
