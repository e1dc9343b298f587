#!/usr/bin/env python
"""Train the identifier of languages of short texts on the starter's tasks and rewrites.

    python scripts/training/train_languages.py [--output models/multilingual]

It learns passages of one to eight words, so that it can judge a line such as "Rechnungen prüfen".
It prints how often it is right on passages of occupations that a trial fit has not seen.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from engine import EngineError
from engine.utils import resources
from engine.utils.letter_grams import BUCKETS, LetterGrams, buckets
from engine.utils.text import text_key
from scripts.benchmarks.common import Figures
from scripts.training.examples import STARTER_FOLDER, read_rewrites

LENGTHS = (1, 2, 3, 4, 6, 8)
"""Numbers of words of the passages."""

PASSAGES = 2
"""Passages of each text."""

STRENGTH = 30.0
"""Inverse of the penalty of the logistic regression."""

HELD_OUT = 0.2
"""Part of the occupations that a trial fit has not seen."""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--output", type=Path, default=resources.shipped("models") / "multilingual")
    options = parser.parse_args()
    try:
        texts = texts_by_language()
        held_out = _held_out(texts["soc_code"])
        for name, value in measure(fit(texts[~held_out]), texts[held_out]).items():
            print(f"{name}: {value:.3f}")
        fit(texts).write(options.output)
    except EngineError as error:
        print(f"train_languages: {error}", file=sys.stderr)
        return 2
    print(f"wrote {options.output}")
    return 0


def texts_by_language() -> pd.DataFrame:
    """Return the texts of the starter: ``text``, ``language`` and ``soc_code``.

    As many English ones as others: tasks, and their short and advert rewrites.
    """
    tasks = pd.read_csv(STARTER_FOLDER / "tasks.csv", dtype=str)
    rewrites = read_rewrites()
    used = (rewrites["language"] != "en") | rewrites["style"].isin(["short", "advert"])
    originals = tasks.rename(columns={"task": "text"}).assign(language="en")
    table = pd.concat([originals, rewrites[used].merge(tasks[["task_id", "soc_code"]])])
    return table[["text", "language", "soc_code"]].reset_index(drop=True)


def fit(texts: pd.DataFrame, seed: int = 0) -> LetterGrams:
    """Fit the identifier to passages of texts.

    Args:
        texts: as ``texts_by_language``.
        seed: of the passages.
    """
    from scipy.sparse import csr_array
    from sklearn.linear_model import LogisticRegression

    generator = np.random.default_rng(seed)
    words = [text_key(text).split() for text in texts["text"]]
    rows, languages = [], []
    for own, language in zip(words, texts["language"], strict=True):
        for _ in range(PASSAGES):
            found = buckets(passage(own, int(generator.choice(LENGTHS)), generator))
            if len(found):
                rows.append(found)
                languages.append(language)
    ends = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(len(row))) for row in rows])
    columns = np.concatenate(rows).astype(np.int32)
    design = csr_array((values, columns, ends), shape=(len(rows), BUCKETS))
    model = LogisticRegression(C=STRENGTH, max_iter=100, tol=1e-3)
    model.fit(design, np.array(languages))
    return LetterGrams(
        tuple(model.classes_.tolist()),
        model.coef_.T.astype(np.float32),
        model.intercept_.astype(np.float32),
    )


def passage(words: Sequence[str], length: int, generator: np.random.Generator) -> list[str]:
    """Return up to ``length`` consecutive words, half of the time the first ones."""
    start = 0
    if len(words) > length and generator.random() < 0.5:
        start = int(generator.integers(0, len(words) - length + 1))
    return list(words[start : start + length])


def measure(identifier: LetterGrams, texts: pd.DataFrame, seed: int = 1) -> Figures:
    """Return the part of passages whose language is most probable, by language and length."""
    generator = np.random.default_rng(seed)
    figures: Figures = {}
    for language, part in texts.groupby("language"):
        words = [text_key(text).split() for text in part["text"].head(2_000)]
        for length in LENGTHS:
            passages = [passage(own, length, generator) for own in words]
            found = [identifier(own) for own in passages]
            right = [max(odds, key=odds.__getitem__) == language for odds in found]
            figures[f"{language}, {length} words"] = float(np.mean(right))
    return figures


def _held_out(soc_codes: pd.Series) -> np.ndarray:
    codes = np.array(sorted(soc_codes.unique()))
    chosen = np.random.default_rng(0).permutation(codes)[: round(HELD_OUT * len(codes))]
    return soc_codes.isin(chosen).to_numpy()


if __name__ == "__main__":
    sys.exit(main())
