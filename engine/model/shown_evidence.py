"""The evidence that is shown with a score, and kept with the scores of a catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.model.predictions import Predictions
from engine.records import rubric
from engine.retrieval.features import DEPTHS
from engine.retrieval.index import NO_NEIGHBOUR
from engine.retrieval.reference import Evidence, Reference

NEAREST = 5
"""Nearest neighbors shown with each task; a sixth is shown if all lie on one side of the risk."""


@dataclass(frozen=True, kw_only=True)
class ShownEvidence:
    """What is shown of the evidence on some tasks.

    Attributes:
        rows: corpus rows of the neighbors shown, shape (n_tasks, NEAREST + 1), int64;
            ``NO_NEIGHBOUR`` where there is none.
        similarity: their cosine similarity, of the same shape.
        means: measure -> mean outcome of the 20 nearest, weighted by similarity, shape (n_tasks,),
            NaN where none is known.
        similar_time: as ``Evidence.similar_time``.
    """

    rows: np.ndarray
    similarity: np.ndarray
    means: Mapping[str, np.ndarray]
    similar_time: np.ndarray

    @classmethod
    def of(
        cls,
        reference: Reference,
        evidence: Evidence,
        predictions: Predictions,
        corpus_rows: np.ndarray,
    ) -> ShownEvidence:
        """Choose what to show.

        Args:
            reference: that the evidence was looked up in.
            evidence: on n tasks.
            predictions: for these tasks.
            corpus_rows: row in the full corpus of each row of the reference's corpus.
        """
        found, features = evidence.neighbours, evidence.features
        risk = predictions.values[rubric.RISK_MEASURE]
        columns = _shown_columns(reference, found.rows, risk)
        at = np.maximum(columns, 0)
        positions = np.take_along_axis(found.rows, at, axis=1)
        missing = (columns < 0) | (positions == NO_NEIGHBOUR)
        rows = corpus_rows[reference.rows[np.where(missing, 0, positions)]]
        depth = DEPTHS[1]
        means = {
            name: np.where(
                features.column(f"{name}_support") > 0,
                features.column(f"{name}_mean_{depth}"),
                np.nan,
            )
            for name in reference.corpus.measures
        }
        return cls(
            rows=np.where(missing, NO_NEIGHBOUR, rows),
            similarity=np.where(missing, -1.0, np.take_along_axis(found.similarity, at, axis=1)),
            means=means,
            similar_time=evidence.similar_time,
        )

    @classmethod
    def joined(cls, parts: Sequence[ShownEvidence]) -> ShownEvidence:
        """Concatenate evidence; raise ``IndexError`` if there are no parts."""
        return cls(
            rows=np.vstack([part.rows for part in parts]),
            similarity=np.vstack([part.similarity for part in parts]),
            means={
                name: np.concatenate([part.means[name] for part in parts])
                for name in parts[0].means
            },
            similar_time=np.concatenate([part.similar_time for part in parts]),
        )

    def __getitem__(self, rows: np.ndarray) -> ShownEvidence:
        return ShownEvidence(
            rows=self.rows[rows],
            similarity=self.similarity[rows],
            means={name: values[rows] for name, values in self.means.items()},
            similar_time=self.similar_time[rows],
        )


def _shown_columns(reference: Reference, rows: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Return which of the neighbors to show, shape (n_tasks, NEAREST + 1); -1 for none.

    These are the nearest. If the risk lies outside their outcomes, the nearest neighbor whose
    outcome lies on its other side, or as close as any, follows.
    """
    known = reference.corpus.tasks[rubric.RISK_MEASURE].to_numpy()[reference.rows]
    outcomes = np.where(rows == NO_NEIGHBOUR, np.nan, known[rows])
    nearest = outcomes[:, :NEAREST]
    with np.errstate(invalid="ignore"):
        low = np.where(np.isnan(nearest), np.inf, nearest).min(axis=1)
        high = np.where(np.isnan(nearest), -np.inf, nearest).max(axis=1)
        below = risk < low
        above = risk > high
        beyond = (below[:, None] & (outcomes <= risk[:, None])) | (
            above[:, None] & (outcomes >= risk[:, None])
        )
    beyond[:, :NEAREST] = False
    contrast = np.where(beyond.any(axis=1), beyond.argmax(axis=1), -1)
    columns = np.tile(np.arange(NEAREST), (len(rows), 1))
    columns = np.where(columns < rows.shape[1], columns, -1)
    return np.column_stack([columns, contrast])
