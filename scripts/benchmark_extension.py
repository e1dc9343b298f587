"""What an engine that was extended loses against one built of all tasks; see benchmark.py.

Occupations of the starter reference: a quarter is scored and never in a reference, some are built
on, the rest is added. With MiniLM, which has seen no outcomes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
from benchmark_accuracy import Figures

from engine import Corpus, RiskEngine
from engine.encoders.cache import EmbeddingCache
from engine.encoders.sentence_transformer import SentenceTransformerEncoder
from engine.evaluation.metrics import coverage
from engine.utils import resources

MULTIPLES = (1.25, 1.5, 2.0, 4.0)
"""Occupations after extending, by those that were built on."""


class _KeptVectors:
    """MiniLM by way of the embedding cache, as the same texts are scored again and again."""

    def __init__(self) -> None:
        self._encoder = SentenceTransformerEncoder("minilm")
        self.name = self._encoder.name
        self.fingerprint = self._encoder.fingerprint

    def encode(self, texts: Sequence[str], *, progress: bool = False) -> np.ndarray:
        return EmbeddingCache().encode(self._encoder, texts, progress=progress)


def extension(options: argparse.Namespace) -> Figures:
    """Error and coverage of engines extended by tasks, against engines built of all of them."""
    corpus = Corpus.read(resources.shipped("reference_tasks"), "starter")
    encoder = _KeptVectors()
    found: dict[str, list[dict[str, float]]] = {}
    for seed in range(options.seeds):
        codes = np.random.default_rng(seed).permutation(list(corpus.rows_of))
        left_out, rest = np.split(codes, [len(codes) // 4])
        first = int(len(rest) / MULTIPLES[-1])
        tasks = corpus.select(left_out)
        base = RiskEngine.build(corpus.select(rest[:first]), encoder)
        found.setdefault("as built", []).append(_measured(base, tasks))
        for multiple in MULTIPLES:
            count = int(first * multiple)
            extended = base.extended(corpus.select(rest[first:count]))
            found.setdefault(f"{multiple:g} × extended", []).append(_measured(extended, tasks))
            built = RiskEngine.build(corpus.select(rest[:count]), encoder)
            found.setdefault(f"{multiple:g} × built of all", []).append(_measured(built, tasks))
    means = {
        name: {key: float(np.mean([part[key] for part in parts])) for key in parts[0]}
        for name, parts in found.items()
    }
    print(f"{'':20s}" + "".join(f"{name:>15s}" for name in next(iter(means.values()))))
    for name, figures in means.items():
        print(f"{name:20s}" + "".join(f"{value:15.3f}" for value in figures.values()))
    print("error: mean absolute; coverage: of intervals meant to hold 90 % of outcomes")
    return means


def _measured(engine: RiskEngine, tasks: Corpus) -> dict[str, float]:
    """Error and coverage of risk and AI capability, and mean novelty, of tasks left out."""
    table = engine.score_table(tasks.tasks["task"].tolist(), tasks.tasks["soc_code"].tolist())
    figures: dict[str, float] = {}
    names = (("risk", "risk", "automation"), ("AI", "ai_capability", "exposure"))
    for short, column, measure in names:
        outcomes = tasks.tasks[measure].to_numpy(dtype=float)[table.rows]
        known = ~np.isnan(outcomes)
        value, low, high = (
            table.columns[f"{column}{end}"][known].astype(float) for end in ("", "_low", "_high")
        )
        figures[f"{short} error"] = float(np.abs(value - outcomes[known]).mean())
        figures[f"{short} coverage"] = coverage(low, high, outcomes[known])
    return figures | {"novelty": float(table.columns["novelty"].mean())}
