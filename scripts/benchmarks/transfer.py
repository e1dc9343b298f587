"""Transfer: the starter reference as evidence for published tasks, and published tasks instead."""

from __future__ import annotations

import argparse
import hashlib
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from engine import Corpus
from engine.corpus.references import PUBLISHED, read_reference, read_starter, summary
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import find_encoder
from engine.evaluation import metrics
from engine.evaluation.baselines import CORPUS_MEAN
from engine.evaluation.held_out import HeldOut, cross_validate
from engine.evaluation.transfer import fit_to_own, transfer
from engine.model.cross_fitting import make_reference
from engine.utils.text import is_among, text_key
from scripts.benchmarks.accuracy import CONFIDENCE
from scripts.benchmarks.accuracy_figures import MEASURES
from scripts.benchmarks.common import Figures, add_data_dir

CAVEAT = (
    "Not wholly unseen: edition 2 of the labeling guideline was revised on the votes of all rated "
    "occupations, and the writers of R00001-R02804 had read ratings of any occupation."
)
"""Printed with every figure of the starter reference."""

SAMPLE_SIZES = (330, 2_000)
"""Sizes of the random samples of published tasks that the starter reference is compared with."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_data_dir(parser)


def run(options: argparse.Namespace) -> Figures:
    """Measure how well the starter reference predicts published tasks.

    Half of the rated occupations are judged. Published tasks that serve as evidence come from the
    other half, and the annotators of the starter reference saw examples only from there. Small
    random samples of these tasks show how hard the judged half is. The judged half is not wholly
    unseen: see ``CAVEAT``.
    """
    starter, published = read_starter(), read_reference(PUBLISHED, options.data_dir)
    print(f"{summary(starter)}\n{summary(published)}\n\n{CAVEAT}\n")
    rated = published.tasks["automation"].notna().to_numpy()
    judged = published.tasks["soc_code"].map(is_judged).to_numpy()
    rows = np.flatnonzero(rated & judged)
    copied = is_among(published.text_keys, published.text_keys[rows])
    others = published.take_tasks(np.flatnonzero(rated & ~judged & ~copied))
    samples = (*(_sample(others, size) for size in SAMPLE_SIZES), others)
    work, minilm, cache = find_encoder("work"), find_encoder("minilm"), EmbeddingCache()

    predict = partial(transfer, target=published, rows=rows, cache=cache, confidence=CONFIDENCE)
    runs = {
        "from scratch": predict(starter, encoder=minilm),
        **{
            f"from scratch, {len(sample.tasks):,} published tasks": predict(sample, encoder=minilm)
            for sample in samples
        },
        "shipped encoder, own heads": predict(starter, encoder=work),
        "as shipped": predict(starter, encoder=work, own_heads=False),
        "published engine, occupation left out": cross_validate(
            published, work, cache, seed=0, confidence=CONFIDENCE
        ),
    }
    head = "".join(f"{column:>16s}" for column in MEASURES)
    print(f"{f'r over {len(rows):,} tasks':60s}{head}")
    figures: Figures = {}
    for name, result in runs.items():
        figures |= _figures(name, result, published, np.isin(result.rows, rows))
    print(f"\nRank correlation with ILO 2025, from scratch: {CAVEAT}")
    figures["from scratch: ILO 2025"] = ranked_by_ilo(starter, options.data_dir, cache)
    return figures


def ranked_by_ilo(corpus: Corpus, data_dir: Path, cache: EmbeddingCache) -> dict[str, float]:
    """Return how a corpus alone, by plain MiniLM, ranks tasks of the ILO's occupations.

    Returns:
        Measure -> Spearman correlation of its estimates with the automation potential of 2025.
    """
    from scipy.stats import spearmanr

    tasks = pd.read_csv(data_dir / "ilo_2025" / "tasks.csv").dropna(subset=["score_2025"])
    texts = [text.strip() for text in tasks["Task_ISCO"]]
    minilm = find_encoder("minilm")
    reference = make_reference(corpus, minilm, cache.encode(minilm, corpus.tasks["task"].tolist()))
    model = fit_to_own(reference, minilm, cache)
    evidence = reference.look_up(
        cache.encode(minilm, texts), [""] * len(texts), [text_key(text) for text in texts]
    )
    figures = {}
    for measure, values in model.predict(evidence, CONFIDENCE).values.items():
        figures[measure] = float(spearmanr(values, tasks["score_2025"]).statistic)
        print(f"{measure + f' ({len(texts):,} tasks)':60s}{figures[measure]:16.3f}")
    return figures


def is_judged(soc_code: str) -> bool:
    """Return whether an occupation is in the judged half, which a hash of its code decides."""
    return hashlib.sha256(soc_code.encode()).digest()[0] % 2 == 1


def _sample(corpus: Corpus, size: int) -> Corpus:
    drawn = np.random.default_rng(0).choice(len(corpus.tasks), size, replace=False)
    return corpus.take_tasks(np.sort(drawn))


def _figures(name: str, result: HeldOut, published: Corpus, inside: np.ndarray) -> Figures:
    """Measure and print one run, on the rows of its result that are ``inside``."""
    rows = result.rows[inside]
    figures: Figures = {}
    for method, measures in result.methods.items():
        if method == CORPUS_MEAN:  # constant, so it has no correlation
            continue
        line = {}
        for column in MEASURES:
            predictions = measures[column if column in measures else "exposure"][inside]
            outcomes = published.tasks[column].to_numpy()[rows]
            line[column] = metrics.correlation(predictions, outcomes)
        figures[f"{name}: {method}"] = line
        cells = "".join(f"{line[column]:16.3f}" for column in MEASURES)
        print(f"{name + ': ' + method:60s}{cells}")
    level = float(np.mean(result.levels_right(published)[inside]))
    figures[f"{name}: level"] = {"accuracy": level}
    print(f"{name + ': exposure level':60s}{level:16.3f}")
    for measure in ("exposure", "automation"):
        low, high = (end[inside] for end in result.interval(measure))
        outcomes = published.tasks[measure].to_numpy()[rows]
        covered = metrics.coverage(low, high, outcomes)
        figures[f"{name}: {measure}"] = {"coverage": covered}
        print(f"{name + ': coverage of ' + measure:60s}{covered:16.3f}")
    return figures
