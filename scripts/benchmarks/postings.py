"""How well the reader finds the duties of documents that it has not learned from."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.encoders.cache import EmbeddingCache
from engine.encoders.minilm import MiniLMEncoder
from engine.intake.postings import read_posting, read_with
from engine.intake.segment_classifier import SegmentClassifier
from engine.records.posting import DUTY, KINDS, Posting
from scripts.benchmarks.common import TEST_DATA, Figures
from scripts.benchmarks.heading_splitter import split_job
from scripts.training.examples import read_postings
from scripts.training.fit_postings import fit
from scripts.training.posting_examples import (
    LabeledText,
    documents,
    labeled_texts,
    synthetic_texts,
    work_verbs,
)

FOLDS = 5
BLIND = "postings_blind.csv"
"""Documents by another author than those that the reader learns from."""

_LINES_OF_SPEED = 40
_REPEATS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRow:
    """A labeled part of a document, and what the reader took it for.

    Attributes:
        document, form, language, kind: as labeled.
        duty: whether at least half of its visible characters are in tasks.
        taken_for: kind that covers most of it.
    """

    document: str
    form: str
    language: str
    kind: str
    duty: bool
    taken_for: str


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument(
        "--folds", type=int, default=FOLDS, help="folds of documents (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> Figures:
    """Measure the reader of postings: duties found, and kinds of lines told apart.

    The documents of the starter reference are read by readers fitted without them. The blind
    documents are read by the reader that ships.
    """
    texts = labeled_texts(read_postings())
    rows = cross_fitted(texts, options.folds)
    blind = labeled_texts(pd.read_csv(TEST_DATA / BLIND, keep_default_na=False))
    seen = [row for text in blind for row in compare(text, read_posting(text.text))]
    figures: Figures = {}
    print("duties: found / precision / F1 (rows)")
    for name, part in (("starter, left out", rows), ("blind", seen)):
        figures[name] = _report(name, part)
    figures["blind, old splitter"] = _report_old(blind)
    figures["starter, old splitter"] = _report_old(texts)
    figures["confusion"] = _confusion(rows)
    figures["seconds"] = _speed(blind)
    return figures


def cross_fitted(texts: Sequence[LabeledText], folds: int) -> list[ReadRow]:
    """Read each document by a reader that was fitted without it and its variants."""
    encoder, cache = MiniLMEncoder(), EmbeddingCache()
    originals = documents(texts, encoder, cache)
    synthetic = documents(synthetic_texts(texts), encoder, cache)
    verbs = frozenset(work_verbs())
    rows: list[ReadRow] = []
    for fold in range(folds):

        def is_seen(group: int, fold: int = fold) -> bool:
            return group >= len(texts) or group % folds != fold

        arrays = fit(
            [d for d in originals if is_seen(d.group)], [d for d in synthetic if is_seen(d.group)]
        )
        classifier = SegmentClassifier(arrays, verbs, encoder.fingerprint)
        for text in texts:
            if not is_seen(text.group):
                rows += compare(text, read_with(text.text, classifier, encoder))
    return rows


def compare(text: LabeledText, posting: Posting) -> list[ReadRow]:
    """Return what the reader took each labeled part of a document for."""
    owner = np.full(len(text.text), -1)
    items = list(posting)
    for number, item in enumerate(items):
        owner[slice(*item.span)] = number
    reasons = [getattr(item, "reason", DUTY) for item in items]
    visible = np.array([not character.isspace() for character in text.text])
    rows = []
    for start, end, kind in text.rows:
        owners = owner[start:end][visible[start:end]]
        taken = pd.Series([reasons[number] for number in owners]).value_counts()
        rows.append(
            ReadRow(
                document=text.name,
                form=text.form,
                language=text.language,
                kind=kind,
                duty=2 * int(taken.get(DUTY, 0)) >= len(owners),
                taken_for=str(taken.index[0]),
            )
        )
    return rows


def scores(found: Sequence[bool], duties: Sequence[bool]) -> dict[str, float]:
    """Return recall, precision and F1 of the rows taken for duties."""
    both = sum(one and other for one, other in zip(found, duties, strict=True))
    recall = both / sum(duties) if any(duties) else float("nan")
    precision = both / sum(found) if any(found) else float("nan")
    return {
        "found": recall,
        "precision": precision,
        "f1": 2 * both / (sum(duties) + sum(found)),
        "rows": float(len(found)),
        "duties": float(sum(duties)),
    }


def _report(name: str, rows: Sequence[ReadRow]) -> Figures:
    keys: list[tuple[str, Callable[[ReadRow], str]]] = [
        ("all", lambda _: "all"),
        ("form", lambda row: row.form),
        ("language", lambda row: row.language),
    ]
    figures: Figures = {}
    for _, key in keys:
        for value in sorted({key(row) for row in rows}):
            part = [row for row in rows if key(row) == value]
            figures[value] = scores([r.duty for r in part], [r.kind == DUTY for r in part])
    figures["all"]["kinds right"] = float(np.mean([row.kind == row.taken_for for row in rows]))
    _print(name, figures)
    return figures


def _report_old(texts: Sequence[LabeledText]) -> Figures:
    """Report the splitter that the pages had before: headings and words alone."""
    found, duties = [], []
    for text in texts:
        tasks = [" ".join(task.lower().split()) for task in split_job(text.text).tasks]
        for start, end, kind in text.rows:
            row = " ".join(text.text[start:end].lower().split())
            found.append(any(task in row or row in task for task in tasks))
            duties.append(kind == DUTY)
    figures = {"all": scores(found, duties)}
    _print("old splitter", figures)
    return figures


def _print(name: str, figures: Figures) -> None:
    for part, row in figures.items():
        extra = f"  kinds right {row['kinds right']:.3f}" if "kinds right" in row else ""
        print(
            f"{name:20s}{part:12s}{row['found']:6.3f}{row['precision']:7.3f}{row['f1']:7.3f}"
            f"{row['rows']:7.0f} rows{extra}"
        )


def _confusion(rows: Sequence[ReadRow]) -> Figures:
    table = pd.crosstab(
        pd.Series([row.kind for row in rows], name="labeled"),
        pd.Series([row.taken_for for row in rows], name="taken for"),
    )
    order = [kind for kind in KINDS if kind in table.columns]
    table = table[order + [name for name in table.columns if name not in order]]
    print(table.to_string())
    return {str(kind): {str(k): int(v) for k, v in row.items()} for kind, row in table.iterrows()}


def _speed(texts: Sequence[LabeledText]) -> dict[str, float]:
    """Return the median time to read a document of 40 lines, once the encoder is loaded."""
    lines = [line for text in texts for line in text.text.splitlines() if line.strip()]
    batches = [
        "\n".join(lines[start : start + _LINES_OF_SPEED])
        for start in range(0, _LINES_OF_SPEED * _REPEATS, _LINES_OF_SPEED)
    ]
    read_posting(batches[0])
    seconds = []
    for batch in batches:
        start = time.perf_counter()
        read_posting(batch)
        seconds.append(time.perf_counter() - start)
    figures = {"40 lines": float(np.median(seconds))}
    print(f"seconds for 40 lines: {figures['40 lines']:.2f}")
    return figures
