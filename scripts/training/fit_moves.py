#!/usr/bin/env python
"""Fit the model of moves that people make to the monthly moves between groups of occupations.

    python scripts/training/fit_moves.py --engine models/published --data-dir DIR

This writes models/moves/model.json. The file contains what was learned, no count of the data.
``benchmark.py moves`` measures the method on later months. Run ``make checksums`` afterward.
"""

from __future__ import annotations

import argparse

import numpy as np

from engine import RiskEngine
from engine.careers.moves import FEATURES, MoveModel
from engine.utils import resources
from engine.utils.atomic_write import write_atomically
from scripts.benchmarks.common import add_data_dir, add_engine
from scripts.training.move_fit import GROUPS, catalog_pairs, fit, read_flows, size_shares


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    add_engine(parser)
    add_data_dir(parser)
    options = parser.parse_args()
    pairs = catalog_pairs(RiskEngine.load(options.engine))
    flows = read_flows(options.data_dir)
    first, last = flows.months[0], flows.months[-1]
    fitted = fit(pairs, flows.total(first, last))
    ratios = np.ones_like(fitted.shares)
    others = ~np.eye(len(GROUPS), dtype=bool)
    ratios[others] = fitted.shares[others] / size_shares(pairs)[others]
    model = MoveModel(
        coefficients=fitted.coefficients,
        groups=GROUPS,
        ratios=ratios,
        source=f"Current Population Survey, {first} to {last}",
    )
    folder = resources.shipped("models") / "moves"
    folder.mkdir(exist_ok=True)
    write_atomically(folder / "model.json", model.to_json().encode())
    for name, value in zip(FEATURES, fitted.coefficients, strict=True):
        print(f"{name:15} {value:.3f}")
    print(f"{'size':15} {fitted.size:.3f}")


if __name__ == "__main__":
    main()
