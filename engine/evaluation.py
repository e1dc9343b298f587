"""How good estimates are on occupations left out: methods side by side, on the same tasks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.calibration import cross_folds
from engine.corpus import Corpus
from engine.corpus_checks import CATEGORY_SEPARATOR
from engine.features import weighted_mean
from engine.reference import Evidence, Reference
from engine.risk_model import Predictions, RiskModel

CORPUS_MEAN, NEAREST, NEIGHBOURS_50, ENGINE = (
    "corpus mean",
    "nearest neighbour",
    "50 neighbours, weighted",
    "engine",
)


@dataclass(frozen=True)
class HeldOut:
    """Predictions for tasks whose occupations no part of the fit has seen.

    Attributes:
        rows: rows of the tasks in their corpus, shape (n,).
        methods: method -> measure -> predictions, shape (n,).
        predictions: the engine's own, with intervals and categories, one part a fold.
        parts: positions in ``rows`` of each part.
    """

    rows: np.ndarray
    methods: dict[str, dict[str, np.ndarray]]
    predictions: list[Predictions]
    parts: list[np.ndarray]

    def interval(self, measure: str) -> tuple[np.ndarray, np.ndarray]:
        """The engine's interval of a measure, each end of shape (n,)."""
        low, high = np.zeros(len(self.rows)), np.zeros(len(self.rows))
        for part, predictions in zip(self.parts, self.predictions, strict=True):
            low[part], high[part] = predictions.low[measure], predictions.high[measure]
        return low, high

    @property
    def categories(self) -> list[str]:
        """The engine's category of each task."""
        named = [""] * len(self.rows)
        for part, predictions in zip(self.parts, self.predictions, strict=True):
            for position, category in zip(part, predictions.categories, strict=True):
                named[position] = category
        return named


def cross_validate(corpus: Corpus, vectors: np.ndarray, *, seed: int, confidence: float) -> HeldOut:
    """Predict every labelled task from a reference without its occupation and copies of its text.

    The whole engine is fitted anew for each fifth of the occupations: index, heads, calibration.
    """
    rows = Reference(corpus, vectors).rows
    groups = corpus.tasks["soc_code"].to_numpy()[rows]
    folds = [
        (rows[train], held_out)
        for train, held_out in cross_folds(groups, corpus.text_keys[rows], seed)
    ]
    order = np.concatenate([held_out for _, held_out in folds])
    results = [
        predict_from(
            corpus.take(train), vectors[train], corpus, vectors, rows[held_out], confidence
        )
        for train, held_out in folds
    ]
    inverse = np.argsort(order)

    def joined(method: str, measure: str) -> np.ndarray:
        parts = [result.methods[method][measure] for result in results]
        return np.concatenate(parts)[inverse]

    methods = {
        method: {measure: joined(method, measure) for measure in measures}
        for method, measures in results[0].methods.items()
    }
    return HeldOut(
        rows,
        methods,
        [result.predictions[0] for result in results],
        [held_out for _, held_out in folds],
    )


def predict_from(
    corpus: Corpus,
    vectors: np.ndarray,
    target: Corpus,
    target_vectors: np.ndarray,
    rows: np.ndarray,
    confidence: float,
) -> HeldOut:
    """Predict ``rows`` of a target corpus from a reference that shares no occupation with them.

    Where the target is another corpus, reference tasks of the same occupation stay out of the
    evidence, as they do for every task that carries a SOC code.
    """
    reference = Reference(corpus, vectors)
    own = reference.look_up(vectors, corpus.tasks["soc_code"].tolist(), corpus.text_keys.tolist())
    model = RiskModel.fit(reference, own, reference.time_shares(own))
    codes = target.tasks["soc_code"].to_numpy()[rows].tolist()
    evidence = reference.look_up(target_vectors[rows], codes, target.text_keys[rows].tolist())
    predictions = model.predict(evidence, confidence)
    methods = {name: dict(values) for name, values in _baselines(reference, evidence, model)}
    methods[ENGINE] = dict(predictions.values)
    return HeldOut(rows, methods, [predictions], [np.arange(len(rows))])


def _baselines(
    reference: Reference, evidence: Evidence, model: RiskModel
) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    corpus = reference.corpus
    outcomes = corpus.outcomes[reference.rows]
    mean = np.nanmean(outcomes, axis=0)
    count = len(evidence.vectors)
    values = {
        CORPUS_MEAN: np.tile(mean, (count, 1)),
        NEAREST: weighted_mean(evidence.neighbours, outcomes, 1, mean),
        NEIGHBOURS_50: weighted_mean(evidence.neighbours, outcomes, 50, mean),
    }
    for name, table in values.items():
        yield name, {m: table[:, corpus.measures.index(m)] for m in model.measures}


def mean_square_error(predictions: np.ndarray, outcomes: np.ndarray) -> float:
    """Mean squared error over known outcomes."""
    return float(np.nanmean((predictions - outcomes) ** 2))


def correlation(predictions: np.ndarray, outcomes: np.ndarray) -> float:
    """Pearson correlation over known outcomes; NaN where predictions do not vary."""
    known = ~np.isnan(outcomes)
    if np.ptp(predictions[known]) == 0:
        return float("nan")
    return float(np.corrcoef(predictions[known], outcomes[known])[0, 1])


def coverage(low: np.ndarray, high: np.ndarray, outcomes: np.ndarray) -> float:
    """Share of known outcomes that lie in their interval."""
    known = ~np.isnan(outcomes)
    return float(np.mean((outcomes[known] >= low[known]) & (outcomes[known] <= high[known])))


def calibration_gap(predictions: np.ndarray, outcomes: np.ndarray) -> float:
    """Largest gap between mean prediction and mean outcome in tenths of the predictions."""
    known = ~np.isnan(outcomes)
    order = np.argsort(predictions[known], kind="stable")
    tenths = np.array_split(order, 10)
    return max(
        abs(float(predictions[known][part].mean() - outcomes[known][part].mean()))
        for part in tenths
    )


def category_accuracy(categories: list[str], known: list[str]) -> float:
    """Share of tasks whose category is among their known groups."""
    pairs = [(c, k.split(CATEGORY_SEPARATOR)) for c, k in zip(categories, known, strict=True) if k]
    return sum(category in groups for category, groups in pairs) / len(pairs)
