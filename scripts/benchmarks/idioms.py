"""Work as people say it: does an idiom get the score of the same duty in plain words?"""

from __future__ import annotations

import argparse
from unittest.mock import patch

import numpy as np
import pandas as pd

from engine import RiskEngine
from engine.encoders import text_vectors
from engine.encoders.plain_words import in_plain_words
from engine.records.task_risk import TaskRisk
from scripts.benchmarks.common import TEST_DATA, Figures, add_engine

IDIOMS = TEST_DATA / "idioms.csv"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_engine(parser)


def run(options: argparse.Namespace) -> Figures:
    """Compare 120 idioms and British expressions with what they mean.

    ``tests/data/idioms.csv`` was written apart from the engine's list; nothing was fitted to it.
    """
    pairs = pd.read_csv(IDIOMS, dtype=str)
    said, meant = pairs["said"].tolist(), pairs["meant"].tolist()
    plain = RiskEngine.load(options.engine).score_tasks(meant)
    with patch.object(text_vectors, "in_plain_words", str):
        without = RiskEngine.load(options.engine).score_tasks(said)
    figures: Figures = {
        "as said, without the list": _row(without, plain),
        "as said": _row(RiskEngine.load(options.engine).score_tasks(said), plain),
        "in plain words": _row(plain, plain),
        "changed by the list": float(np.mean([in_plain_words(text) != text for text in said])),
    }
    for name, row in figures.items():
        print(name, row)
    return figures


def _row(results: list[TaskRisk], plain: list[TaskRisk]) -> dict[str, float]:
    """Return how near the results are to those of the same duties in plain words."""
    risk, other = (np.array([task.risk for task in part]) for part in (results, plain))
    held = [
        task.risk_interval[0] <= value <= task.risk_interval[1]
        for task, value in zip(results, other.tolist(), strict=True)
    ]
    figures = {
        "r": float(np.corrcoef(risk, other)[0, 1]),
        "mean difference": float(np.abs(risk - other).mean()),
        "plain score in the interval": float(np.mean(held)),
        "taken for not work": float(np.mean([task.out_of_scope for task in results])),
        "unlike the reference": float(np.mean([task.unlike_reference for task in results])),
    }
    return {name: round(value, 3) for name, value in figures.items()}
