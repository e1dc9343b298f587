"""Scoreboard: left-out estimates, and published measures, against every published outcome."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from engine.corpus.references import PUBLISHED, read_reference, summary
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import find_encoder
from engine.persistence import engine_folder
from engine.records import rubric
from engine.scoring.build import build_parts
from scripts.benchmarks import scoreboard_sources
from scripts.benchmarks.common import Figures, add_data_dir, add_encoder
from scripts.benchmarks.scoreboard_figures import figures

CONFIDENCE = 0.9
"""Confidence of the intervals of an engine that is built."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_data_dir(parser)
    add_encoder(parser)
    parser.add_argument(
        "--engine",
        type=Path,
        metavar="DIR",
        help="use the scores of this engine of the published reference (default: build one)",
    )


def run(options: argparse.Namespace) -> Figures:
    """Compare left-out estimates with published outcomes, and report coverage by group.

    The estimates are those that an engine of the published reference shows. Each published measure
    is compared with the other outcomes, too, on the tasks that have both.
    """
    if options.engine is not None:
        parts = engine_folder.read(options.engine)
        further = scoreboard_sources.read(options.data_dir, parts.reference.corpus)
    else:
        corpus = read_reference(PUBLISHED, options.data_dir)
        further = scoreboard_sources.read(options.data_dir, corpus)
        encoder = find_encoder(options.encoder)
        parts = build_parts(corpus, encoder, EmbeddingCache(), confidence=CONFIDENCE)
    corpus = parts.reference.corpus
    print(f"{summary(corpus)}\nencoder {parts.encoder_name}\n")
    risk = parts.model.measures[rubric.RISK_MEASURE].occupations
    error = partial(risk.error_model, parts.confidence)
    found = figures(corpus, parts.scores, further, error=error)
    print_outcomes(found["outcomes"])
    print_rest(found)
    return found


def print_outcomes(outcomes: Mapping[str, Mapping[str, Any]]) -> None:
    """Print a row for each outcome, and under it a row for each published measure."""
    columns = ("tasks", "held out", "r", "rho", "gap", "risk", "capability", "engine")
    _print_line("outcome", *columns)
    for name, row in outcomes.items():
        estimate = row["estimate"] or {}
        _print_line(
            f"{name} ({row['rater']}, {row['date']})",
            row["tasks"],
            row["held_out"],
            estimate.get("r"),
            estimate.get("rho"),
            row["gap"],
            row["risk"]["rho"],
            row["ai_capability"]["rho"],
        )
        for other, rival in row["published"].items():
            itself, engine = rival["itself"], rival["engine"] or {}
            figures = (itself["count"], None, itself["r"], itself["rho"])
            _print_line(f"  by {other}", *figures, None, None, None, engine.get("rho"))


def print_rest(found: Mapping[str, Any]) -> None:
    """Print the figures other than those of outcomes."""
    if level := found["exposure level"]:
        _print_line("\nexposure level", "tasks", "as GPT-4's")
        _print_line("", level["tasks"], level["accuracy"])
    _print_line("\nautomation as people rated it", "tasks", "same level", "r")
    for name, row in found["people"].items():
        _print_line(name, row["agreement"]["count"], row["same_level"], row["agreement"]["r"])
    for group, series in found["use"].items():
        _print_line(f"\nuse in 2026, {group}", "count", "rho")
        for name, row in series.items():
            _print_line(name, row["count"], row["rho"])
    for kind in ("occupations", "tasks"):
        _print_line(f"\nrisk of {kind}", "count", "coverage", "width", "same time")
        for name, row in found[kind].items():
            same_time = row.get("coverage_same_shares")
            _print_line(name, row["count"], row["coverage"], row["width"], same_time)
    for name, counts in found["tiers"].items():
        _print_line(f"\ntiers {name}", "count", "share")
        for tier, count in counts.items():
            _print_line(tier, count, count / max(sum(counts.values()), 1))
    _print_line("\nrisk outside its evidence", "tasks", "share")
    _print_line("", found["evidence"]["tasks"], found["evidence"]["outside"])
    _print_line("\nestimated", "in use", "others")
    for name, row in found["applicability"].items():
        _print_line(name, row["used"], row["others"])


def _print_line(name: str, *cells: str | int | float | None) -> None:
    print(f"{name:56.56s}" + "".join(map(_cell, cells)).rstrip())


def _cell(value: str | int | float | None) -> str:
    if isinstance(value, str):
        return f"{value:>11s}"
    if value is None:
        return " " * 11
    return f"{value:11,d}" if isinstance(value, int) else f"{value:11.3f}"
