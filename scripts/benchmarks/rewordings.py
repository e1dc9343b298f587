"""The same tasks in other words: does the score stay, and does the interval know if it does not?"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from engine import RiskEngine
from engine.evaluation import metrics
from engine.records import rubric
from scripts.benchmarks.common import Figures
from scripts.training.examples import read_rewrites

TASKS = 2_000
"""Number of tasks whose rewrites are scored."""

SHORT = 4
"""Texts of at most this many words count as short."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument(
        "--engine", type=Path, metavar="FOLDER", help="a built starter engine; the default engine"
    )
    parser.add_argument("--tasks", type=int, default=TASKS, help="number of tasks")


def run(options: argparse.Namespace) -> Figures:
    """Score rewrites of starter tasks without their occupation, and compare with the originals.

    Coverage is that of the starter's own rating. The heads of the starter engine are fitted to
    published ratings, so compare it between styles rather than with the confidence.
    """
    engine = RiskEngine.load(options.engine)
    tasks = engine.corpus.tasks.set_index("task_id")
    rewrites = read_rewrites()
    chosen = np.random.default_rng(0).permutation(tasks.index)[: options.tasks]
    rewrites = rewrites[(rewrites["language"] == "en") & rewrites["task_id"].isin(chosen)]
    originals = tasks.loc[chosen]
    figures: Figures = {}
    texts, codes = originals["task"].tolist(), originals["soc_code"].tolist()
    before = engine.score_table(texts, codes).columns
    risk = dict(zip(chosen, before["risk"], strict=True))
    figures["original"] = _figures(
        before, texts, before["risk"], originals[rubric.RISK_MEASURE].to_numpy()
    )
    for style, part in rewrites.groupby("style"):
        rated = tasks.loc[part["task_id"]]
        table = engine.score_table(part["text"].tolist(), rated["soc_code"].tolist())
        kept = part.iloc[table.rows]
        outcomes = tasks.loc[kept["task_id"], rubric.RISK_MEASURE].to_numpy()
        own = np.array([risk[task] for task in kept["task_id"]])
        figures[str(style)] = _figures(table.columns, kept["text"].tolist(), own, outcomes)
        figures[str(style)]["scored"] = len(kept) / len(part)
    for name, row in figures.items():
        print(name, {key: round(value, 3) for key, value in row.items()})
    return figures


def _figures(
    columns: dict[str, np.ndarray], texts: list[str], own: np.ndarray, outcomes: np.ndarray
) -> dict[str, float]:
    risk, low, high = (columns[name] for name in ("risk", "risk_low", "risk_high"))
    short = np.array([len(text.split()) <= SHORT for text in texts])
    found = {
        "r with the original": metrics.correlation(risk, own) if np.ptp(risk - own) else 1.0,
        "mean difference": float(np.mean(np.abs(risk - own))),
        "r with the rating": metrics.correlation(risk, outcomes),
        "coverage": metrics.coverage(low, high, outcomes),
        "width": float(np.mean(high - low)),
        "out of scope": float(np.mean(columns["out_of_scope"])),
    }
    sure = risk < 0.05
    if sure.any():
        found["coverage below 5%"] = metrics.coverage(low[sure], high[sure], outcomes[sure])
    if short.any():
        found["short texts"] = float(short.sum())
        found["coverage of short texts"] = metrics.coverage(
            low[short], high[short], outcomes[short]
        )
    return found
