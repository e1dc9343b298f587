"""What rounding the vectors that ship changes: the starter engine with them and with new ones."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

from engine import RiskEngine
from engine.corpus.references import read_starter
from engine.encoders.cache import EmbeddingCache
from scripts.benchmarks.common import Figures

LIMIT = 1e-3
"""A change of a risk that no page shows."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add no options: the vectors are those of the starter reference."""


def run(_: argparse.Namespace) -> Figures:
    """Build the starter engine twice, and compare risks and suggested careers."""
    corpus = read_starter()
    with tempfile.TemporaryDirectory() as name:
        engines = [
            RiskEngine.build(
                corpus, cache=EmbeddingCache(Path(name) / str(shipped), shipped=shipped)
            )
            for shipped in (True, False)
        ]
    figures: Figures = {}
    tables = {"tasks": "catalogue_tasks", "occupations": "catalogue"}
    for rows, method in tables.items():
        found, fresh = (getattr(engine, method)() for engine in engines)
        for column in ("risk", "risk_low", "risk_high"):
            change = np.abs(found[column].to_numpy() - fresh[column].to_numpy())
            mean, most = float(change.mean()), float(change.max())
            over = float((change > LIMIT).mean())
            print(
                f"{column} of {len(change):,} {rows}: changes by {mean:.5f} on average, by "
                f"{most:.4f} at most, and by more than {LIMIT:g} for {over:.1%}"
            )
            figures |= {
                f"{rows} {column} mean": mean,
                f"{rows} {column} most": most,
                f"{rows} {column} over": over,
            }
    codes = list(corpus.occupations["soc_code"])
    same = [
        len({tuple(match.soc_code for match in engine.similar_careers(code)) for engine in engines})
        for code in codes
    ]
    share = float(np.mean(np.array(same) == 1))
    print(f"the same careers are suggested, in the same order, for {share:.1%} of {len(codes)}")
    return figures | {"same careers": share}
