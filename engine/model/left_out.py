"""Fits that have not seen a fold of the occupations: encoder, neighbors and heads.

They score the tasks of their fold in the catalog of an engine, and in every figure of accuracy. So
what is shown of a rated task is what was measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.corpus.corpus import Corpus
from engine.encoders.base import Encoder
from engine.encoders.cache import EmbeddingCache
from engine.encoders.tuned import TunedEncoder
from engine.model.cross_fitting import (
    fit_detector,
    make_reference,
    out_of_fold_evidence,
    scope_tasks,
)
from engine.model.folds import SEED, cross_folds
from engine.model.risk_model import RiskModel
from engine.retrieval.reference import Evidence, Reference
from engine.utils.text import is_among


@dataclass(frozen=True, kw_only=True)
class LeftOutFold:
    """A fit without a fold of the occupations and without copies of their tasks.

    Attributes:
        number: number of the fold.
        held_out: rows of the corpus in the fold, shape (n_held_out,).
        train: rows of the corpus that it is fitted to, shape (n_train,).
        view: the encoder; of a tuned one, the version that was tuned without the fold.
        vectors: of all tasks of the corpus by ``view``, shape (n_tasks, n_dimensions).
        reference: the tasks of ``train``.
        own: evidence on these, as for a new task.
        model: heads fitted to that evidence.
    """

    number: int
    held_out: np.ndarray
    train: np.ndarray
    view: Encoder
    vectors: np.ndarray
    reference: Reference
    own: Evidence
    model: RiskModel

    def look_up(self, corpus: Corpus, rows: np.ndarray) -> Evidence:
        """Look up tasks of the corpus that the folds divide.

        Args:
            corpus: with the tasks.
            rows: of the tasks, shape (n,).
        """
        codes = corpus.tasks["soc_code"].to_numpy()[rows].tolist()
        return self.reference.look_up(self.vectors[rows], codes, corpus.text_keys[rows].tolist())


def leave_folds_out(
    corpus: Corpus,
    encoder: Encoder,
    cache: EmbeddingCache,
    *,
    splits: Encoder | None = None,
    seed: int = SEED,
    progress: bool = False,
) -> Iterator[LeftOutFold]:
    """Fit without each fold of the occupations in turn.

    A tuned encoder brings its own folds, each with the version that was tuned without it. Heads are
    fitted to evidence by versions of other folds.

    Args:
        corpus: with known outcomes.
        encoder: to embed it.
        cache: for the vectors.
        splits: use the folds of this encoder, to compare two encoders on the same tasks.
        seed: of the folds; has no effect for a tuned encoder.
        progress: show progress bars.

    Raises:
        EngineError: if a fold leaves too few known outcomes to fit.
    """
    for number, train, held_out in _splits(corpus, splits or encoder, seed):
        view = encoder.without(number) if isinstance(encoder, TunedEncoder) else encoder
        vectors = cache.encode(view, corpus.tasks["task"].tolist(), progress=progress)
        reference = make_reference(corpus.take_tasks(train), view, vectors[train])
        own = out_of_fold_evidence(reference.corpus, reference, view, cache, progress=progress)
        tasks = scope_tasks(reference.corpus, reference.vectors, own)
        detector = fit_detector(tasks, reference, view, cache)
        shares = reference.time_shares(own.similar_time)
        yield LeftOutFold(
            number=number,
            held_out=held_out,
            train=train,
            view=view,
            vectors=vectors,
            reference=reference,
            own=own,
            model=RiskModel.fit(reference, own, shares, detector),
        )


def _splits(
    corpus: Corpus, encoder: Encoder, seed: int
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield the number, the training rows and the held-out rows of each fold.

    The folds of a tuned encoder hold out the tasks that it was tuned on; it has not seen the others
    anyway. If it was tuned on none, the folds of their occupations are held out.
    """
    groups, keys = corpus.tasks["soc_code"].to_numpy(), corpus.text_keys
    if isinstance(encoder, TunedEncoder):
        folds = encoder.folds.of_tasks(groups.tolist(), keys.tolist())
        if (folds < 0).all():
            folds = encoder.folds.of(groups.tolist())
        for number in np.unique(folds[folds >= 0]).tolist():
            held_out = np.flatnonzero(folds == number)
            seen = is_among(keys, keys[held_out]) | np.isin(groups, groups[held_out])
            yield number, np.flatnonzero((folds != number) & ~seen), held_out
    else:
        for number, (train, held_out) in enumerate(cross_folds(groups, keys, seed)):
            yield number, train, held_out
