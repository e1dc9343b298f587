"""How good estimates are on occupations left out: methods side by side, on the same tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Protocol

import numpy as np

from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.encoders.tuned import TunedEncoder
from engine.model.cross_fitting import evidence_on, fit_own, make_reference, own_evidence, scope_of
from engine.model.folds import cross_folds
from engine.model.risk_model import Predictions, RiskModel
from engine.records import rubric
from engine.retrieval.features import KnownValues, weighted_mean
from engine.retrieval.reference import Evidence, Reference
from engine.utils.text import is_among

CORPUS_MEAN, NEAREST, READOUT, ENGINE = (
    "corpus mean",
    "nearest neighbour",
    "encoder's own heads",
    "engine",
)
DEPTHS = (10, 50, 100)
"""Numbers of neighbours whose weighted mean is a method of its own."""


class Regressor(Protocol):
    """What scikit-learn calls a regressor."""

    def fit(self, features: np.ndarray, outcomes: np.ndarray) -> Any:
        """Fit to features of shape (n, n_features) and outcomes of shape (n,)."""
        ...


@dataclass(frozen=True)
class Rival:
    """A further method for a comparison.

    Attributes:
        make: a regressor that is not fitted yet.
        on_vectors: fit it to the tasks' vectors in place of the engine's features; not done with a
            tuned encoder, whose vectors of rated tasks have seen the outcomes.
    """

    make: Callable[[], Regressor]
    on_vectors: bool = False


@dataclass(frozen=True, kw_only=True)
class FoldPredictions:
    """What one fit says of the tasks it has not seen.

    Attributes:
        rows: rows of the tasks in their corpus, shape (n,).
        methods: method -> measure -> predictions, shape (n,).
        predictions: the engine's own, with intervals and categories.
        model: the fit.
        strangers: whether each text that is no work is flagged, shape (n_strangers,).
    """

    rows: np.ndarray
    methods: dict[str, dict[str, np.ndarray]]
    predictions: Predictions
    model: RiskModel
    strangers: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))


@dataclass(frozen=True)
class HeldOut:
    """Predictions for tasks whose occupations no part of the fit has seen, part by part."""

    parts: Sequence[FoldPredictions]

    @property
    def rows(self) -> np.ndarray:
        """Rows of the tasks in their corpus, shape (n,); all else is in this order."""
        return np.concatenate([part.rows for part in self.parts])

    @property
    def methods(self) -> dict[str, dict[str, np.ndarray]]:
        """Method -> measure -> predictions, shape (n,)."""
        return {
            method: {
                measure: np.concatenate([part.methods[method][measure] for part in self.parts])
                for measure in measures
            }
            for method, measures in self.parts[0].methods.items()
        }

    def interval(self, measure: str) -> tuple[np.ndarray, np.ndarray]:
        """The engine's interval of a measure, each end of shape (n,)."""
        predictions = [part.predictions for part in self.parts]
        return (
            np.concatenate([part.low[measure] for part in predictions]),
            np.concatenate([part.high[measure] for part in predictions]),
        )

    @property
    def categories(self) -> list[str]:
        """The engine's category of each task."""
        return [category for part in self.parts for category in part.predictions.categories]

    @property
    def levels(self) -> list[str]:
        """The engine's exposure level of each task."""
        return [level for part in self.parts for level in part.predictions.levels]

    def levels_right(self, corpus: Corpus) -> np.ndarray:
        """Whether the level of each task is the published model's, shape (n,)."""
        levels = np.array([rubric.EXPOSURE_LEVELS[level] for level in self.levels])
        return np.asarray(levels == corpus.tasks["exposure_model"].to_numpy()[self.rows])

    @property
    def novelty(self) -> np.ndarray:
        """Novelty of each task, shape (n,)."""
        return np.concatenate([part.predictions.novelty for part in self.parts])

    @property
    def out_of_scope(self) -> float:
        """Share of the tasks that are flagged as unlike any work."""
        return float(np.mean(np.concatenate([p.predictions.out_of_scope for p in self.parts])))

    @property
    def strangers_flagged(self) -> float:
        """Share of the texts that are no work which are flagged, a mean over the parts."""
        return float(np.mean([part.strangers for part in self.parts]))

    def occupation_coverage(
        self, corpus: Corpus, shares: np.ndarray, measure: str, confidence: float
    ) -> float:
        """Share of occupations whose time-weighted mean outcome lies in its interval.

        ``shares`` are shares of time of all tasks of the corpus; they are rescaled to sum to 1
        over the rated tasks of an occupation.
        """
        outcomes = corpus.tasks[measure].to_numpy()
        codes = corpus.tasks["soc_code"].to_numpy()
        covered = []
        for part in self.parts:
            heads = part.model.measures[measure].occupations
            for code in np.unique(codes[part.rows]):
                of = np.flatnonzero((codes[part.rows] == code) & (shares[part.rows] > 0))
                share = shares[part.rows[of]]
                if len(of) == 0:
                    continue
                share = share / share.sum()
                value = float(share @ part.predictions.values[measure][of])
                scales = part.predictions.scales[measure][of]
                low, high = heads.interval(value, share, scales, confidence)
                covered.append(low <= float(share @ outcomes[part.rows[of]]) <= high)
        return float(np.mean(covered))


def cross_validate(
    corpus: Corpus,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    seed: int,
    confidence: float,
    splits: Encoder | None = None,
    rivals: Mapping[str, Rival] | None = None,
    strangers: Sequence[str] = (),
    parts_at_most: int | None = None,
) -> HeldOut:
    """Predict every labelled task from a reference without its occupation and copies of its text.

    The whole engine is fitted anew for each part of the occupations: index, heads, calibration.
    Of a tuned encoder the parts are its own folds, each with the adapter that was tuned without it;
    heads are then fitted on evidence by the adapters of the other folds.

    Args:
        splits: split as for this encoder, so that another can be compared on the same tasks.
        rivals: further methods by name.
        strangers: texts that are no work, to see which are flagged.
        parts_at_most: leave out no more parts than this, for a quick look.
    """
    parts = []
    for fold, train, held_out in islice(_splits(corpus, splits or encoder, seed), parts_at_most):
        view = encoder.without(fold) if isinstance(encoder, TunedEncoder) else encoder
        parts.append(
            _left_out(
                corpus, train, held_out, view, cache, confidence, rivals or {}, list(strangers)
            )
        )
    return HeldOut(parts)


def _splits(
    corpus: Corpus, encoder: Encoder, seed: int
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """(fold, rows to fit on, rows left out) over the rated rows of a corpus."""
    core = [rubric.CAPABILITY_MEASURE, rubric.RISK_MEASURE]
    rows = np.flatnonzero(corpus.tasks[core].notna().any(axis=1).to_numpy())
    groups, keys = corpus.tasks["soc_code"].to_numpy()[rows], corpus.text_keys[rows]
    if isinstance(encoder, TunedEncoder):
        folds = encoder.adapters.folds_of(groups.tolist())
        for fold in np.unique(folds):
            held_out = rows[folds == fold]
            train = rows[(folds != fold) & ~is_among(keys, corpus.text_keys[held_out])]
            yield int(fold), train, held_out
    else:
        for fold, (train, held_out) in enumerate(cross_folds(groups, keys, seed)):
            yield fold, rows[train], rows[held_out]


def _left_out(
    corpus: Corpus,
    train: np.ndarray,
    held_out: np.ndarray,
    view: Encoder,
    cache: EmbeddingCache,
    confidence: float,
    rivals: Mapping[str, Rival],
    strangers: list[str],
) -> FoldPredictions:
    vectors = cache.encode(view, corpus.tasks["task"].tolist())
    reference = make_reference(corpus.take(train), view, vectors[train])
    own = own_evidence(reference, view, cache)
    scope = scope_of(reference.corpus, reference.vectors, view, cache)
    model = RiskModel.fit(reference, own, reference.time_shares(own), scope)
    part, evidence = _judge(reference, model, corpus, vectors, held_out, confidence)
    for name, rival in rivals.items():
        if rival.on_vectors and isinstance(view, TunedEncoder):
            continue
        seen, new = (
            found.vectors if rival.on_vectors else found.features.values
            for found in (own, evidence)
        )
        part.methods[name] = {}
        for measure in model.measures:
            outcomes = reference.corpus.tasks[measure].to_numpy()
            known = ~np.isnan(outcomes)
            fitted = rival.make().fit(seen[known], outcomes[known])
            part.methods[name][measure] = fitted.predict(new)
    if strangers:
        nowhere = reference.look_up(
            cache.encode(view, strangers), [None] * len(strangers), [""] * len(strangers)
        )
        part = replace(part, strangers=model.predict(nowhere, confidence).out_of_scope)
    return part


def transfer(
    corpus: Corpus,
    target: Corpus,
    rows: np.ndarray,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    confidence: float,
    own_heads: bool = True,
) -> HeldOut:
    """Predict ``rows`` of a target corpus with another corpus as evidence.

    Args:
        own_heads: fit heads to the corpus that is the evidence; if not, to the outcomes of the
            target, on the occupations of other folds. Needs a tuned encoder.
    """
    if not isinstance(encoder, TunedEncoder):
        reference, vectors = _embedded(corpus, target, encoder, cache)
        model = _own(reference, encoder, cache)
        return HeldOut([_judge(reference, model, target, vectors, rows, confidence)[0]])
    folds = encoder.adapters.folds_of(target.tasks["soc_code"].tolist())
    final, _ = _embedded(corpus, target, encoder, cache)
    own = _own(final, encoder, cache) if own_heads else None
    parts = []
    for fold in np.unique(folds[rows]):
        view = encoder.without(int(fold))
        reference, vectors = _embedded(corpus, target, view, cache)
        fitted = own or fit_to(target.take(np.flatnonzero(folds != fold)), final, encoder, cache)
        inside = rows[folds[rows] == fold]
        parts.append(_judge(reference, fitted, target, vectors, inside, confidence)[0])
    return HeldOut(parts)


def fit_to(
    target: Corpus, reference: Reference, encoder: Encoder, cache: EmbeddingCache
) -> RiskModel:
    """Heads for a reference, fitted to the outcomes of another corpus.

    Every task of the target is looked up as one that neither the reference's occupations nor the
    encoder have seen.
    """
    evidence = evidence_on(target, reference, encoder, cache)
    rated = make_reference(target, encoder, evidence.vectors)
    # Not of the evidence, whose vectors are of several versions of a tuned encoder.
    vectors = cache.encode(encoder, target.tasks["task"].tolist())
    scope = scope_of(target, vectors, encoder, cache)
    return RiskModel.fit(rated, evidence, rated.time_shares(evidence), scope)


def _own(reference: Reference, encoder: Encoder, cache: EmbeddingCache) -> RiskModel:
    evidence = reference.look_up_own()
    return fit_own(reference, evidence, reference.time_shares(evidence), encoder, cache)


def _embedded(
    corpus: Corpus, target: Corpus, encoder: Encoder, cache: EmbeddingCache
) -> tuple[Reference, np.ndarray]:
    texts = corpus.tasks["task"].tolist()
    reference = make_reference(corpus, encoder, cache.encode(encoder, texts))
    return reference, cache.encode(encoder, target.tasks["task"].tolist())


def _judge(
    reference: Reference,
    model: RiskModel,
    target: Corpus,
    vectors: np.ndarray,
    rows: np.ndarray,
    confidence: float,
) -> tuple[FoldPredictions, Evidence]:
    codes = target.tasks["soc_code"].to_numpy()[rows].tolist()
    evidence = reference.look_up(vectors[rows], codes, target.text_keys[rows].tolist())
    predictions = model.predict(evidence, confidence)
    methods = {name: dict(values) for name, values in _baselines(reference, evidence)}
    methods[ENGINE] = dict(predictions.values)
    return FoldPredictions(
        rows=rows, methods=methods, predictions=predictions, model=model
    ), evidence


def _baselines(
    reference: Reference, evidence: Evidence
) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    corpus = reference.corpus
    outcomes = corpus.outcomes[reference.rows]
    mean = np.nanmean(outcomes, axis=0)
    known = KnownValues.of(outcomes, mean)
    count = len(evidence.vectors)
    values = {
        CORPUS_MEAN: np.tile(mean, (count, 1)),
        NEAREST: weighted_mean(evidence.neighbours, known, 1),
    }
    for depth in DEPTHS:
        values[f"{depth} neighbours, weighted"] = weighted_mean(evidence.neighbours, known, depth)
    for name, table in values.items():
        yield name, {measure: table[:, i] for i, measure in enumerate(corpus.measures)}
    if reference.readout is not None:
        read = {
            name.removesuffix("_read"): evidence.features.column(name)
            for name in reference.readout.names[:3]
        }
        read["exposure"] = (read["exposure_human"] + read["exposure_model"]) / 2
        yield READOUT, read
