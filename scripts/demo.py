#!/usr/bin/env python
"""Score the example occupation, which is not in the reference, and show safer careers near it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine import EngineError, RiskEngine
from engine.records.reader import read_occupations
from engine.report import careers

EXAMPLE = Path(__file__).with_name("example_occupation.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--engine", type=Path, help="engine folder; the default engine if not given"
    )
    options = parser.parse_args()
    try:
        engine = RiskEngine.load(options.engine)
    except EngineError as error:
        sys.exit(f"demo: {error}")
    (occupation,) = read_occupations(EXAMPLE)
    result = engine.score_occupation(occupation)
    matches = engine.similar_careers(result, k=5, safer_only=True, max_job_zone_gap=None)
    print(result.to_text())
    print(careers.matches_to_text(result.title, matches), end="")


if __name__ == "__main__":
    main()
