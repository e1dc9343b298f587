"""How far estimated time shares are off: the measurement behind ``RELATIVE_ERRORS``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.corpus.references import read_starter
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import find_encoder
from engine.model.cross_fitting import make_reference
from engine.records.time_share import EQUAL, SIMILAR_TASKS, allocate
from scripts.benchmarks.common import Figures, add_encoder


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_encoder(parser)


def run(options: argparse.Namespace) -> Figures:
    """Compare the time shares of the starter reference with estimates that do not use them."""
    corpus = read_starter()
    encoder = find_encoder(options.encoder)
    vectors = EmbeddingCache().encode(encoder, corpus.tasks["task"].tolist())
    similar = make_reference(corpus, encoder, vectors).look_up_own().similar_time
    pairs: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {EQUAL: [], SIMILAR_TASKS: []}
    for code, rows in corpus.rows_of.items():
        tasks = corpus.occupation(code).task_records
        given = np.array([task.time_share for task in tasks], dtype=float)
        blank = [replace(task, time_share=None) for task in tasks]
        pairs[EQUAL].append((allocate(blank)[0], given))
        pairs[SIMILAR_TASKS].append((allocate(blank, similar[rows])[0], given))
    figures = {source: relative_errors(found) for source, found in pairs.items()}
    for source, row in figures.items():
        print(f"{source}: {row}")
    return figures


def relative_errors(pairs: list[tuple[np.ndarray, np.ndarray]]) -> Mapping[str, float]:
    """Return the root mean squared error of estimated shares, relative to them.

    Args:
        pairs: estimated and given shares of each occupation, each of shape (n_tasks,).
    """
    errors = np.concatenate([given / estimated - 1.0 for estimated, given in pairs])
    return {"tasks": float(len(errors)), "relative error": float(np.sqrt(np.mean(errors**2)))}
