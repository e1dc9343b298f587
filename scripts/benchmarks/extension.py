"""Extension: what an engine loses when tasks are added to it instead of rebuilding it.

Occupations of the starter reference: a quarter is scored and never in a reference, some are built
on, and the rest is added. The encoder is MiniLM, which has seen no outcomes.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

import numpy as np

from engine import Corpus, RiskEngine
from engine.corpus.references import read_starter
from engine.encoders.cache import EmbeddingCache
from engine.encoders.minilm import MiniLMEncoder
from engine.evaluation.metrics import coverage
from scripts.benchmarks.common import Figures, add_seeds

MULTIPLES = (1.25, 1.5, 2.0, 4.0)
"""Occupations after the extension, as multiples of those that the engine was built on."""


class _CachedEncoder:
    """MiniLM through the embedding cache, because the same texts are scored repeatedly."""

    def __init__(self) -> None:
        self._encoder = MiniLMEncoder()
        self.name = self._encoder.name
        self.fingerprint = self._encoder.fingerprint

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        return EmbeddingCache().encode(self._encoder, texts, progress=progress)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_seeds(parser)


def run(options: argparse.Namespace) -> Figures:
    """Compare engines extended with tasks with engines built from all of them."""
    corpus = read_starter()
    encoder = _CachedEncoder()
    found: dict[str, list[dict[str, float]]] = {}
    for seed in range(options.seeds):
        codes = np.random.default_rng(seed).permutation(list(corpus.rows_of))
        held_out, rest = np.split(codes, [len(codes) // 4])
        first = int(len(rest) / MULTIPLES[-1])
        tasks = corpus.select_occupations(held_out)
        base = RiskEngine.build(corpus.select_occupations(rest[:first]), encoder)
        found.setdefault("as built", []).append(_measured(base, tasks))
        for multiple in MULTIPLES:
            count = int(first * multiple)
            extended = base.extended(corpus.select_occupations(rest[first:count]))
            found.setdefault(f"{multiple:g} × extended", []).append(_measured(extended, tasks))
            built = RiskEngine.build(corpus.select_occupations(rest[:count]), encoder)
            found.setdefault(f"{multiple:g} × built of all", []).append(_measured(built, tasks))
    means = {
        name: {key: float(np.mean([part[key] for part in parts])) for key in parts[0]}
        for name, parts in found.items()
    }
    print(f"{'':20s}" + "".join(f"{name:>15s}" for name in next(iter(means.values()))))
    for name, row in means.items():
        print(f"{name:20s}" + "".join(f"{value:15.3f}" for value in row.values()))
    print("Error: mean absolute. Coverage: of intervals meant to hold 90% of outcomes.")
    return means


def _measured(engine: RiskEngine, tasks: Corpus) -> dict[str, float]:
    table = engine.score_table(tasks.tasks["task"].tolist(), tasks.tasks["soc_code"].tolist())
    outcomes = {
        measure: tasks.tasks[measure].to_numpy(dtype=float)[table.rows]
        for measure in ("automation", "exposure")
    }
    return errors(table.columns, outcomes)


def errors(
    columns: Mapping[str, np.ndarray], outcomes: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """Return error and coverage of risk and AI capability, and the mean novelty.

    Args:
        columns: of a score table, each of shape (n,).
        outcomes: known ``automation`` and ``exposure``, shape (n,); NaN where not known.
    """
    figures: dict[str, float] = {}
    names = (("risk", "risk", "automation"), ("AI", "ai_capability", "exposure"))
    for short, column, measure in names:
        value, low, high = (
            columns[f"{column}{end}"].astype(float) for end in ("", "_low", "_high")
        )
        figures[f"{short} error"] = float(np.nanmean(np.abs(value - outcomes[measure])))
        figures[f"{short} coverage"] = coverage(low, high, outcomes[measure])
    return figures | {"novelty": float(columns["novelty"].mean())}
