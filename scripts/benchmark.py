#!/usr/bin/env python
"""Measure the engine: accuracy on occupations left out, agreement of labels, speed and memory.

    python scripts/benchmark.py accuracy [--reference starter|published|FILE.csv] [--seeds N]
    python scripts/benchmark.py transfer     starter reference -> published tasks
    python scripts/benchmark.py agreement    of the two annotations of the starter reference
    python scripts/benchmark.py speed [--reference starter|published]

Each prints its figures and, with --output, saves them as JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine import Corpus, EngineError, RiskEngine, evaluation, places, taxonomy
from engine.corpus import summary
from engine.encoder import DEFAULT_ENCODER, EmbeddingCache, SentenceTransformerEncoder
from engine.tables import read_table

CONFIDENCE = 0.9
Figures = dict[str, Any]


def main() -> int:
    options = _options()
    try:
        figures = options.run(options)
    except EngineError as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 2
    if options.output is not None:
        options.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


# Accuracy -------------------------------------------------------------------------------------


def accuracy(options: argparse.Namespace) -> Figures:
    """Cross-validate over occupations: five folds, everything fitted anew, for each seed."""
    corpus = _corpus(options.reference, options.data_dir)
    vectors = _vectors(corpus, options.encoder)
    print(f"{summary(corpus)}\nencoder {options.encoder}, {options.seeds} seeds, five folds each\n")
    runs = []
    for seed in range(options.seeds):
        held_out = evaluation.cross_validate(corpus, vectors, seed=seed, confidence=CONFIDENCE)
        runs.append(_figures(held_out, corpus))
    return _print_figures(runs)


def transfer(options: argparse.Namespace) -> Figures:
    """Predict published tasks from the starter reference alone, and from as many published tasks.

    Judged on half of the rated occupations; the published tasks are drawn from the other half,
    from which alone the annotators of the starter reference were shown examples.
    """
    starter = _corpus("starter", options.data_dir)
    published = _corpus("published", options.data_dir)
    vectors = [_vectors(corpus, options.encoder) for corpus in (starter, published)]
    print(f"{summary(starter)}\n{summary(published)}\nencoder {options.encoder}\n")
    rated = published.tasks["automation"].notna().to_numpy()
    judged = published.tasks["soc_code"].map(_is_judged).to_numpy()
    rows = np.flatnonzero(rated & judged)

    def runs() -> Iterator[tuple[str, Corpus, np.ndarray]]:
        yield "starter", starter, vectors[0]
        copied = np.isin(published.text_keys, published.text_keys[rows])
        others = np.flatnonzero(rated & ~judged & ~copied)
        for seed in range(options.seeds if len(others) > len(starter.tasks) else 1):
            drawn = np.random.default_rng(seed).permutation(others)
            drawn = np.sort(drawn[: len(starter.tasks)])
            name = f"{len(drawn)} published, draw {seed + 1}"
            yield name, published.take(drawn), vectors[1][drawn]

    figures: Figures = {}
    columns = ("exposure_human", "exposure_model", "exposure", "automation")
    print(f"{len(rows)} tasks; r" + "".join(f"{column:>16s}" for column in columns))
    for name, corpus, part in runs():
        held_out = evaluation.predict_from(corpus, part, published, vectors[1], rows, CONFIDENCE)
        for method, measures in held_out.methods.items():
            figures[f"{name}: {method}"] = {
                column: evaluation.correlation(
                    measures["automation" if column == "automation" else "exposure"],
                    published.tasks[column].to_numpy()[rows],
                )
                for column in columns
            }
            cells = "".join(f"{figures[f'{name}: {method}'][column]:16.3f}" for column in columns)
            print(f"{name + ': ' + method:50s}{cells}")
        for measure in ("exposure", "automation"):
            low, high = held_out.interval(measure)
            covered = evaluation.coverage(low, high, published.tasks[measure].to_numpy()[rows])
            figures[f"{name}: {measure}"] = {"coverage": covered}
            print(f"{name + ': coverage of ' + measure:50s}{covered:16.3f}")
    return figures


def _is_judged(soc_code: str) -> bool:
    return hashlib.sha256(soc_code.encode()).digest()[0] % 2 == 1


def _figures(held_out: evaluation.HeldOut, corpus: Corpus) -> dict[str, dict[str, float]]:
    """«method: measure» -> figures."""
    table = {}
    for method, measures in held_out.methods.items():
        for measure, predictions in measures.items():
            outcomes = corpus.tasks[measure].to_numpy()[held_out.rows]
            figures = {
                "r": evaluation.correlation(predictions, outcomes),
                "mse": evaluation.mean_square_error(predictions, outcomes),
            }
            if method == evaluation.ENGINE:
                low, high = held_out.interval(measure)
                figures["gap"] = evaluation.calibration_gap(predictions, outcomes)
                figures["coverage"] = evaluation.coverage(low, high, outcomes)
                figures["width"] = float(np.mean(high - low))
            table[f"{method}: {measure}"] = figures
    known = corpus.tasks["category"].to_numpy()[held_out.rows].tolist()
    table["engine: category"] = {
        "accuracy": evaluation.category_accuracy(held_out.categories, known)
    }
    return table


def _print_figures(runs: list[dict[str, dict[str, float]]]) -> Figures:
    columns = ("r", "mse", "gap", "coverage", "width", "accuracy")
    print(f"{'':50s}" + "".join(f"{column:>10s}" for column in columns))
    means: Figures = {}
    for row in runs[0]:
        means[row] = {
            column: statistics.fmean(run[row][column] for run in runs)
            for column in columns
            if column in runs[0][row]
        }
        cells = (f"{means[row][c]:10.3f}" if c in means[row] else f"{'':10s}" for c in columns)
        print(f"{row:50s}" + "".join(cells).rstrip())
    return means


# Agreement ------------------------------------------------------------------------------------


def agreement(options: argparse.Namespace) -> Figures:
    """Agreement of the two annotations of the starter reference: Cohen's kappa."""
    rows = [row for _, row in read_table(places.shipped("reference_tasks") / "tasks.csv", ())]
    groups = {"all": rows} | {
        f"{code} {name}": [row for row in rows if row["soc_code"].startswith(code)]
        for code, name in taxonomy.MAJOR_GROUPS.items()
    }
    print(f"{'':52s}{'tasks':>8s}{'exposure':>10s}{'automation':>12s}{'category':>10s}")
    figures: Figures = {}
    for name, part in groups.items():
        if part:
            figures[name] = {"tasks": len(part)} | _kappas(part)
            cells = "{tasks:8d}{exposure:10.2f}{automation:12.2f}{category:10.2f}"
            print(f"{name:52s}" + cells.format(**figures[name]))
    print("exposure and automation: linearly weighted kappa over their levels in order of value")
    return figures


def _kappas(rows: list[dict[str, str]]) -> dict[str, float]:
    from sklearn.metrics import cohen_kappa_score

    def kappa(column: str, weights: str | None) -> float:
        levels = taxonomy.levels_of(column)
        first, second = (
            [row[f"annotation_{number}_{column}"] for row in rows] for number in (1, 2)
        )
        if levels:
            order = sorted(levels, key=levels.__getitem__)
            first, second = ([order.index(level) for level in labels] for labels in (first, second))
        return float(cohen_kappa_score(first, second, weights=weights))

    return {
        "exposure": kappa("exposure", "linear"),
        "automation": kappa("automation", "linear"),
        "category": kappa("category", None),
    }


# Speed ----------------------------------------------------------------------------------------


def speed(options: argparse.Namespace) -> Figures:
    """Time builds, first and second, and warm and cold scoring, each in a process of its own."""
    script = Path(__file__).with_name("build_index.py")
    python = sys.executable
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "engine")
        build = [python, str(script), "--reference", options.reference, "--output", str(output)]
        build += ["--encoder", options.encoder]
        if options.data_dir is not None:
            build += ["--data-dir", str(options.data_dir)]
        environment = os.environ | {"XDG_CACHE_HOME": str(Path(folder, "cache"))}
        for name in ("build, nothing cached", "build, embeddings cached"):
            figures[name] = _process(build, environment)
        figures["import engine"] = _process([python, "-c", "import engine"], environment)
        command = [python, "-m", "engine"]
        figures["occupation-risk --help"] = _process([*command, "--help"], environment)
        engine = RiskEngine.load(output)
        code = engine.corpus.tasks["soc_code"].iat[0]
        score = [*command, "score", "--soc", code, "--engine", str(output)]
        figures["occupation-risk score --soc, cold"] = _process(score, environment)
        figures["score 25 new tasks, warm"] = _warm(engine)
    print(f"{'':40s}{'seconds':>10s}{'peak MB':>10s}")
    for name, figure in figures.items():
        memory = f"{figure['peak_mb']:10.0f}" if "peak_mb" in figure else ""
        print(f"{name:40s}{figure['seconds']:10.2f}{memory}")
    return figures


def _process(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    begun = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - begun
    # The largest child so far: builds come first, so only theirs is told.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"seconds": seconds} | ({"peak_mb": peak} if "build_index.py" in command[1] else {})


def _warm(engine: RiskEngine) -> dict[str, float]:
    times = []
    for run in range(6):
        tasks = [f"Prepare report {run} on topic {number} for clients." for number in range(25)]
        begun = time.perf_counter()
        engine.score_tasks(tasks)
        times.append(time.perf_counter() - begun)
    return {"seconds": statistics.median(times[1:])}


# Common ---------------------------------------------------------------------------------------


def _corpus(name: str, data_dir: Path | None) -> Corpus:
    if name == "starter":
        return Corpus.read(places.shipped("reference_tasks"), "starter")
    if name == "published":
        from engine.sources import published

        return published.read(data_dir or places.data_dir())[0]
    return Corpus.read(name)


def _vectors(corpus: Corpus, encoder: str) -> np.ndarray:
    texts = corpus.tasks["task"].tolist()
    return EmbeddingCache().encode(
        SentenceTransformerEncoder(encoder), texts, progress=sys.stderr.isatty()
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(
        required=True, metavar="accuracy | transfer | agreement | speed"
    )
    for run in (accuracy, transfer, agreement, speed):
        command = commands.add_parser(run.__name__, help=run.__doc__)
        command.set_defaults(run=run)
        command.add_argument("--reference", default="starter")
        command.add_argument("--data-dir", type=Path)
        command.add_argument("--encoder", default=DEFAULT_ENCODER)
        command.add_argument("--seeds", type=int, default=1)
        command.add_argument("--output", type=Path, help="save the figures here as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
