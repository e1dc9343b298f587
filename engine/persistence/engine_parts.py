"""The parts of a finished engine, as they are built, saved and loaded."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from engine.careers.paths import StepGraph
from engine.careers.profiles import OccupationVectors
from engine.careers.similarity import SimilarityModel
from engine.errors import EngineError
from engine.model.catalogue_scores import CatalogueScores
from engine.model.risk_model import RiskModel
from engine.retrieval.reference import Reference


@dataclass(frozen=True, kw_only=True)
class EngineParts:
    """Everything an engine needs besides its encoder.

    Attributes:
        reference: the reference corpus and the index of its tasks.
        scores: left-out scores of the tasks of the reference, and the models that made them.
        occupations: content vectors, by which careers are compared.
        similarity: the learned similarity of occupations.
        steps: single moves between the occupations of the catalog.
        encoder_name: name of the encoder that embedded the reference.
        encoder_fingerprint: its fingerprint.
        confidence: of the intervals, in (0, 1).

    Raises:
        EngineError: if the confidence is not between 0 and 1.
    """

    reference: Reference
    scores: CatalogueScores
    occupations: OccupationVectors
    similarity: SimilarityModel
    steps: StepGraph
    encoder_name: str
    encoder_fingerprint: str
    confidence: float

    def __post_init__(self) -> None:
        value = self.confidence
        if isinstance(value, (str, bool)) or not 0 < value < 1:
            raise EngineError(f"confidence is {value!r}; give a number between 0 and 1")

    @property
    def model(self) -> RiskModel:
        """The final model, for tasks that the reference does not have."""
        return self.scores.models[0]

    def with_confidence(self, confidence: float) -> EngineParts:
        """Return the parts with intervals of another confidence.

        Raises:
            EngineError: if the confidence is not between 0 and 1.
        """
        changed = replace(self, confidence=confidence)
        return replace(changed, scores=self.scores.with_confidence(confidence))

    def log_facts(self, start: float) -> dict[str, object]:
        """Return what to log about an engine.

        Args:
            start: when it was requested, as a value of ``time.perf_counter``.
        """
        return {
            "reference": self.reference.corpus.name,
            "tasks": len(self.reference.corpus.tasks),
            "encoder": self.encoder_name,
            "seconds": round(time.perf_counter() - start, 3),
        }
