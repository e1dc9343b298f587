"""Convert the scores of a catalog to named arrays and back.

The names are part of the format of engine folders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from engine.corpus.corpus import Corpus
from engine.model.catalogue_scores import CatalogueScores
from engine.model.exposure_level import EXPOSURE_LEVELS
from engine.model.predictions import Predictions
from engine.model.risk_model import RiskModel
from engine.model.shown_evidence import ShownEvidence
from engine.records import rubric


def to_arrays(scores: CatalogueScores) -> dict[str, np.ndarray]:
    """Return scores as named arrays for ``from_arrays``; without intervals and models."""
    found, shown = scores.predictions, scores.shown
    tables = {"values": found.values, "scales": found.scales, "means": shown.means}
    return {
        "fold": scores.fold.astype(np.uint8),
        "shares": scores.shares,
        "share_errors": scores.share_errors,
        "novelty": found.novelty,
        "out_of_scope": found.out_of_scope,
        "unlike_reference": found.unlike_reference,
        "top_probability": found.top_probability,
        "levels": np.array([EXPOSURE_LEVELS.index(one) for one in found.levels], dtype=np.uint8),
        "categories": np.array(
            [rubric.CATEGORIES.index(one) for one in found.categories], dtype=np.uint8
        ),
        "shown.rows": shown.rows.astype(np.int32),
        "shown.similarity": shown.similarity,
        "similar_time": shown.similar_time,
        **{
            f"{table}.{name}": array
            for table, arrays in tables.items()
            for name, array in arrays.items()
        },
    }


def from_arrays(
    arrays: Mapping[str, np.ndarray],
    corpus: Corpus,
    models: Sequence[RiskModel],
    confidence: float,
) -> CatalogueScores:
    """Restore scores from named arrays.

    Args:
        arrays: as ``to_arrays`` returned them; checked by ``engine.persistence.schema`` if read.
        corpus: whose tasks are scored.
        models: as ``CatalogueScores.models``.
        confidence: of the intervals, in (0, 1).

    Raises:
        KeyError: if an array is missing.
    """

    def table(name: str, measures: Iterable[str]) -> dict[str, np.ndarray]:
        return {measure: arrays[f"{name}.{measure}"] for measure in measures}

    estimated = list(models[0].measures)
    points = CatalogueScores(
        predictions=Predictions(
            values=table("values", estimated),
            scales=table("scales", estimated),
            categories=[rubric.CATEGORIES[row] for row in arrays["categories"]],
            levels=[EXPOSURE_LEVELS[row] for row in arrays["levels"]],
            novelty=arrays["novelty"],
            out_of_scope=arrays["out_of_scope"],
            unlike_reference=arrays["unlike_reference"],
            top_probability=arrays["top_probability"],
        ),
        shown=ShownEvidence(
            rows=arrays["shown.rows"].astype(np.int64),
            similarity=arrays["shown.similarity"],
            means=table("means", corpus.measures),
            similar_time=arrays["similar_time"],
        ),
        fold=arrays["fold"].astype(np.int64),
        models=tuple(models),
        shares=arrays["shares"],
        share_errors=arrays["share_errors"],
    )
    return points.with_confidence(confidence)
