"""Speed of careers: time of a query in a large synthetic catalog, and of building its graph."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import numpy as np

from engine.careers import similarity
from engine.careers.filters import MoveFilters
from engine.careers.index import CareerIndex, CatalogueEntry
from engine.careers.moves import MoveModel, Moves
from engine.careers.paths import StepGraph
from engine.careers.similarity import Profile, SimilarityModel
from engine.corpus.moves import no_moves
from engine.encoders.minilm import MiniLMEncoder
from engine.records.estimates import Estimate
from engine.utils.vectors import unit
from scripts.benchmarks.common import Figures

TASKS = 10
"""Tasks of each occupation."""

DIMENSIONS, CENTERS, QUERIES = 384, 1_000, 50
GRAPH_AT_MOST = 2_000
"""Largest catalog whose graph of moves is timed."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument(
        "--occupations",
        type=int,
        default=923,
        metavar="N",
        help="occupations of the catalog (default: %(default)s, as many as O*NET)",
    )


def run(options: argparse.Namespace) -> Figures:
    """Time queries for similar careers in a synthetic catalog, and the graph of moves."""
    profiles = synthetic_profiles(options.occupations)
    model = similarity.find(MiniLMEncoder().fingerprint, profiles)
    index = synthetic_index(profiles, model)
    times = []
    for row in np.random.default_rng(1).integers(options.occupations, size=QUERIES).tolist():
        started = time.perf_counter(), time.process_time()
        index.similar(index.origin(row), k=10, filters=MoveFilters())
        times.append((time.perf_counter() - started[0], time.process_time() - started[1]))
    wall, processor = (1e3 * float(value) for value in np.median(times, axis=0))
    print(
        f"similar careers among {options.occupations:,} occupations of {TASKS} tasks: median "
        f"{wall:.1f} ms, {processor:.1f} ms of CPU time"
    )
    figures = {
        "occupations": options.occupations,
        "median ms": wall,
        "median processor ms": processor,
    }
    if options.occupations <= GRAPH_AT_MOST:
        start = time.perf_counter()
        StepGraph.build(index.occupations)
        figures["graph s"] = time.perf_counter() - start
        print(f"graph of moves: {figures['graph s']:.1f} s")
    return figures


def synthetic_profiles(count: int) -> list[Profile]:
    """Return ``count`` occupations whose tasks lie around common random centers."""
    generator = np.random.default_rng(0)
    centers = generator.normal(size=(CENTERS, DIMENSIONS)).astype(np.float32)
    texts = [f"Task {number}." for number in range(TASKS)]
    shares = np.full(TASKS, 1 / TASKS)
    profiles = []
    for row, near in enumerate(generator.integers(CENTERS, size=count)):
        tasks = centers[near] + generator.normal(size=(TASKS, DIMENSIONS)).astype(np.float32)
        tasks = unit(tasks)
        profiles.append(Profile(texts=texts, vectors=tasks, shares=shares, job_zone=1 + row % 5))
    return profiles


def synthetic_index(profiles: Sequence[Profile], model: SimilarityModel) -> CareerIndex:
    """Return an index of occupations with random risks."""
    generator = np.random.default_rng(1)
    entries = []
    for row, profile in enumerate(profiles):
        risk = Estimate(value=float(generator.random()), low=0.0, high=1.0, error=0.1)
        entries.append(
            CatalogueEntry(
                soc_code=str(row), title="", profile=profile, risk=risk, ai_capability=risk
            )
        )
    errors = np.sort(np.abs(generator.normal(size=1_000)))
    return CareerIndex(entries, model, errors, Moves(MoveModel.shipped(), no_moves()))
