"""Tasks in other languages: is the estimate that of the English task, and does its interval hold?

It judges a student that has seen no task of a fold of the occupations, by the translations of that
fold's tasks. Index, heads and English vectors have not seen the fold either. Make the student with
``scripts/training/distill_multilingual.py --without-fold``.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from engine.corpus.references import STARTER, read_reference
from engine.encoders.cache import EmbeddingCache
from engine.encoders.multilingual import Student, TranslatingEncoder
from engine.encoders.work import WorkEncoder
from engine.errors import InputError
from engine.evaluation import metrics
from engine.model import pretrained
from engine.model.cross_fitting import make_reference
from engine.model.predictions import Predictions
from engine.model.risk_model import RiskModel
from engine.records import rubric
from engine.retrieval.reference import Reference
from engine.scoring.translated import widened
from engine.utils import resources
from engine.utils.language import NAMES, identify
from engine.utils.text import is_among
from scripts.benchmarks.common import TEST_DATA, Figures, add_data_dir
from scripts.training import muse
from scripts.training.distill_multilingual import TAUGHT, WORK
from scripts.training.examples import read_rewrites
from scripts.training.translator import project

MEASURES = (rubric.RISK_MEASURE, rubric.CAPABILITY_MEASURE)
CONFIDENCE = 0.9
FACTORS = np.arange(1.0, 2.01, 0.05)
"""Factors on expected errors that are tried, ascending."""

FURTHER_FILE = TEST_DATA / "further_languages.csv"
"""Translations into languages that the student was not taught: 17 tasks of fold 0."""

SPEED_TEXTS = 2_000
BASELINE_PENALTY = 3.0
BASELINE_FEATURES, BASELINE_WIDTH = 2_000, 1.0
"""Random features of the kernel ridge regression of the baseline, and the width of its kernel."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    add_data_dir(parser)
    parser.add_argument(
        "--student", type=Path, required=True, metavar="DIR", help="student without the fold"
    )
    parser.add_argument("--fold", type=int, default=0, help="fold that it has not seen")
    parser.add_argument(
        "--baseline",
        action="store_true",
        help="compare with the network that students start as, and kernel ridge regression",
    )


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What judges a student.

    Attributes:
        tasks: tasks of the starter, by row.
        held_out: whether each task is of the fold, bool, shape (n_tasks,).
        vectors: of the English tasks, by the encoder without the fold.
        keys: text key of each task.
        reference: the tasks of other folds.
        model: heads without the fold.
    """

    tasks: pd.DataFrame
    held_out: np.ndarray
    vectors: np.ndarray
    keys: np.ndarray
    reference: Reference
    model: RiskModel

    def predict(self, vectors: np.ndarray, rows: np.ndarray) -> Predictions:
        """Predict tasks from vectors, as if they were of no known text.

        Args:
            vectors: of the tasks, shape (n, n_dimensions).
            rows: of the tasks, shape (n,).
        """
        codes = self.tasks["soc_code"].to_numpy()[rows].tolist()
        evidence = self.reference.look_up(vectors, codes, self.keys[rows].tolist())
        return self.model.predict(evidence, CONFIDENCE)


def run(options: argparse.Namespace) -> Figures:
    """Score translations of left-out tasks, and compare with the English tasks and the ratings."""
    student = Student.read(options.student)
    encoder = WorkEncoder()
    view = encoder.without(options.fold)
    if student.projections[WORK].fingerprint != view.fingerprint:
        raise InputError(f"{options.student} is no student without fold {options.fold}; make one")
    setting = _setting(encoder, options.fold)
    translate = TranslatingEncoder(student, WORK)
    rows = np.flatnonzero(setting.held_out)
    english = setting.predict(setting.vectors[rows], rows)
    figures: Figures = {"English as written": _accuracy(setting, english, rows)}
    taught = _translations(setting)
    for name, part in taught.groupby("language"):
        translated = _Translated.of(setting, translate, part)
        figures[str(name)] = {
            **_accuracy(setting, translated.found, translated.rows),
            **translated.likeness(setting, str(name)),
            "out of scope": float(translated.found.out_of_scope.mean()),
            **_intervals(setting, translated),
        }
        if options.baseline:
            plain = setting.predict(view.encode(translated.texts), translated.rows)
            read = _rating(setting, plain, translated.rows)
            figures[str(name)]["r with the rating, read as English"] = read
    for name, part in _with_rows(setting, pd.read_csv(FURTHER_FILE, dtype=str)).groupby("language"):
        translated = _Translated.of(setting, translate, part)
        figures[str(name)] = {
            "tasks": float(len(part)),
            **translated.likeness(setting, str(name)),
        }
    if options.baseline:
        figures["kernel ridge"] = _baseline(setting, taught)
    texts = taught["text"].tolist()[:SPEED_TEXTS]
    translate.encode(texts[:100])
    start = perf_counter()
    translate.encode(texts)
    figures["speed"] = {"texts per second": len(texts) / (perf_counter() - start)}
    for name, values in figures.items():
        print(NAMES.get(name, name), {key: round(value, 3) for key, value in values.items()})
    return figures


@dataclass(frozen=True, kw_only=True)
class _Translated:
    """Translations of tasks into one language, and what is predicted from them; n of each."""

    texts: list[str]
    rows: np.ndarray
    vectors: np.ndarray
    found: Predictions

    @classmethod
    def of(cls, setting: Setting, translate: TranslatingEncoder, part: pd.DataFrame) -> _Translated:
        texts, rows = part["text"].tolist(), part["row"].to_numpy()
        vectors = translate.encode(texts)
        found = setting.predict(vectors, rows)
        return cls(texts=texts, rows=rows, vectors=vectors, found=found)

    def likeness(self, setting: Setting, language: str) -> Figures:
        """Compare with the English tasks."""
        own = setting.vectors[self.rows]
        english = setting.predict(own, self.rows)
        risk = rubric.RISK_MEASURE
        nearest = (self.vectors @ setting.vectors.T).argmax(axis=1)
        recognized = [identify(text) == language for text in self.texts]
        return {
            "r with English": metrics.correlation(self.found.values[risk], english.values[risk]),
            "cosine with English": float((self.vectors * own).sum(axis=1).mean()),
            "finds its English task": float(np.mean(nearest == self.rows)),
            "language recognized": float(np.mean(recognized)),
        }


def _setting(encoder: WorkEncoder, fold: int) -> Setting:
    corpus = read_reference(STARTER, resources.data_dir())
    models = pretrained.load(corpus, encoder)
    if models is None:
        raise InputError("no heads ship for this starter reference; run fit_heads.py")
    view = encoder.without(fold)
    vectors = EmbeddingCache().encode(view, corpus.tasks["task"].tolist())
    held_out = encoder.folds.of(corpus.tasks["soc_code"].tolist()) == fold
    seen = is_among(corpus.text_keys, corpus.text_keys[held_out])
    train = np.flatnonzero(~held_out & ~seen)
    return Setting(
        tasks=corpus.tasks,
        held_out=held_out,
        vectors=vectors,
        keys=corpus.text_keys,
        reference=make_reference(corpus.take_tasks(train), view, vectors[train]),
        model=models[fold + 1],
    )


def _translations(setting: Setting) -> pd.DataFrame:
    """Return the translations of held-out tasks: language, text, and row of the task."""
    rewrites = read_rewrites()
    rewrites = _with_rows(setting, rewrites[rewrites["language"].isin(TAUGHT)])
    return rewrites.sample(frac=1, random_state=0)


def _with_rows(setting: Setting, texts: pd.DataFrame) -> pd.DataFrame:
    """Return the texts of held-out tasks, with the row of the task."""
    row_of = {name: row for row, name in enumerate(setting.tasks["task_id"])}
    texts = texts.assign(row=[row_of[name] for name in texts["task_id"]])
    return texts[setting.held_out[texts["row"].to_numpy()]]


def _ratings(setting: Setting, rows: np.ndarray, measure: str) -> np.ndarray:
    return setting.tasks[measure].to_numpy(dtype=float)[rows]


def _rating(setting: Setting, found: Predictions, rows: np.ndarray) -> float:
    """Return r of the estimated risk with the task's own rating."""
    ratings = _ratings(setting, rows, rubric.RISK_MEASURE)
    known = ~np.isnan(ratings)
    return metrics.correlation(found.values[rubric.RISK_MEASURE][known], ratings[known])


def _accuracy(setting: Setting, found: Predictions, rows: np.ndarray) -> Figures:
    figures: Figures = {"r with the rating": _rating(setting, found, rows)}
    for measure in MEASURES:
        ratings = _ratings(setting, rows, measure)
        known = ~np.isnan(ratings)
        low, high, values = (
            table[measure][known] for table in (found.low, found.high, found.values)
        )
        figures[f"{measure}: coverage"] = metrics.coverage(low, high, ratings[known])
        figures[f"{measure}: bias"] = float(np.mean(values - ratings[known]))
    return figures


def _intervals(setting: Setting, translated: _Translated) -> Figures:
    """Return the smallest factor on expected errors at which the intervals hold, and the width."""
    found, rows = translated.found, translated.rows
    factor = next(
        (
            factor
            for factor in FACTORS
            if all(
                _accuracy(setting, _wider(setting, found, factor), rows)[f"{measure}: coverage"]
                >= CONFIDENCE
                for measure in MEASURES
            )
        ),
        FACTORS[-1],
    )
    wider = _wider(setting, found, factor)
    risk = rubric.RISK_MEASURE
    return {
        "error factor": float(round(factor, 2)),
        "coverage with it": _accuracy(setting, wider, rows)[f"{risk}: coverage"],
        "width": float(np.mean(found.high[risk] - found.low[risk])),
        "width with it": float(np.mean(wider.high[risk] - wider.low[risk])),
    }


def _wider(setting: Setting, found: Predictions, factor: float) -> Predictions:
    return widened(setting.model, found, np.full(len(found.novelty), factor), CONFIDENCE)


def _baseline(setting: Setting, translations: pd.DataFrame) -> Figures:
    """Map the vectors of the first network into the encoder's space by kernel ridge regression."""
    generator = np.random.default_rng(0)
    frequencies = generator.normal(scale=BASELINE_WIDTH, size=(512, BASELINE_FEATURES))
    phases = generator.uniform(0, 2 * np.pi, BASELINE_FEATURES)

    def features(texts: list[str]) -> np.ndarray:
        own = muse.embed(texts)
        waves = np.cos(own @ frequencies + phases) * np.sqrt(2 / BASELINE_FEATURES)
        return np.hstack([own, waves]).astype(np.float32)

    train = np.flatnonzero(~setting.held_out)
    rewrites = read_rewrites()
    row_of = {name: row for row, name in enumerate(setting.tasks["task_id"])}
    taught = rewrites[rewrites["language"].isin(TAUGHT)]
    rows = np.array([row_of[name] for name in taught["task_id"]])
    kept = np.isin(rows, train)
    matrix, bias = project(
        features(taught["text"][kept].tolist()), setting.vectors[rows[kept]], BASELINE_PENALTY
    )
    figures: Figures = {}
    for language in TAUGHT:
        own = (translations["language"] == language).to_numpy()
        mapped = features(translations["text"][own].tolist()) @ matrix + bias
        mapped /= np.linalg.norm(mapped, axis=1, keepdims=True)
        at = translations["row"].to_numpy()[own]
        figures[f"{language}: r with the rating"] = _rating(
            setting, setting.predict(mapped.astype(np.float32), at), at
        )
    return figures
