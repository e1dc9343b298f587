"""Moves between groups of occupations: does the model foresee those of later months?"""

from __future__ import annotations

import argparse

import numpy as np

from engine import RiskEngine
from engine.careers.moves import FEATURES
from scripts.benchmarks.common import Figures, add_data_dir, add_engine
from scripts.training.move_fit import (
    catalog_pairs,
    explained_log_odds,
    fit,
    rank_correlation,
    read_flows,
    size_shares,
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_data_dir(parser)
    add_engine(parser)
    parser.add_argument(
        "--test-from",
        metavar="MONTH",
        help="first month to hold out, such as 2024-01 (default: the last twelve months)",
    )


def run(options: argparse.Namespace) -> Figures:
    """Compare modeled moves with those of held-out months, from each group to the others.

    Prints, for each method, the mean and the lowest Spearman correlation over the groups of origin,
    and R² of the log odds of moves.
    """
    pairs = catalog_pairs(RiskEngine.load(options.engine))
    flows = read_flows(options.data_dir)
    first = options.test_from or flows.months[-12]
    known = [month for month in flows.months if month < first]
    train = flows.total(known[0], known[-1])
    test = flows.total(first, flows.months[-1])
    print(f"fitted on {known[0]} to {known[-1]}, tested on {first} to {flows.months[-1]}")
    similarity = pairs.mean(pairs.features[0])
    others = (train > 0) & ~np.eye(len(train), dtype=bool)
    observed = (train / train.sum(axis=1, keepdims=True))[others]
    slope, constant = np.polyfit(similarity[others], np.log(observed), 1)
    modeled = {
        "size alone": size_shares(pairs),
        "similarity alone": np.exp(slope * similarity + constant),
        "similarity and size": fit(pairs, train, ("similarity",), penalty=None).shares,
        "all features, no factors": fit(pairs, train, penalty=None).shares,
        "the model": fit(pairs, train).shares,
        "moves of earlier months": train,
    }
    figures: Figures = {"first month": first}
    for name, shares in modeled.items():
        correlations = rank_correlation(shares, test)
        figures[name] = {
            "Spearman": float(correlations.mean()),
            "lowest": float(correlations.min()),
            "R2 of log odds": explained_log_odds(shares, test),
        }
        values = "  ".join(f"{key} {value:6.3f}" for key, value in figures[name].items())
        print(f"{name:26} {values}")
    for name in FEATURES:
        rest = tuple(other for other in FEATURES if other != name)
        without = rank_correlation(fit(pairs, train, rest, penalty=None).shares, test).mean()
        figures[f"without {name}"] = float(without)
        print(f"no factors, without {name:15} Spearman {without:6.3f}")
    return figures
