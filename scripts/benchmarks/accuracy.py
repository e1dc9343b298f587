"""Accuracy on held-out occupations: the engine, other methods, and other encoders, task by task."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine import EngineError
from engine.corpus.references import read_reference, summary
from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import TUNED, find_encoder
from engine.encoders.tuned import TunedEncoder
from engine.evaluation import held_out
from scripts.benchmarks import calibration_plot
from scripts.benchmarks.accuracy_figures import (
    MEASURES,
    Row,
    compare_methods,
    engine_figures,
    mean_of_runs,
    risk_and_outcomes,
    worst_occupations,
)
from scripts.benchmarks.baselines import BASELINES
from scripts.benchmarks.common import (
    Figures,
    add_encoder,
    add_reference,
    add_seeds,
    not_work_texts,
)

CONFIDENCE = 0.9
"""Confidence of the intervals."""

_COLUMNS = (
    *("tasks", "r", "mse", "gap", "coverage", "width", "rho"),
    *("occupations", "accuracy", "out_of_scope"),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_reference(parser)
    add_encoder(parser)
    parser.add_argument(
        "--adapters",
        type=Path,
        metavar="DIR",
        help="load the tuned encoder from this folder, written by tune_encoder.py",
    )
    add_seeds(parser)
    parser.add_argument("--baselines", action="store_true", help=f"also fit {', '.join(BASELINES)}")
    parser.add_argument(
        "--figure",
        type=Path,
        metavar="FILE.svg",
        help="draw the calibration plot here, and write its points to FILE.json",
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure accuracy by cross-validation over occupations, refitting every part each time."""
    corpus = read_reference(options.reference, options.data_dir)
    encoder = find(options.encoder, options.adapters)
    others = [find_encoder(name) for name in ("minilm",) if name != encoder.name]
    seeds = 1 if isinstance(encoder, TunedEncoder) else options.seeds  # it brings its own folds
    print(f"{summary(corpus)}\nencoder {encoder.name}, runs: {seeds}\n")
    runs, results = [], {}
    for seed in range(seeds):
        for one in (encoder, *others):
            results[one.name] = held_out.cross_validate(
                corpus,
                one,
                EmbeddingCache(),
                seed=seed,
                confidence=CONFIDENCE,
                splits=encoder,
                baselines=BASELINES if options.baselines else None,
                not_work=not_work_texts(),
            )
        runs.append(engine_figures(results[encoder.name], corpus))
    figures: Figures = mean_of_runs(runs)
    print_figures(figures)
    compared = compare_methods(results, encoder.name, corpus)
    print_methods(compared)
    figures |= compared
    shipped = results[encoder.name]
    risk, outcomes = risk_and_outcomes(shipped, corpus)
    figures["worst"] = worst_occupations(
        corpus, corpus.tasks["soc_code"].to_numpy()[shipped.rows], risk - outcomes, shipped.novelty
    )
    if options.figure is not None:
        calibration_plot.write(options.figure, calibration_plot.points(risk, outcomes))
    return figures


def find(name: str, folder: Path | None) -> Encoder:
    """Return the encoder with this name; a tuned one from ``folder``, if it is given.

    Raises:
        EngineError: if a folder is given, and the encoder is not a tuned one.
    """
    if folder is None:
        return find_encoder(name)
    if name not in TUNED:
        raise EngineError(f"--adapters needs --encoder {' or '.join(TUNED)}; got {name}")
    return TUNED[name](folder)


def print_figures(figures: Mapping[str, Row]) -> None:
    """Print a row for each measure and group."""
    print(f"{'':56s}" + "".join(f"{column:>13s}" for column in _COLUMNS))
    for name, row in figures.items():
        cells = (
            (f"{row[c]:13.0f}" if c == "tasks" else f"{row[c]:13.3f}") if c in row else " " * 13
            for c in _COLUMNS
        )
        print(f"{name:56s}" + "".join(cells).rstrip())


def print_methods(figures: Mapping[str, Mapping[str, Any]]) -> None:
    """Print a row for each method, with a column for each measure."""
    head = "".join(f"{measure:>26s}" for measure in MEASURES)
    print(f"\n{'r, and how much higher the engine is [95%]':44s}{head}")
    for name, line in figures.items():
        print(f"{name:44s}" + "".join(_cell(line.get(measure)) for measure in MEASURES).rstrip())


def _cell(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return " " * 26
    more = found.get("engine_more")
    text = f" {more[0]:+.3f} [{more[1]:+.3f},{more[2]:+.3f}]" if more else ""
    return f"{found['r']:.3f}{text}".rjust(26)
