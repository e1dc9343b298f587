"""The same tasks in other words: does the score stay, and does the interval know if it does not?"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
import pandas as pd

from engine import Corpus
from engine.corpus.references import read_starter
from engine.encoders.cache import EmbeddingCache
from engine.encoders.registry import TUNED
from engine.errors import EngineError
from engine.evaluation import metrics
from engine.model import pretrained
from engine.model.cross_fitting import fit_detector, make_reference, scope_tasks
from engine.model.out_of_scope import scope_texts
from engine.model.predictions import Predictions
from engine.records import rubric
from engine.utils.text import text_key
from scripts.benchmarks.common import Figures
from scripts.training.examples import read_rewrites

TASKS = 2_000
"""Number of tasks whose rewrites are scored."""

CONFIDENCE = 0.9

ORIGINAL = "original"

FIRST_WORDS, LAST_WORD = "first two words", "last word"
"""Parts of the short rewrites: what is left when a user types one or two words."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--encoder", choices=sorted(TUNED), default="work", help="tuned encoder")
    parser.add_argument("--tasks", type=int, default=TASKS, help="number of tasks")
    parser.add_argument(
        "--in-index",
        type=int,
        default=0,
        metavar="N",
        help="number of short and spoken rewrites that are evidence as well (default: none)",
    )


def run(options: argparse.Namespace) -> Figures:
    """Score rewrites of starter tasks without their occupation, and compare with the originals.

    Each rewrite is embedded by the version of the encoder that was tuned without its occupation,
    and flagged by a detector for that version. The heads are those that ship. Coverage is that of
    the starter's own rating: the heads were fitted to published ratings, so compare it between
    styles rather than with the confidence.
    """
    corpus, encoder, cache = read_starter(), TUNED[options.encoder](), EmbeddingCache()
    models = pretrained.load(corpus, encoder)
    if models is None:
        raise EngineError(
            "no heads ship for this version of the starter reference; run "
            "scripts/training/fit_heads.py"
        )
    texts = _texts(corpus.tasks, encoder.folds.fold_of, options.tasks)
    corpus = _with_rewrites(corpus, options.in_index)
    parts = []
    for fold in range(encoder.folds.count):
        own = texts[texts["fold"] == fold]
        view = encoder.without(fold)
        vectors = cache.encode(view, corpus.tasks["task"].tolist())
        reference = make_reference(corpus, view, vectors)
        tasks = scope_tasks(corpus, vectors, reference.look_up_own())
        model = replace(models[fold + 1], scope=fit_detector(tasks, reference, view, cache))
        evidence = reference.look_up(
            cache.encode(view, own["text"].tolist()),
            own["soc_code"].tolist(),
            [text_key(text) for text in own["text"]],
        )
        predicted = model.predict(evidence, CONFIDENCE)
        parts.append(own.assign(words=evidence.words, **_columns(predicted)))
    scored = pd.concat(parts, ignore_index=True)
    risk = scored[scored["style"] == ORIGINAL].set_index("task_id")["risk"]
    scored["original"] = risk[scored["task_id"]].to_numpy()
    figures: Figures = {
        str(style): _figures(part) for style, part in scored.groupby("style", sort=False)
    }
    for count in range(1, 9):
        part = scored[(scored["words"] == count) & (scored["style"] != ORIGINAL)]
        if len(part) >= 100:  # fewer say little
            figures[f"{count} words"] = _figures(part)
    for name, row in figures.items():
        print(name, {key: round(value, 3) for key, value in row.items()})
    return figures


def _with_rewrites(corpus: Corpus, count: int) -> Corpus:
    """Return the corpus with English rewrites as further tasks, rated as what they rewrite."""
    rewrites = read_rewrites()
    spoken = rewrites[(rewrites["language"] == "en") & rewrites["style"].isin(["short", "spoken"])]
    chosen = spoken.sample(min(count, len(spoken)), random_state=0)
    rows = corpus.tasks.set_index("task_id").loc[chosen["task_id"]].reset_index()
    added = rows.assign(
        task=chosen["text"].to_numpy(), task_id=[f"rewrite-{row}" for row in range(len(rows))]
    )
    return replace(corpus, tasks=pd.concat([corpus.tasks, added], ignore_index=True))


def _texts(tasks: pd.DataFrame, fold_of: dict[str, int], count: int) -> pd.DataFrame:
    """Return texts: ``task_id``, ``style``, ``text``, ``soc_code``, ``fold``, ``rated``.

    They are of tasks in occupations that the encoder was tuned on, whose folds are known.
    """
    known = tasks[tasks["soc_code"].isin(list(fold_of))].set_index("task_id")
    chosen = np.random.default_rng(0).permutation(known.index)[:count]
    rewrites = read_rewrites()
    rewrites = rewrites[(rewrites["language"] == "en") & rewrites["task_id"].isin(chosen)]
    learned = set(scope_texts().work)  # the detector has seen these
    rewrites = rewrites[~rewrites["text"].isin(learned)]
    originals = pd.DataFrame(
        {"task_id": chosen, "style": ORIGINAL, "text": known.loc[chosen, "task"].to_numpy()}
    )
    short = rewrites[rewrites["style"] == "short"]
    words = short["text"].str.split()
    cut = [
        short.assign(style=FIRST_WORDS, text=words.str[:2].str.join(" ")),
        short.assign(style=LAST_WORD, text=words.str[-1]),
    ]
    texts = pd.concat([originals, rewrites, *cut], ignore_index=True)
    texts["soc_code"] = known.loc[texts["task_id"], "soc_code"].to_numpy()
    texts["fold"] = texts["soc_code"].map(fold_of)
    texts["rated"] = known.loc[texts["task_id"], rubric.RISK_MEASURE].to_numpy()
    return texts


def _columns(predicted: Predictions) -> dict[str, np.ndarray]:
    measure = rubric.RISK_MEASURE
    return {
        "risk": predicted.values[measure],
        "low": predicted.low[measure],
        "high": predicted.high[measure],
        "error": predicted.scales[measure],
        "out_of_scope": predicted.out_of_scope,
        "unlike_reference": predicted.unlike_reference,
    }


def _figures(part: pd.DataFrame) -> dict[str, float]:
    risk, rated, original = (part[name].to_numpy() for name in ("risk", "rated", "original"))
    low, high = part["low"].to_numpy(), part["high"].to_numpy()
    found = {
        "texts": float(len(part)),
        "r with the original": metrics.correlation(risk, original),
        "mean difference": float(np.mean(np.abs(risk - original))),
        "r with the rating": metrics.correlation(risk, rated),
        "bias": float(np.mean(risk - original)),
        "mean error": float(np.mean(np.abs(risk - rated))),
        "expected error": float(part["error"].mean()),
        "coverage": metrics.coverage(low, high, rated),
        "width": float(np.mean(high - low)),
        "not work": float(part["out_of_scope"].mean()),
        "unlike the reference": float(part["unlike_reference"].mean()),
    }
    sure = risk < 0.05
    if sure.any():
        found["coverage below 5%"] = metrics.coverage(low[sure], high[sure], rated[sure])
    return found
