"""Accuracy on occupations left out, by every method on the same tasks; see benchmark.py."""

from __future__ import annotations

import argparse
import csv
import hashlib
import statistics
from pathlib import Path
from typing import Any

import numpy as np
from benchmark_elsewhere import elsewhere, read

from engine import Corpus, EngineError
from engine.corpus.corpus import summary
from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import TUNED, find_encoder
from engine.encoders.tuned import TunedEncoder
from engine.evaluation import held_out, metrics
from engine.records import soc
from engine.records.time_share import allocate
from engine.utils import resources
from engine.utils.text import is_among

CONFIDENCE = 0.9
CACHE = EmbeddingCache()
Figures = dict[str, Any]


def _boosting() -> held_out.Regressor:
    from sklearn.ensemble import HistGradientBoostingRegressor

    return HistGradientBoostingRegressor(learning_rate=0.05, min_samples_leaf=40, random_state=0)


def _network() -> held_out.Regressor:
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    network = MLPRegressor(hidden_layer_sizes=(32,), alpha=1.0, early_stopping=True, random_state=0)
    return make_pipeline(StandardScaler(), network)


def _ridge() -> held_out.Regressor:
    from sklearn.linear_model import RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), RidgeCV(np.logspace(0, 5, 11)))


def _process() -> held_out.Regressor:
    from sklearn.kernel_approximation import Nystroem
    from sklearn.linear_model import BayesianRidge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        StandardScaler(), Nystroem(gamma=0.002, n_components=400, random_state=0), BayesianRidge()
    )


def _kernel_ridge() -> held_out.Regressor:
    from sklearn.kernel_ridge import KernelRidge

    return KernelRidge(kernel="rbf", gamma=2.0, alpha=1.0)


RIVALS = {
    "ridge": held_out.Rival(_ridge),
    "boosting": held_out.Rival(_boosting),
    "small network": held_out.Rival(_network),
    "Gaussian process, Nyström": held_out.Rival(_process),
    "kernel ridge on the embedding": held_out.Rival(_kernel_ridge, on_vectors=True),
}
"""Further methods for the contest."""

YARDSTICKS = (330, 2_000)
"""Numbers of random published tasks that the starter reference is set beside."""

STRANGERS = Path(__file__).resolve().parent.parent / "tests" / "data" / "not_work.csv"

MEASURES = ("exposure_human", "exposure_model", "exposure", "automation")


def accuracy(options: argparse.Namespace) -> Figures:
    """Cross-validate over occupations, everything fitted anew; rivals on the same tasks."""
    told = None if options.elsewhere is None else read(options.elsewhere)
    corpus = _corpus(options.reference, options.data_dir)
    encoder = _encoder(options.encoder, options.adapters)
    rivals = [find_encoder(name) for name in ("minilm",) if name != encoder.name]
    tuned = isinstance(encoder, TunedEncoder)
    seeds = 1 if tuned else options.seeds
    print(f"{summary(corpus)}\nencoder {encoder.name}, {seeds} run(s)\n")
    runs, results = [], {}
    for seed in range(seeds):
        for one in (encoder, *rivals):
            results[one.name] = held_out.cross_validate(
                corpus,
                one,
                CACHE,
                seed=seed,
                confidence=CONFIDENCE,
                splits=encoder,
                rivals=RIVALS if options.contest else None,
                strangers=_strangers(),
            )
        runs.append(_figures(results[encoder.name], corpus))
    figures = {
        name: {row: statistics.fmean(run[name][row] for run in runs) for row in rows}
        for name, rows in runs[0].items()
    }
    _print_figures(figures)
    figures |= _contest(results, encoder.name, corpus)
    if told is not None:
        figures["elsewhere"] = elsewhere(results, encoder.name, corpus, told)
    figures["worst"] = _worst(results[encoder.name], corpus)
    if options.figure is not None:
        _draw_reliability(results[encoder.name], corpus, options.figure)
    return figures


def _contest(
    results: dict[str, held_out.HeldOut], shipped: str, corpus: Corpus
) -> dict[str, dict[str, Any]]:
    """Correlation of every method, and how much more the shipped engine has, with its interval."""
    rows = results[shipped].rows
    codes = corpus.tasks["soc_code"].to_numpy()[rows]
    best = results[shipped].methods[held_out.ENGINE]
    figures: dict[str, dict[str, Any]] = {}
    print(f"\n{'r, and how much more the engine has [95 %]':44s}" + _header())
    for name, held_out in results.items():
        order = np.argsort(held_out.rows)[np.argsort(np.argsort(rows))]
        for method, measures in held_out.methods.items():
            line = {}
            for measure in (m for m in MEASURES if m in measures and m in best):
                outcomes = corpus.tasks[measure].to_numpy()[rows]
                if np.isnan(outcomes).all():
                    continue
                predictions = measures[measure][order]
                line[measure] = {"r": metrics.correlation(predictions, outcomes)}
                if method != held_out.CORPUS_MEAN and (name, method) != (
                    shipped,
                    held_out.ENGINE,
                ):
                    line[measure]["engine_more"] = metrics.paired_difference(
                        best[measure], predictions, outcomes, codes
                    )
            figures[f"{name}: {method}"] = line
            print(f"{name + ': ' + method:44s}" + _cells(line))
    return figures


def _header() -> str:
    return "".join(f"{measure:>26s}" for measure in MEASURES)


def _cells(line: dict[str, dict[str, Any]]) -> str:
    cells = []
    for measure in MEASURES:
        found = line.get(measure)
        if found is None:
            cells.append(f"{'':26s}")
            continue
        more = found.get("engine_more")
        told = f" {more[0]:+.3f} [{more[1]:+.3f},{more[2]:+.3f}]" if more else ""
        cells.append(f"{found['r']:.3f}{told}".rjust(26))
    return "".join(cells).rstrip()


def transfer(options: argparse.Namespace) -> Figures:
    """Predict published tasks with the starter reference as evidence, and with published tasks.

    Judged on half of the rated occupations; the published tasks are drawn from the other half,
    from which alone the annotators of the starter reference were shown examples. Small random
    parts of these are a yardstick for how hard the judged half is, beside figures for such parts
    on other tasks.
    """
    starter = _corpus("starter", options.data_dir)
    published = _corpus("published", options.data_dir)
    print(f"{summary(starter)}\n{summary(published)}\n")
    rated = published.tasks["automation"].notna().to_numpy()
    judged = published.tasks["soc_code"].map(_is_judged).to_numpy()
    rows = np.flatnonzero(rated & judged)
    work, minilm = find_encoder("work"), find_encoder("minilm")
    copied = is_among(published.text_keys, published.text_keys[rows])
    others = published.take(np.flatnonzero(rated & ~judged & ~copied))
    left_out = held_out.cross_validate(published, work, CACHE, seed=0, confidence=CONFIDENCE)

    def transferred(corpus: Corpus, encoder: Encoder, own_heads: bool) -> held_out.HeldOut:
        return held_out.transfer(
            corpus, published, rows, encoder, CACHE, confidence=CONFIDENCE, own_heads=own_heads
        )

    def some(count: int) -> Corpus:
        drawn = np.random.default_rng(0).choice(len(others.tasks), count, replace=False)
        return others.take(np.sort(drawn))

    runs = {
        "from scratch": transferred(starter, minilm, True),
        **{
            f"from scratch, {len(part.tasks):,} published tasks": transferred(part, minilm, True)
            for part in (*map(some, YARDSTICKS), others)
        },
        "shipped encoder, own heads": transferred(starter, work, True),
        "as shipped": transferred(starter, work, False),
        "published engine, occupation left out": left_out,
    }
    figures: Figures = {}
    print(f"{len(rows)} tasks; r{'':44s}" + "".join(f"{column:>16s}" for column in MEASURES))
    for name, held_out in runs.items():
        inside = np.isin(held_out.rows, rows)
        for method, measures in held_out.methods.items():
            if method == held_out.CORPUS_MEAN:  # does not vary
                continue
            line = {}
            for column in MEASURES:
                measure = column if column in measures else "exposure"
                outcomes = published.tasks[column].to_numpy()[held_out.rows[inside]]
                line[column] = metrics.correlation(measures[measure][inside], outcomes)
            figures[f"{name}: {method}"] = line
            cells = "".join(f"{line[column]:16.3f}" for column in MEASURES)
            print(f"{name + ': ' + method:60s}{cells}")
        level = float(np.mean(held_out.levels_right(published)[inside]))
        figures[f"{name}: level"] = {"accuracy": level}
        print(f"{name + ': level, as the model gave it':60s}{level:16.3f}")
        for measure in ("exposure", "automation"):
            low, high = (end[inside] for end in held_out.interval(measure))
            outcomes = published.tasks[measure].to_numpy()[held_out.rows[inside]]
            covered = metrics.coverage(low, high, outcomes)
            figures[f"{name}: {measure}"] = {"coverage": covered}
            print(f"{name + ': coverage of ' + measure:60s}{covered:16.3f}")
    return figures


def _is_judged(soc_code: str) -> bool:
    return hashlib.sha256(soc_code.encode()).digest()[0] % 2 == 1


def _figures(held_out: held_out.HeldOut, corpus: Corpus) -> dict[str, dict[str, float]]:
    """What is told of the engine, by measure, by fifth of risk and by major group."""
    rows = held_out.rows
    codes = corpus.tasks["soc_code"].to_numpy()[rows]
    shares = _equal_shares(corpus)
    table: dict[str, dict[str, float]] = {}
    for measure, predictions in held_out.methods[held_out.ENGINE].items():
        outcomes = corpus.tasks[measure].to_numpy()[rows]
        low, high = held_out.interval(measure)
        table[measure] = {
            "tasks": float(np.sum(~np.isnan(outcomes))),
            "r": metrics.correlation(predictions, outcomes),
            "mse": metrics.mean_square_error(predictions, outcomes),
            "gap": metrics.calibration_gap(predictions, outcomes),
            "coverage": metrics.coverage(low, high, outcomes),
            "width": float(np.mean(high - low)),
        }
        if not np.isnan(outcomes).any():
            table[measure]["occupations"] = held_out.occupation_coverage(
                corpus, shares, measure, CONFIDENCE
            )
    risk = held_out.methods[held_out.ENGINE]["automation"]
    outcomes = corpus.tasks["automation"].to_numpy()[rows]
    low, high = held_out.interval("automation")
    fifths = np.array_split(np.argsort(risk, kind="stable"), 5)
    parts = {f"risk, fifth {number}": part for number, part in enumerate(fifths, start=1)}
    majors = np.array([code[:2] for code in codes])
    parts |= {
        f"{major} {name}": np.flatnonzero(majors == major)
        for major, name in soc.MAJOR_GROUPS.items()
    }
    for name, part in parts.items():
        if len(part) >= 100:
            table[name] = {
                "tasks": float(len(part)),
                "r": metrics.correlation(risk[part], outcomes[part]),
                "mse": metrics.mean_square_error(risk[part], outcomes[part]),
                "coverage": metrics.coverage(low[part], high[part], outcomes[part]),
                "width": float(np.mean((high - low)[part])),
            }
    known = corpus.tasks["category"].to_numpy()[rows].tolist()
    table["category"] = {"accuracy": metrics.category_accuracy(held_out.categories, known)}
    if "exposure_model" in corpus.measures:
        right = held_out.levels_right(corpus)
        table["level, against the model's"] = {"accuracy": float(np.mean(right))}
    if "observed_automation" in corpus.measures:
        from scipy.stats import spearmanr

        observed = corpus.tasks["observed_automation"].to_numpy()[rows]
        seen = ~np.isnan(observed)
        for measure in ("automation", "exposure"):
            estimated = held_out.methods[held_out.ENGINE][measure]
            table[f"observed in 2025, ranked by {measure}"] = {
                "tasks": float(seen.sum()),
                "rho": float(spearmanr(estimated[seen], observed[seen])[0]),
                "rho_labels": float(
                    spearmanr(corpus.tasks[measure].to_numpy()[rows][seen], observed[seen])[0]
                ),
            }
    error = np.abs(risk - outcomes)
    table["novelty"] = {
        "r": float(np.corrcoef(held_out.novelty, error)[0, 1]),
        "out_of_scope": held_out.out_of_scope,
    }
    table["texts that are no work"] = {"out_of_scope": held_out.strangers_flagged}
    return table


def _strangers() -> list[str]:
    """Texts that are no work, by another author than those that the engine learns from."""
    with STRANGERS.open(encoding="utf-8", newline="") as stream:
        return [row["text"] for row in csv.DictReader(stream)]


def _worst(held_out: held_out.HeldOut, corpus: Corpus) -> list[dict[str, Any]]:
    """The ten occupations of ten rated tasks or more whose risks are farthest off on average."""
    codes = corpus.tasks["soc_code"].to_numpy()[held_out.rows]
    error = (
        held_out.methods[held_out.ENGINE]["automation"]
        - corpus.tasks["automation"].to_numpy()[held_out.rows]
    )
    titles = dict(zip(corpus.occupations["soc_code"], corpus.occupations["title"], strict=True))
    found = []
    for code in np.unique(codes):
        of = codes == code
        if of.sum() >= 10:
            found.append(
                {
                    "soc_code": code,
                    "title": titles[code],
                    "tasks": int(of.sum()),
                    "error": float(np.abs(error[of]).mean()),
                    "bias": float(error[of].mean()),
                    "novelty": float(held_out.novelty[of].mean()),
                }
            )
    return sorted(found, key=lambda entry: -entry["error"])[:10]


def _equal_shares(corpus: Corpus) -> np.ndarray:
    """Shares of time by the tasks' own ratings alone, shape (n_tasks,)."""
    shares = np.zeros(len(corpus.tasks))
    for code, rows in corpus.rows_of.items():
        tasks = corpus.occupation(code).task_records
        shares[rows] = allocate(tasks, np.full(len(rows), np.nan))[0]
    return shares


def _print_figures(figures: dict[str, dict[str, float]]) -> None:
    columns = (
        *("tasks", "r", "mse", "gap", "coverage", "width", "rho"),
        *("occupations", "accuracy", "out_of_scope"),
    )
    print(f"{'':56s}" + "".join(f"{column:>13s}" for column in columns))
    for row, found in figures.items():
        cells = (
            (f"{found[c]:13.0f}" if c == "tasks" else f"{found[c]:13.3f}")
            if c in found
            else " " * 13
            for c in columns
        )
        print(f"{row:56s}" + "".join(cells).rstrip())


def _draw_reliability(held_out: held_out.HeldOut, corpus: Corpus, path: Path) -> None:
    """Mean outcome against mean prediction in tenths of the prediction, as an SVG figure."""
    predictions = held_out.methods[held_out.ENGINE]["automation"]
    outcomes = corpus.tasks["automation"].to_numpy()[held_out.rows]
    tenths = np.array_split(np.argsort(predictions, kind="stable"), 10)
    points = [(float(predictions[t].mean()), float(outcomes[t].mean())) for t in tenths]
    size, margin = 400, 50
    scale = size - 2 * margin

    def at(x: float, y: float) -> str:
        return f"{margin + x * scale:.1f},{size - margin - y * scale:.1f}"

    dots = "".join(
        '<circle cx="{}" cy="{}" r="4" fill="#1f5fa8"/>'.format(*at(x, y).split(","))
        for x, y in points
    )
    line = " ".join(at(x, y) for x, y in points)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        'font-family="sans-serif" font-size="13">'
        f'<rect width="{size}" height="{size}" fill="white"/>'
        f'<polyline points="{at(0, 0)} {at(1, 1)}" stroke="#999" stroke-dasharray="4"/>'
        f'<polyline points="{at(0, 1)} {at(0, 0)} {at(1, 0)}" fill="none" stroke="#333"/>'
        f'<polyline points="{line}" fill="none" stroke="#1f5fa8"/>{dots}'
        f'<text x="{size / 2}" y="{size - 14}" text-anchor="middle">predicted risk, 0 to 1</text>'
        f'<text x="16" y="{size / 2}" text-anchor="middle" '
        f'transform="rotate(-90 16 {size / 2})">observed automation, 0 to 1</text>'
        f'<text x="{size / 2}" y="26" text-anchor="middle">Risk of tasks left out, in tenths'
        "</text></svg>\n",
        encoding="utf-8",
    )


def _encoder(name: str, folder: Path | None) -> Encoder:
    """The encoder of a name; a tuned one from the folder, if there is one."""
    if folder is None:
        return find_encoder(name)
    if name not in TUNED:
        raise EngineError(f"--adapters goes with --encoder {' or '.join(TUNED)}, not with {name}")
    return TUNED[name](folder)


def _corpus(name: str, data_dir: Path | None) -> Corpus:
    if name == "starter":
        return Corpus.read(resources.shipped("reference_tasks"), "starter")
    if name == "published":
        from engine.corpus.sources import published

        return published.read(data_dir or resources.data_dir())[0]
    return Corpus.read(name)
